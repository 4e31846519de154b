"""Whether a target offers Badge Connect: it has a manifest at its root."""

from conformance.apis.badge_connect.manifest import announced, manifest_url
from conformance.apis.oauth.service import MOST_REDIRECTS, fetched
from conformance.core.exchange import Exchange
from conformance.core.plain import shortened
from conformance.engine.probe import Sighting
from conformance.target.browser.onward import redirect_of
from conformance.target.http.client import Wire
from conformance.target.target import Target

LONGEST_NAMES = 60
"""Characters of the versions that are shown."""


async def sight(wire: Wire, target: Target) -> Sighting:
    """Ask for the manifest; one that has mistakes is one, and a run judges it."""
    url = manifest_url(target.root)
    exchange = await fetched(wire, url)
    versions = announced(exchange)
    if versions is None:
        return Sighting(is_there=False, saw=f"GET {url}: {_in_words(exchange)}")
    names = shortened(", ".join(versions), LONGEST_NAMES) or "no version"
    return Sighting(is_there=True, saw=f"GET {url}: a manifest of {names}")


def _in_words(exchange: Exchange) -> str:
    if exchange.answer is None:
        return exchange.trouble
    if redirect_of(exchange) is not None:
        return f"more than {MOST_REDIRECTS} redirects"
    is_good = exchange.answer.status == 200
    return "status 200, but no manifest" if is_good else f"status {exchange.answer.status}"
