"""A mock Backpack: every endpoint of Backpack Connect, strict by default, wrong on request."""

from mock_backpack.app import create_app
from mock_backpack.version import VERSION

__version__ = VERSION

__all__ = ["__version__", "create_app"]
