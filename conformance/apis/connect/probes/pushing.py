"""The checks of a grant: the API answers, and fetches pushed badges from the issuer site."""

import base64
import json

from conformance.apis.connect.probes.consenting import GrantAttempt
from conformance.core.errors import Failure
from conformance.core.exchange import Exchange
from conformance.core.plain import shortened
from conformance.engine.probe import Health, Probe
from conformance.engine.session import Session
from conformance.openbadges.bundle import BadgeSpec, Bundle, make_bundle, recipient
from conformance.target.http.client import Wire
from conformance.target.issuer_site import FIRST
from conformance.target.pages.reader import EarnerAccount

ISSUED_ON = 1_403_784_577
"""Unix seconds: the time in the API document's example."""
UNREACHABLE = (400, 422, 424, 502, 504)
"""Statuses with which a Backpack may report a document that it cannot fetch."""
ACCEPTS = "BC-ISSUE-01"
"""The requirement that a valid badge is accepted."""
NEVER_ANSWERED = (
    "The Backpack fetched the badge but never responded to the push. Check its log: does "
    "it wait for something, or fail without a response?"
)


async def identity(session: Session, grant: GrantAttempt) -> Probe:
    """Check that the API answers and accepts the access token."""
    url = f"{grant.api_root}/identity"
    exchange = await Wire(session.client).send("GET", url, bearing(grant))
    status = exchange.answer.status if exchange.answer else 0
    if 200 <= status < 300:
        return Probe("token", f"GET {url} with the access token", str(status))
    came_back = str(status) if status else exchange.trouble
    advice = (
        f"The api_root of the callback is {grant.api_root}: is that correct, and can "
        "this machine reach it? Does a proxy remove the Authorization header?"
    )
    return Probe("token", f"GET {url} with the access token", came_back, Health.NOTE, advice)


async def identity_status(session: Session, grant: GrantAttempt) -> int:
    """The status of a request with the access token; 0 when there is no response."""
    url = f"{grant.api_root}/identity"
    exchange = await Wire(session.client).send("GET", url, bearing(grant))
    return exchange.answer.status if exchange.answer else 0


async def push(
    session: Session, grant: GrantAttempt, earner: EarnerAccount, origin: str = FIRST
) -> Probe:
    """Check that the target fetches a pushed badge from the issuer site."""
    bundle = badge(session, earner, origin)
    exchange, fetched = await push_badge(session, Wire(session.client), grant, bundle)
    status = exchange.answer.status if exchange.answer else 0
    came_back = f"{status}{_words(exchange)}" if status else exchange.trouble
    name = "issuer site" if origin == FIRST else "second origin"
    action = f"push a badge at {bundle.urls['assertion']}"
    if fetched:
        came_back = f"{came_back}; the Backpack fetched {fetched} documents"
        if status:
            return Probe(name, action, came_back)
        advice = NEVER_ANSWERED
        return Probe(name, action, came_back, Health.BAD, advice, ACCEPTS, exchange)
    came_back = f"{came_back}; the Backpack never reached the issuer site"
    is_network = status in UNREACHABLE or exchange.failure is Failure.TIMEOUT
    health = Health.BAD if is_network else Health.NOTE
    return Probe(name, action, came_back, health, session.site.advice)


async def push_badge(
    session: Session, wire: Wire, grant: GrantAttempt, bundle: Bundle
) -> tuple[Exchange, int]:
    """Push a badge while the issuer site serves it.

    Returns the exchange, and how many documents were fetched.
    """
    session.site.put(bundle)
    headers = [("Content-Type", "application/json"), *bearing(grant)]
    body = json.dumps({"badge": bundle.pushed()}).encode()
    try:
        exchange = await wire.send("POST", f"{grant.api_root}/issue", headers, body)
        fetched = sum(len(session.site.visits_of(url)) for url in bundle.urls.values())
    finally:
        session.site.withdraw(bundle.urls)
    return exchange, fetched


async def key(session: Session, grant: GrantAttempt, earner: EarnerAccount) -> Probe:
    """Check that the target fetches the key of a signed badge."""
    bundle = badge(session, earner, FIRST, signed=True)
    exchange, _ = await push_badge(session, Wire(session.client), grant, bundle)
    fetched = session.site.visits_of(bundle.urls["key"])
    status = exchange.answer.status if exchange.answer else 0
    action = f"push a signed badge with its key at {bundle.urls['key']}"
    if fetched:
        return Probe("key", action, f"{status}; the Backpack fetched the key")
    came_back = f"{status}{_words(exchange)}; the Backpack never fetched the key"
    return Probe("key", action, came_back, Health.NOTE, "Requirements about signatures will fail.")


def badge(session: Session, earner: EarnerAccount, origin: str, *, signed: bool = False) -> Bundle:
    """A valid badge of this earner, at new URLs of the issuer site."""
    spec = BadgeSpec(
        version="1.0",
        recipient=recipient(earner.email, hashed=True),
        uid=f"badge-{session.nonce()}",
        issued_on=ISSUED_ON,
        names=session.samples.names(),
        signed=signed,
    )
    return make_bundle(spec, session.site.urls(origin), session.site.origins[origin].url)


def bearing(grant: GrantAttempt) -> list[tuple[str, str]]:
    """The header with the access token of a grant."""
    token = base64.b64encode((grant.token or "").encode()).decode()
    return [("Authorization", f"Bearer {token}")]


def _words(exchange: Exchange) -> str:
    body = exchange.answer.body if exchange.answer else b""
    return f" {shortened(body.decode(errors='replace'), 120)!r}" if body else ""
