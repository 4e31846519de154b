"""A mock Backpack: Backpack Connect, Open Badges 2.1 and 3.0, strict by default, wrong on request.

The application is loaded on first use: the client of the admin API does not need it.
"""

from typing import TYPE_CHECKING, Any

from mock_backpack.version import VERSION

if TYPE_CHECKING:
    from mock_backpack.app import create_app

__version__ = VERSION

__all__ = ["__version__", "create_app"]


def __getattr__(name: str) -> Any:
    if name == "create_app":
        from mock_backpack.app import create_app  # noqa: PLC0415 - see above

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
