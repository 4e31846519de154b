"""Whether a target offers an API: it has the document that announces it."""

from collections.abc import Awaitable, Callable

from conformance.apis.oauth.service import MOST_REDIRECTS, Service, fetched
from conformance.core.exchange import Exchange
from conformance.engine.probe import Sighting
from conformance.target.browser.onward import redirect_of
from conformance.target.http.client import Wire
from conformance.target.target import Target


def sighting_by(service: Service) -> Callable[[Wire, Target], Awaitable[Sighting]]:
    """How a run looks for an API."""

    async def sight(wire: Wire, target: Target) -> Sighting:
        """Ask for the document; one that has mistakes is one, and a run judges it."""
        url = service.url(target.root)
        exchange = await fetched(wire, url)
        announced = service.announced(exchange)
        saw = announced or _in_words(exchange, service.document)
        return Sighting(is_there=announced is not None, saw=f"GET {url}: {saw}")

    return sight


def _in_words(exchange: Exchange, document: str) -> str:
    if exchange.answer is None:
        return exchange.trouble
    if redirect_of(exchange) is not None:
        return f"more than {MOST_REDIRECTS} redirects"
    is_good = exchange.answer.status == 200
    return f"status 200, but no {document}" if is_good else f"status {exchange.answer.status}"
