"""Bounds in time for many waits at once."""

import asyncio
import math
from collections.abc import Awaitable
from typing import Any, TypeVar

T = TypeVar("T")
GRAIN = 0.05
"""Seconds by which a wait may end too late."""


class Deadlines:
    """Ends waits that last too long.

    `asyncio.timeout` sets a timer for each wait, which takes longer than a short document takes to
    parse; here all that are to end in the same twentieth of a second share one.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, set[asyncio.Task[Any]]] = {}
        """Tasks by the grain of time in which they are to end."""

    async def within(self, seconds: float, job: Awaitable[T]) -> T:
        """What a job gives in time.

        Raises:
            TimeoutError: when it takes longer.
        """
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - it runs in one
        together = self._ending(seconds)
        together.add(task)
        try:
            return await job
        except asyncio.CancelledError as error:
            is_late = task not in together
            if is_late and not task.uncancel():
                raise TimeoutError from error
            raise
        finally:
            together.discard(task)

    def _ending(self, seconds: float) -> set[asyncio.Task[Any]]:
        loop = asyncio.get_running_loop()
        grain = math.ceil((loop.time() + seconds) / GRAIN)
        found = self._waiting.get(grain)
        if found is None:
            found = self._waiting[grain] = set()
            loop.call_at(grain * GRAIN, self._end, grain)
        return found

    def _end(self, grain: int) -> None:
        late = self._waiting.pop(grain)
        for task in tuple(late):
            late.discard(task)
            task.cancel()
