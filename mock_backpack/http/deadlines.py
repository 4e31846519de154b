"""Bounds in time for many waits at once."""

import asyncio
import math
import time
from types import TracebackType
from typing import Any, TypeAlias

from attrs import define

GRAIN = 0.05
"""Seconds by which a wait may end too late."""
LONGEST = 365 * 24 * 3600.0
"""Seconds; who says more means without an end."""

Tasks: TypeAlias = set["asyncio.Task[Any]"]


@define(eq=False)
class Deadline:
    """A block that its task leaves in time, with `TimeoutError` if need be."""

    task: "asyncio.Task[Any]"
    waiting: Tasks
    """All tasks that are to end at the same time."""

    def __enter__(self) -> None:
        self.waiting.add(self.task)

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self.task in self.waiting:
            self.waiting.remove(self.task)
        elif not self.task.uncancel() and isinstance(error, asyncio.CancelledError):
            raise TimeoutError from error


class Deadlines:
    """Bounds that cost little, for waits that are many and short.

    `asyncio.timeout` sets a timer for each of them; here all that are to end in the same twentieth
    of a second share one.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        """Where the tasks run; asking for it is a system call each time."""
        self._waiting: dict[int, Tasks] = {}
        """Tasks by the grain of time in which they are to end."""

    def within(self, seconds: float) -> Deadline:
        """A deadline for the running task, so many seconds from now."""
        task = asyncio.current_task(self._loop)
        assert task is not None  # noqa: S101 - who waits runs in one
        now = time.monotonic()
        grain = math.ceil((now + min(seconds, LONGEST)) / GRAIN)
        waiting = self._waiting.get(grain)
        if waiting is None:
            waiting = self._waiting[grain] = set()
            self._loop.call_later(grain * GRAIN - now, self._end, grain)
        return Deadline(task, waiting)

    def end_all(self) -> None:
        """All waits have come to their end."""
        for grain in list(self._waiting):
            self._end(grain)

    def _end(self, grain: int) -> None:
        late = self._waiting.pop(grain, set())
        while late:
            late.pop().cancel()
