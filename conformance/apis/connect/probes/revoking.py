"""Can an earner take a permission back: the settings page, its recipe, or the adapter."""

from conformance.apis.connect.probes.consenting import Granted
from conformance.apis.connect.probes.pushing import identity_status
from conformance.engine.probe import Health, Probe
from conformance.engine.session import Session
from conformance.target.browser.revocation import revoke
from conformance.target.http.client import Wire
from conformance.target.issuer_site import FIRST
from conformance.target.pages.reader import EarnerAccount

WHAT = "revocation"
JUDGED = "A run will test this. Was the right button pressed? Check the page in a browser."


async def revocation(session: Session, granted: Granted, earner: EarnerAccount) -> Probe:
    """The earner takes the permission back, and its token is refused from then on."""
    target, origin = session.target, session.site.origins[FIRST].url
    adapter = target.revoker
    if not session.granting.walks and adapter is None:
        why = "the settings page cannot be reached, and the adapter has no revoke()"
        return Probe(WHAT, f"revoke {origin}", why, Health.SHORT, "Add revoke() to the adapter.")
    tried = f"revoke {origin} at {target.page('settings')}"
    if session.granting.walks:
        browser = session.browser(Wire(session.client), earner)
        ended = await revoke(browser, target.page("settings"), origin, target.revoking)
        if ended.dead_end is None:
            return await _died(session, granted, tried)
        if adapter is None:
            return Probe(WHAT, tried, ended.dead_end.why, Health.SHORT, ended.dead_end.advice)
    if adapter is not None:
        await adapter.revoke(earner.email, origin)
        tried = f"revoke {origin} by revoke() of the adapter {adapter.channel.name}"
    return await _died(session, granted, tried)


async def _died(session: Session, granted: Granted, tried: str) -> Probe:
    """Whether the access token is refused by now."""
    status = await identity_status(session, granted)
    if 400 <= status < 500:
        return Probe(WHAT, tried, f"the access token is refused with {status}")
    came_back = f"the access token still works: {status}" if status else "no answer"
    return Probe(WHAT, tried, came_back, Health.NOTE, JUDGED)
