"""What several tests read and one process of a test run makes."""

import fcntl
from collections.abc import Callable
from pathlib import Path


class Shared:
    """The folder of this test run, the same in each of its processes."""

    folder: Path
    """Set in ``tests/conftest.py``, below pytest's own, which removes it some runs later."""


def once(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first process of a test run fills, while the others wait."""
    folder = Shared.folder / name
    folder.parent.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if not lock.read():
            folder.mkdir(exist_ok=True)
            make(folder)
            lock.write("made")
    return folder
