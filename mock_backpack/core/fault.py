"""The input of a fault: a request, and a function that continues to the right answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web
from attrs import frozen

from mock_backpack.core.exchange import Exchange
from mock_backpack.core.rules import Rule

Proceed: TypeAlias = Callable[[], Awaitable[web.StreamResponse]]
"""Gives the answer that the mock would give without the fault."""
POLL_SECONDS = 0.05


@frozen(eq=False)
class Call:
    """The input of a fault: its exchange, and a function that continues to the right answer."""

    exchange: Exchange
    rule: Rule
    n: int
    """Which matching request of the rule this is, from 1."""
    proceed: Proceed

    @property
    def request(self) -> web.Request:
        """The request that is troubled."""
        return self.exchange.request

    def draw(self, *key: object) -> float:
        """A number in [0, 1), the same for the same seed, rule and call."""
        return self.exchange.sandbox.randomness.draw(self.rule.id, self.n, *key)

    async def sleep(self, seconds: float) -> None:
        """Wait in real time, but no longer than the client is there and the mock runs."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (left := end - loop.time()) > 0 and not self.is_over:  # noqa: ASYNC110 - a closed transport sets no event
            await asyncio.sleep(min(left, POLL_SECONDS))

    @property
    def is_over(self) -> bool:
        """Whether nobody waits for an answer any more."""
        transport = self.request.transport
        is_closed = transport is None or transport.is_closing()
        return is_closed or self.exchange.sandbox.stopping.is_set()
