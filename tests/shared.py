"""What several tests read and one process of a test run makes."""

import fcntl
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)
"""One of this test run, in each of its processes; no number comes twice."""


def once(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first process of a test run fills, while the others wait."""
    folder = Path(tempfile.gettempdir()) / f"backpack-tests-{RUN}" / name
    folder.parent.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if not lock.read():
            folder.mkdir(exist_ok=True)
            make(folder)
            lock.write("made")
    return folder
