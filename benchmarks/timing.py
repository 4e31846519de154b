"""How long something takes, in seconds of the thread: the middle of some rounds."""

import time
from collections.abc import Callable
from statistics import median


def median_seconds(work: Callable[[], object], rounds: int) -> float:
    """The middle of so many rounds, in seconds of the thread."""
    return median(_seconds(work) for _ in range(rounds))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return time.thread_time() - begun
