"""Bounds in time for many waits at once, with few timers."""

import asyncio
import math
from types import TracebackType
from typing import Any, TypeAlias

from attrs import define

GRAIN = 0.05
"""Seconds by which a wait may end too late."""
LONGEST = 365 * 24 * 3600.0
"""Seconds; a longer bound would be too far away for a timer."""

Tasks: TypeAlias = set["asyncio.Task[Any]"]


@define(eq=False)
class Deadline:
    """A block that its task leaves in time, with `TimeoutError` if need be."""

    task: "asyncio.Task[Any]"
    waiting: Tasks
    """All tasks with the same end."""

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
    """Deadlines of which those that end within the same `GRAIN` share a timer.

    `asyncio.timeout` sets one for each: for the documents of a push 6 % of its CPU time.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        """Of the tasks; to ask for the running one is a system call each time."""
        self._waiting: dict[int, Tasks] = {}
        """Tasks by the grain of time at whose end they must be done."""

    def within(self, seconds: float) -> Deadline:
        """A deadline for the running task, so many seconds from now."""
        task = asyncio.current_task(self._loop)
        assert task is not None  # noqa: S101 - what waits runs in a task
        now = self._loop.time()
        grain = math.ceil((now + min(seconds, LONGEST)) / GRAIN)
        waiting = self._waiting.get(grain)
        if waiting is None:
            waiting = self._waiting[grain] = set()
            self._loop.call_at(grain * GRAIN, self._end, grain)
        return Deadline(task, waiting)

    def end_all(self) -> None:
        """End all waits now."""
        for grain in list(self._waiting):
            self._end(grain)

    def _end(self, grain: int) -> None:
        late = self._waiting.pop(grain, set())
        while late:
            late.pop().cancel()
