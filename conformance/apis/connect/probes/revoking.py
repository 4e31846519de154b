"""The check whether access can be revoked: at the settings page, or by the adapter."""

from conformance.apis.connect.probes.consenting import GrantAttempt
from conformance.apis.connect.probes.pushing import identity_status
from conformance.engine.probe import Health, Probe
from conformance.engine.session import Session
from conformance.target.browser.revocation import revoke
from conformance.target.http.client import Wire
from conformance.target.issuer_site import FIRST
from conformance.target.pages.reader import EarnerAccount

NAME = "revocation"
CHECK_BUTTON = "A run will test this. Was the right button pressed? Check the page in a browser."


async def revocation(session: Session, grant: GrantAttempt, earner: EarnerAccount) -> Probe:
    """Check that the earner can revoke access, and that the token is refused afterwards."""
    target, origin = session.target, session.site.origins[FIRST].url
    adapter = target.revoker
    if not session.granting.walks and adapter is None:
        why = "the settings page cannot be reached, and the adapter has no revoke()"
        return Probe(NAME, f"revoke {origin}", why, Health.SHORT, "Add revoke() to the adapter.")
    action = f"revoke {origin} at {target.page('settings')}"
    if session.granting.walks:
        browser = session.browser(Wire(session.client), earner)
        ended = await revoke(browser, target.page("settings"), origin, target.revoking)
        if ended.dead_end is None:
            return await _token_refused(session, grant, action)
        if adapter is None:
            return Probe(NAME, action, ended.dead_end.why, Health.SHORT, ended.dead_end.advice)
    if adapter is not None:
        await adapter.revoke(earner.email, origin)
        action = f"revoke {origin} by revoke() of the adapter {adapter.channel.name}"
    return await _token_refused(session, grant, action)


async def _token_refused(session: Session, grant: GrantAttempt, action: str) -> Probe:
    """Whether the access token is refused now."""
    status = await identity_status(session, grant)
    if 400 <= status < 500:
        return Probe(NAME, action, f"the access token is refused with {status}")
    came_back = f"the access token still works: {status}" if status else "no answer"
    return Probe(NAME, action, came_back, Health.NOTE, CHECK_BUTTON)
