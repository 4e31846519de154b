"""A lock on a file that is replaced now and then, so that no two mocks share one."""

import errno
import os
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
"""Errors of file systems without locks; a state without a lock is better than none."""


class InUse(Exception):
    """Another process has locked the file."""


class FileLock:
    """Holds the lock of whatever file is at a path; it ends with the process, however that ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def take(self) -> bool:
        """Lock the file at the path, and create it if missing; returns whether it was created.

        Raises:
            InUse: when another process has locked it.
            OSError: when it cannot be opened.
        """
        while True:
            handle, is_new = _opened(self._path)
            try:
                _lock(handle)
                is_there = os.path.samestat(os.fstat(handle), self._path.stat())
            except FileNotFoundError:
                is_there = False
            except BaseException:
                os.close(handle)
                raise
            if is_there:
                self._handle = handle
                return is_new
            os.close(handle)  # whoever had locked it has replaced it in the meantime

    def replace(self, other: Path, handle: int) -> None:
        """Put another file, open as ``handle``, at the path without letting the lock go."""
        mine = os.dup(handle)
        try:
            _lock(mine)
            other.replace(self._path)
        except BaseException:
            os.close(mine)
            raise
        self.release()
        self._handle = mine

    def holds(self) -> bool:
        """Whether the path is still the locked file; it may have been deleted or replaced."""
        try:
            return self._handle is not None and os.path.samestat(
                os.fstat(self._handle), self._path.stat()
            )
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let the lock go."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _opened(path: Path) -> tuple[int, bool]:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), True
    except FileExistsError:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), False


def _flock() -> Callable[[int], None] | None:
    """Locks an open file; ``None`` where the system has no such locks."""
    if find_spec("fcntl") is None:
        return None
    fcntl = import_module("fcntl")
    return lambda handle: fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _lock(handle: int) -> None:
    flock = _flock()
    try:
        if flock is not None:
            flock(handle)
    except BlockingIOError as error:
        raise InUse from error
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
