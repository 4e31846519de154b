"""The checks whether the target is reachable: its pages, its certificate, its clock."""

import asyncio
import time
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from conformance.apis.unreached import advice
from conformance.core.exchange import Exchange
from conformance.engine.probe import Health, Probe
from conformance.engine.session import Session
from conformance.target.browser.onward import page_of
from conformance.target.http.client import Wire

REACH_SECONDS = 10.0
"""Timeout of the first response."""
MOST_SKEW = 60.0
"""Seconds by which clocks may differ before the difference is reported."""
PAGES = ("settings", "script")
"""Pages beside the access page."""


async def reach(session: Session) -> Probe:
    """Check that the access page answers."""
    if (trouble := session.target.trouble) is not None:
        return Probe("adapter", trouble.tried, trouble.came_back, Health.BAD, trouble.advice)
    url = session.target.page("access")
    action = f"GET {url}"
    try:
        async with asyncio.timeout(REACH_SECONDS):
            exchange = await Wire(session.client, waits=False).send("GET", url)
    except TimeoutError:
        came_back = f"no answer within {REACH_SECONDS:g} seconds"
        return Probe("access", action, came_back, Health.BAD, "Check whether the Backpack hangs.")
    if exchange.answer is None:
        return Probe("access", action, exchange.trouble, Health.BAD, advice(exchange))
    if exchange.answer.status == 404:
        return Probe("access", action, _summary(exchange), Health.NOTE, _other_path("access"))
    return Probe("access", action, _summary(exchange))


def _other_path(page: str) -> str:
    return f"Is it at another path? Set --{page} PATH (BACKPACK_{page.upper()}, pages.{page})."


async def pages(session: Session) -> list[Probe]:
    """Check that the other pages are at their configured paths."""
    probes = []
    for name in PAGES:
        url = session.target.page(name)
        exchange = await Wire(session.client).send("GET", url)
        status = exchange.answer.status if exchange.answer else 0
        is_there = 200 <= status < 400 or status in (401, 403)
        advice = "" if is_there else _other_path(name)
        health = Health.GOOD if is_there else Health.NOTE
        probes.append(Probe(name, f"GET {url}", _summary(exchange), health, advice))
    return probes


async def clock(session: Session) -> Probe:
    """Compare the clocks of the target and of this machine: ``issuedOn`` and expiry need it."""
    url = session.target.page("access")
    exchange = await Wire(session.client).send("GET", url)
    date = exchange.answer.header("date") if exchange.answer else None
    action = "compare its Date header with the local time"
    try:
        skew = parsedate_to_datetime(date or "").timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return Probe("clock", action, "no readable Date header", Health.NOTE)
    if abs(skew) <= MOST_SKEW:
        return Probe("clock", action, f"equal within {MOST_SKEW:g} seconds")
    came_back = f"{abs(skew):.0f} seconds {'ahead' if skew > 0 else 'behind'}"
    return Probe("clock", action, came_back, Health.NOTE, "Synchronize the clocks (NTP).")


async def certificate(session: Session) -> Probe | None:
    """How the connection to the target is secured; ``None`` without TLS."""
    if urlsplit(session.target.root).scheme != "https":
        return None
    ca = session.options.ca
    trusted = f"by {ca}" if ca else "by the CAs of this machine"
    return Probe("TLS", "check its certificate", f"trusted {trusted}")


def _summary(exchange: Exchange) -> str:
    if exchange.answer is None:
        return exchange.trouble
    page = page_of(exchange)
    title = f", a page called {page.title!r}" if page and page.title else ""
    return f"{exchange.answer.status}{title}"
