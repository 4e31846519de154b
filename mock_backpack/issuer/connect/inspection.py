"""Look at everything that an issuer hosts of a badge, and say all that is wrong with it."""

import asyncio
from urllib.parse import urlsplit

from attrs import frozen

from mock_backpack.core.clock import Clock
from mock_backpack.core.fetching import is_loopback
from mock_backpack.core.origin import origin_of, web_url
from mock_backpack.issuer.connect.visits import NEXT_SECOND, Visits
from mock_backpack.issuer.looks import Inspection, Inspections
from mock_backpack.openbadges.award import Award, Judge
from mock_backpack.openbadges.complaint import quoted
from mock_backpack.openbadges.fetch import Fetcher, once
from mock_backpack.openbadges.members import is_origin
from mock_backpack.openbadges.versions import is_flat
from mock_backpack.openbadges.walk import Document, Walk

SECONDS = 20.0
"""For all documents of one badge."""


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
        with once():
            inspection = await inspect(self.judge.fetcher, pushed, self.judge.clock, pause)
            self.inspections.add(inspection)
            return await self.judge.award(pushed)


async def inspect(
    fetcher: Fetcher, pushed: str, clock: Clock, pause: float = NEXT_SECOND
) -> Inspection:
    """Inspect a pushed badge with all its documents.

    A fresh assertion is fetched again after ``pause`` seconds: one that is generated at each fetch
    is the same within a second. With 0 it is not.
    """
    visits = Visits(fetcher, clock.now(), pause)
    try:
        async with asyncio.timeout(SECONDS):
            await Walk(visits, clock).pushed(pushed)
    except TimeoutError:
        visits.sheet("badge").expect(f"all its documents within {SECONDS:g} seconds", "not all")
    _check_origin(visits)
    return Inspection(pushed, visits.looks)


async def inspect_assertion(fetcher: Fetcher, assertion: Document, clock: Clock) -> Inspection:
    """Inspect a given assertion, with all documents that it links to."""
    visits = Visits(fetcher, clock.now())
    await Walk(visits, clock).hosted(visits.sheet("assertion"), assertion)
    return Inspection("", visits.looks)


def _two_names(here: str, claimed: str) -> str:
    """A hint, where the sites differ by the name of this machine."""
    names = sorted({urlsplit(url).hostname or "" for url in (here, claimed)}, reverse=True)
    differ = len(names) > 1 and all(map(is_loopback, names))
    return f" ({' and '.join(names)} are two)" if differ else ""


def _check_origin(visits: Visits) -> None:
    """The issuer must be the site that serves the assertion.

    Strict judging leaves this to the API, which compares with the origin of a grant first.
    """
    documents = {sheet.document: sheet for sheet in visits.sheets}
    assertion, issuer = documents.get("assertion"), documents.get("issuer")
    if assertion is None or not assertion.url or not assertion.value:
        return
    here = origin_of(assertion.url)
    if is_flat(assertion.value):
        flat_issuer = assertion.value["badge"].get("issuer")
        claimed = flat_issuer.get("origin") if isinstance(flat_issuer, dict) else None
        if is_origin(claimed) and origin_of(claimed) != here:
            assertion.expect(quoted(here), quoted(claimed), "badge.issuer.origin")
    elif issuer is not None and issuer.value:
        claimed = issuer.value.get("url")
        if web_url(claimed) is not None and origin_of(str(claimed)) != here:
            expected = f"a URL of the site that serves the assertion, {here}"
            expected += _two_names(here, str(claimed))
            issuer.expect(expected, quoted(claimed), "url")
