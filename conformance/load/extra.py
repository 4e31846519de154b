"""Locust is an extra: whether it is there, and how it is imported."""

import os
from importlib.util import find_spec

from conformance.core.errors import AuthoringError

UNPATCHED = "LOCUST_SKIP_MONKEY_PATCH"
"""The variable by which Locust leaves the standard library as it is: asyncio needs it so."""


def need_locust() -> None:
    """See whether Locust can be imported, and let it patch nothing.

    Raises:
        AuthoringError: when it is not installed.
    """
    if find_spec("locust") is None:
        raise AuthoringError("load: needs Locust: pip install 'backpack-conformance[load]'")
    os.environ[UNPATCHED] = "1"
