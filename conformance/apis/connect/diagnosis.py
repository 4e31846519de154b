"""What can be seen of a target before any run: for ``doctor``, and for ``init``."""

from collections.abc import AsyncIterator

from attrs import evolve

from conformance.apis.connect.granting.choice import choose_granting
from conformance.apis.connect.preflight import without_secrets
from conformance.apis.connect.probes.consenting import GrantAttempt, consent
from conformance.apis.connect.probes.hooking import hooks, machine
from conformance.apis.connect.probes.pushing import identity, key, push
from conformance.apis.connect.probes.reaching import certificate, clock, pages, reach
from conformance.apis.connect.probes.revoking import revocation
from conformance.engine.probe import Health, Look, Probe
from conformance.engine.session import Session
from conformance.target.browser.onward import page_of
from conformance.target.issuer_site import FIRST, SECOND
from conformance.target.pages.drafting import draft
from conformance.target.pages.forms import Act
from conformance.target.pages.reader import EarnerAccount


async def look(session: Session) -> Look:
    """Reach the pages, and walk through consent once."""
    reached = await reach(session)
    if reached.health is Health.BAD:
        return Look((reached,))
    others = await pages(session)
    granted = await consent(session, session.earner("ada", 0), Act.GRANT)
    if granted.probe.health is not Health.BAD or granted.walk is None:
        return Look((reached, *others, evolve(granted.probe, came_back="it works")))
    lines = draft(granted.walk.actions, page_of(granted.walk.exchange))
    return Look((reached, *others, granted.probe), tuple(lines))


async def diagnose(session: Session) -> AsyncIterator[Probe]:
    """Try everything that a run needs; each result is yielded as soon as it is there."""
    earner = session.earner("ada", 0)
    reached = await reach(session)
    yield reached
    if reached.health is Health.BAD:
        return
    secured = await certificate(session)
    if secured is not None:
        yield secured
    for probe in [*await pages(session), await clock(session)]:
        yield probe
    *earlier, granted = await choose_granting(session, earner)
    for attempt in earlier:
        yield without_secrets(session, evolve(attempt.probe, health=Health.NOTE), earner)
    if session.granting.only_earner:
        earner = session.earner("ada", 0)
    yield without_secrets(session, granted.probe, earner)
    if granted.probe.health is not Health.BAD:
        async for probe in _with_grant(session, granted, earner):
            yield without_secrets(session, probe, earner)
    for probe in [*await hooks(session, earner), *machine(session)]:
        yield probe


async def _with_grant(
    session: Session, granted: GrantAttempt, earner: EarnerAccount
) -> AsyncIterator[Probe]:
    if session.granting.walks:
        yield (await consent(session, earner, Act.DENY)).probe
    if granted.token is None or granted.api_root is None:
        reason = "the callback received no access_token, or no absolute api_root"
        yield Probe("token", "use the grant", reason, Health.NOTE, "A run will test this.")
        return
    yield await identity(session, granted)
    yield await push(session, granted, earner, FIRST)
    if session.granting.walks:
        second = await consent(session, earner, Act.GRANT, SECOND)
        if second.token and second.api_root:
            yield await push(session, second, earner, SECOND)
    yield await key(session, granted, earner)
    if not session.granting.only_earner:  # the grant that was given by hand is to stay
        yield await revocation(session, granted, earner)
