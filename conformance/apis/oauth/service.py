"""What differs between the APIs that share OAuth: how each announces its endpoints."""

from collections.abc import Callable, Mapping

from attrs import frozen

from conformance.apis.oauth.server import SERVER, AuthorizationServer
from conformance.core.exchange import Exchange
from conformance.engine.session import Session
from conformance.target.browser.onward import redirect_of
from conformance.target.http.client import Wire, is_usable

MOST_REDIRECTS = 5


@frozen
class Discovery:
    """What came of a look at the document that announces an API."""

    exchange: Exchange
    server: AuthorizationServer | None = None
    reason: str = ""
    """Why the document cannot be used; ``""`` when it can."""


@frozen(kw_only=True)
class Service:
    """How an API is announced, and what a target may offer of it."""

    document: str
    """What the document is called, which is the name of its endpoint as well."""
    url: Callable[[str], str]
    """From the root of a target to the URL of the document."""
    read: Callable[[Exchange], Discovery]
    """What the document says."""
    announced: Callable[[Exchange], str | None]
    """What the document announces, in a few words; ``None`` when there is no such document.

    A document with mistakes is one.
    """
    offered: Callable[[Session, AuthorizationServer | None], frozenset[str]]
    """The features that a target offers; ``None`` when its document cannot be used."""
    features: Mapping[str, str]
    """What a target may offer, and why a scenario does not apply where it does not."""
    resources: tuple[str, ...]
    """The endpoints below the root of the API."""
    requirements: str
    """Which requirements judge the document, in words."""
    least: str
    """What a target offers at least, in words."""

    async def discover(self, session: Session, wire: Wire) -> Discovery:
        """Read the document, and let the session remember endpoints and features.

        Redirects are followed as clients follow them. Every feature counts as offered while nobody
        knows, so that nothing is called inapplicable because of a document that cannot be read.
        """
        found = self.read(await fetched(wire, self.url(session.target.root)))
        unusable = f"the {self.document} cannot be used: {found.reason}"
        session.memory[SERVER] = found.server or unusable
        session.offered = self.offered(session, found.server)
        return found


async def fetched(wire: Wire, url: str) -> Exchange:
    """The last exchange on the way to a document."""
    exchange = await wire.send("GET", url, [("Accept", "application/json")])
    for _ in range(MOST_REDIRECTS):
        location = redirect_of(exchange)
        if location is None or not is_usable(location):
            break
        exchange = await wire.send("GET", location, [("Accept", "application/json")])
    return exchange
