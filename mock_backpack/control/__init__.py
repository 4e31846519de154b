"""The admin API below ``/_mock/`` of the mock and of each of its sandboxes."""

from mock_backpack.control.admin import Admin

__all__ = ["Admin"]
