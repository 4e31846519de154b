"""Look at everything that an issuer hosts of a badge, and say all that is wrong with it."""

import asyncio

from attrs import frozen

from mock_backpack.issuer.looks import Document, Inspection, Inspections
from mock_backpack.issuer.walk import Walk
from mock_backpack.judge.award import Award, Judge
from mock_backpack.judge.complaint import Complaint
from mock_backpack.judge.fetch import Fetcher

SECONDS = 20.0
"""For everything that is looked at of one badge."""


@frozen
class InspectingJudge:
    """A judge that looks at all documents before it judges, for the issuer's verdict."""

    judge: Judge
    inspections: Inspections

    async def award(self, pushed: str) -> Award:
        """Judge an assertion URL or a JWS.

        Raises:
            InvalidBadge: as `Judge` does.
        """
        now = self.judge.clock.now()
        self.inspections.add(await inspect(self.judge.fetcher, pushed, now))
        return await self.judge.award(pushed)


async def inspect(fetcher: Fetcher, pushed: str, now: float) -> Inspection:
    """Look at what a push leads to; ``now`` is in unix seconds."""
    walk = Walk(fetcher, now)
    try:
        async with asyncio.timeout(SECONDS):
            await walk.pushed(pushed)
    except TimeoutError:
        expected = f"all its documents within {SECONDS:g} seconds"
        walk.add("badge", pushed, [Complaint("badge", "", expected, "not all")])
    return Inspection(pushed, tuple(walk.looks))


async def inspect_assertion(fetcher: Fetcher, assertion: Document, now: float) -> Inspection:
    """Look at an assertion that is at hand, and at what it leads to."""
    walk = Walk(fetcher, now)
    await walk.assertion(assertion, "", [])
    return Inspection("", tuple(walk.looks))
