"""Whether a target offers Backpack Connect: it has an access page."""

import secrets
from urllib.parse import urljoin

from conformance.core.exchange import Exchange
from conformance.engine.probe import Sighting
from conformance.target.http.client import Wire
from conformance.target.target import Target

ABSENT = (404, 405, 410, 501)
"""Statuses of a path at which there is no page; the page itself may refuse a bare request."""


async def sight(wire: Wire, target: Target) -> Sighting:
    """Ask for the access page; one that looks like any other path of the target is none."""
    page = target.page("access")
    exchange = await wire.send("GET", page)
    saw = f"GET {page}: {_status(exchange)}"
    if not _is_page(exchange):
        return Sighting(is_there=False, saw=saw)
    unknown = await wire.send("GET", urljoin(page, f"no-page-{secrets.token_hex(4)}"))
    if _status(unknown) == _status(exchange):
        return Sighting(is_there=False, saw=f"{saw}, as for a page that does not exist")
    return Sighting(is_there=True, saw=saw)


def _is_page(exchange: Exchange) -> bool:
    status = exchange.answer.status if exchange.answer else 0
    return 200 <= status < 500 and status not in ABSENT


def _status(exchange: Exchange) -> str:
    return f"status {exchange.answer.status}" if exchange.answer else exchange.trouble
