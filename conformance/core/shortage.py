"""Shortages of the suite's own machine: they say nothing about a target."""

import errno
import os
import sys

from conformance.core.errors import HarnessError

SHORT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EADDRNOTAVAIL})
"""What the system answers when this process, or this machine, has no more of something."""
NEEDED_FILES = 128
"""Open files and sockets of a run with the mock inside and no browser; with one it is more."""
ENOUGH_FILES = 4096


def check_shortage(error: BaseException) -> None:
    """See whether an error is a shortage of ours.

    Raises:
        HarnessError: when it is.
    """
    number = getattr(error, "errno", None)
    if number in SHORT:
        raise HarnessError(shortage(number)) from error


def shortage(number: int) -> str:
    """A shortage in words, with what helps."""
    return (
        f"the machine on which the suite runs lacks a resource: {os.strerror(number)}; "
        "see ulimit -n and its memory"
    )


def raise_limit() -> None:
    """Let this process open as many files as it may, and see whether that is enough.

    Raises:
        HarnessError: when it is not.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - there is none on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = ENOUGH_FILES if hard == resource.RLIM_INFINITY else min(ENOUGH_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    if limit < NEEDED_FILES:
        raise HarnessError(
            f"expected a limit of at least {NEEDED_FILES} open files, saw {limit}: "
            "otherwise failures of this machine would count against the target; "
            f"ulimit -n {NEEDED_FILES}"
        )
