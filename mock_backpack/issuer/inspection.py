"""Look at everything that an issuer hosts of a badge, and say all that is wrong with it."""

import asyncio

from attrs import frozen

from mock_backpack.issuer.looks import Document, Inspection, Inspections
from mock_backpack.issuer.visits import NEXT_SECOND, Sheet, Visits
from mock_backpack.issuer.walk import Walk
from mock_backpack.openbadges.award import Award, Judge
from mock_backpack.openbadges.fetch import Fetcher, once

SECONDS = 20.0
"""For everything that is looked at of one badge."""


@frozen
class InspectingJudge:
    """A judge that looks at all documents before it judges, for the issuer's verdict."""

    judge: Judge
    inspections: Inspections
    pause: float
    """Seconds until a fresh assertion that is pushed for the first time is fetched again."""

    async def award(self, pushed: str) -> Award:
        """Judge an assertion URL or a JWS.

        Raises:
            InvalidBadge: as `Judge` does.
        """
        pause = self.pause if self.inspections.of(pushed) is None else 0
        now = self.judge.clock.now()
        with once():
            self.inspections.add(await inspect(self.judge.fetcher, pushed, now, pause))
            return await self.judge.award(pushed)


async def inspect(
    fetcher: Fetcher, pushed: str, now: float, pause: float = NEXT_SECOND
) -> Inspection:
    """Look at what a push leads to; ``now`` is in unix seconds.

    A fresh assertion is fetched again after ``pause`` seconds: one that is made anew at each fetch
    is the same within a second. With 0 it is not.
    """
    walk = Walk(Visits(fetcher, now, pause))
    try:
        async with asyncio.timeout(SECONDS):
            await walk.pushed(pushed)
    except TimeoutError:
        late = Sheet("badge", pushed)
        late.complain(f"all its documents within {SECONDS:g} seconds", "not all")
        walk.add(late)
    return Inspection(pushed, tuple(walk.looks))


async def inspect_assertion(fetcher: Fetcher, assertion: Document, now: float) -> Inspection:
    """Look at an assertion that is at hand, and at what it leads to."""
    walk = Walk(Visits(fetcher, now))
    await walk.assertion(Sheet("assertion", ""), assertion)
    return Inspection("", tuple(walk.looks))
