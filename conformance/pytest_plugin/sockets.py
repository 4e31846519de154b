"""Fixtures that open sockets, where pytest-socket may block them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

BLOCKED = ("SocketBlockedError", "SocketConnectBlockedError")
"""Errors of pytest-socket."""
SOCKETS = (
    "pytest-socket blocks the sockets of this fixture: allow this machine with "
    "--allow-hosts=127.0.0.1,::1 (and no --disable-socket), or mark the test with "
    "@pytest.mark.enable_socket"
)


@contextmanager
def with_sockets() -> Iterator[None]:
    """Say what to do when pytest-socket blocks the sockets of a fixture."""
    try:
        yield
    except RuntimeError as error:
        if type(error).__name__ not in BLOCKED:
            raise
        pytest.fail(SOCKETS, pytrace=False)
