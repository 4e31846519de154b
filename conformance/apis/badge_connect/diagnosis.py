"""What can be seen of a provider before any run: for ``doctor``, and for ``init``."""

from collections.abc import AsyncIterator

from conformance.apis.badge_connect.manifest import FEATURES, discover, manifest_url
from conformance.apis.badge_connect.preflight import CONSENT, UNREACHABLE
from conformance.apis.oauth.choice import choose_granting
from conformance.apis.oauth.clients import known_client
from conformance.engine.probe import Health, Look, Probe
from conformance.engine.session import Session
from conformance.engine.state import State, StepFailed
from conformance.target.http.client import Wire

REGISTRATION = (
    "A run judges it, but nothing that needs a client can be tested. If the provider requires "
    "https in the URLs of clients, let the issuer site speak TLS: --issuer-certificate FILE and "
    "--issuer-key FILE (issuer.certificate, issuer.key)."
)
NEITHER = "Offer assertion.create or assertion.readonly in scopesOffered."


async def look(session: Session) -> Look:
    """Read the manifest."""
    return Look((await manifest_probe(session, Wire(session.client)),))


async def diagnose(session: Session) -> AsyncIterator[Probe]:
    """Try everything that a run needs; each try is told as soon as it is done."""
    wire = Wire(session.client)
    announced = await manifest_probe(session, wire)
    yield announced
    if announced.health is not Health.GOOD:
        return
    yield offered(session)
    state = State.fresh(session, {})
    try:
        await known_client(state)
    except StepFailed as failure:
        yield Probe("client", "register a client", str(failure), Health.SHORT, REGISTRATION)
        return
    yield Probe("client", "register a client", "it got an id and a secret")
    try:
        result = await choose_granting(session)
    except StepFailed as failure:
        reason = state.secrets.redacted(str(failure))
        yield Probe("grant", "let an earner grant access", reason, Health.BAD, CONSENT)
        return
    names = ", ".join(result.saved) if not result.trouble else result.trouble
    by_hand = session.granting.only_earner is not None
    action = "renew the stored grant" if by_hand else "let an earner grant access"
    yield Probe("grant", action, f"the token endpoint sent {names}")


async def manifest_probe(session: Session, wire: Wire) -> Probe:
    """Whether there is a manifest that can be used."""
    discovery = await discover(session, wire)
    action = f"GET {manifest_url(session.target.root)}"
    if discovery.exchange.answer is None:
        return Probe("manifest", action, discovery.exchange.trouble, Health.BAD, UNREACHABLE)
    if discovery.reason:
        return Probe("manifest", action, discovery.reason, Health.SHORT, "See BC21-MANI-01 to 07.")
    return Probe("manifest", action, "it names all endpoints")


def offered(session: Session) -> Probe:
    """What the manifest offers, and so what will be judged."""
    names = [name for name in FEATURES if name in session.offered]
    is_enough = bool({"read", "write"} & session.offered)
    health = Health.GOOD if is_enough else Health.SHORT
    listed = ", ".join(names) or "nothing"
    return Probe("features", "read the scopes", listed, health, "" if is_enough else NEITHER)
