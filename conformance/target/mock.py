"""The mock as a target: started in this process, on a socket of its own.

This is the one place of the suite that knows the package ``mock_backpack``, and it is loaded
only when the mock is the target.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from conformance.values.errors import AuthoringError
from mock_backpack import create_app
from mock_backpack.catalogue import UnknownDefect
from mock_backpack.catalogue import defects as catalogue
from mock_backpack.server import served


@asynccontextmanager
async def running(defects: Sequence[str]) -> AsyncIterator[str]:
    """A mock with these defects, while the block runs; yields its root.

    Raises:
        AuthoringError: when there is no defect of that name.
    """
    try:
        app = create_app(defects=defects)
    except UnknownDefect as error:
        raise AuthoringError(str(error)) from error
    async with served(app) as url:
        yield f"{url}/"


def breaks() -> Mapping[str, tuple[str, ...]]:
    """From the name of each defect to the ids of the requirements that it breaks."""
    return {name: one.breaks for name, one in catalogue().items()}
