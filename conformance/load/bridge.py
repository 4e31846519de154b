"""The bridge between Locust's greenlets and the event loop in which the suite's clients run.

Locust schedules its users on gevent; the clients of the suite, its issuer site and its mock need
asyncio. Each keeps the loop that it was made for: asyncio in a thread of its own, and gevent in the
main thread, without patches of the standard library. A greenlet that waits lets the others go on.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

import gevent
from gevent.event import AsyncResult

T = TypeVar("T")


class Bridge:
    """Lets greenlets of the thread that made it wait for coroutines of an event loop.

    Objects of gevent belong to one thread. What ends in the other thread is put into a queue, and a
    watcher wakes up gevent's loop, which takes it from there.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._done: deque[tuple[AsyncResult[Future[Any]], Future[Any]]] = deque()
        self._watcher = gevent.get_hub().loop.async_()
        self._watcher.start(self._settle)

    def close(self) -> None:
        """Wake up nobody any more."""
        self._watcher.stop()
        self._watcher.close()

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the event loop, and wait for its result in this greenlet."""
        result: AsyncResult[Future[T]] = AsyncResult()
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)

        def wake(done: Future[T]) -> None:
            self._done.append((result, done))
            self._watcher.send()

        future.add_done_callback(wake)
        try:
            result.get()
        except BaseException:  # Locust ends a greenlet that does not come to its end
            future.cancel()
            raise
        return future.result()

    def _settle(self) -> None:
        while self._done:
            result, future = self._done.popleft()
            result.set(future)
