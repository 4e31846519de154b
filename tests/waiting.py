"""Wait for what happens soon on an idle machine, and later on a busy one."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from inspect import isawaitable

DEADLINE = 20.0
"""Seconds, after which what has not happened will not happen."""
OF_A_RUN = 180.0
"""The same of what a command does that starts Python and runs a scenario: three seconds of a
processor, which a busy machine has not soon."""
PAUSE = 0.02


def eventually(condition: Callable[[], object], within: float = DEADLINE) -> None:
    """Wait until a condition is true, at most so many seconds.

    Raises:
        AssertionError: when it is not true in time.
    """
    ends = time.monotonic() + within
    while not condition():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(PAUSE)


async def eventually_async(condition: Callable[[], object | Awaitable[object]]) -> None:
    """Wait until a condition is true, while the event loop does its work.

    Raises:
        AssertionError: when it is not true in time.
    """
    ends = time.monotonic() + DEADLINE
    while not (await seen if isawaitable(seen := condition()) else seen):
        assert time.monotonic() < ends, "it did not happen in time"
        await asyncio.sleep(PAUSE)
