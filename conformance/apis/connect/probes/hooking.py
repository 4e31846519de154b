"""The checks of the target's hooks, and of what this machine has for a run."""

from conformance.core.errors import HarnessError, NotProvoked
from conformance.engine.probe import Health, Probe
from conformance.engine.session import Session
from conformance.target.issuer_site import FORBIDDEN
from conformance.target.pages.reader import Earner

NO_CLOCK = (
    "Expiry stays untested. Use tokens with a short lifetime and wait for them: --wait-expiry "
    "SECONDS (BACKPACK_WAIT_EXPIRY, wait_expiry); or write an adapter."
)
ONE_EARNER = "Name a second account: --earner E-MAIL:PASSWORD (BACKPACK_EARNERS, [[earners]])."
FORBID = (
    "To test it, forbid your Backpack to fetch from one address of this machine, and name the "
    "address: --forbidden-host ADDRESS (BACKPACK_FORBIDDEN_HOST, forbidden_host)."
)


async def hooks(session: Session, earner: Earner) -> list[Probe]:
    """Check that the target's hooks answer."""
    target = session.target
    probes = []
    if "badges" in target.capabilities:
        probes.append(await _badges(session, earner))
    if "clock" not in target.capabilities:
        action = "let tokens expire"
        probes.append(Probe("clock hook", action, "there is no hook", Health.NOTE, NO_CLOCK))
    return probes


async def _badges(session: Session, earner: Earner) -> Probe:
    action = "ask the hook for the badges of an earner"
    try:
        badges = await session.target.hooks.badges(earner.email)
    except (HarnessError, NotProvoked) as error:
        return Probe("badges hook", action, str(error), Health.BAD, "Fix the hook.")
    return Probe("badges hook", action, f"{len(badges)} badges")


def machine(session: Session) -> list[Probe]:
    """Check what else a run needs: a browser, two earners, a forbidden address."""
    probes = []
    missing = session.chromium.missing
    if missing:
        advice = "One requirement, about issuer.js, stays untested."
        probes.append(Probe("browser", "find Chromium", missing, Health.NOTE, advice))
    if "second-earner" not in session.capabilities:
        action, came_back = "tell earners apart", "there is only one account"
        probes.append(Probe("earners", action, came_back, Health.NOTE, ONE_EARNER))
    if FORBIDDEN not in session.site.origins:
        action, came_back = "check that it is enforced", "no address is forbidden"
        probes.append(Probe("fetch policy", action, came_back, Health.NOTE, FORBID))
    return probes
