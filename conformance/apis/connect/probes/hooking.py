"""The checks of the target's hooks, and of what this machine has for a run."""

from conformance.core.errors import HarnessError, NotProvoked
from conformance.engine.probe import Health, Probe
from conformance.engine.session import Session
from conformance.target.issuer_site import FORBIDDEN
from conformance.target.pages.reader import EarnerAccount

NO_CLOCK = (
    "Expiry is untested. Use short token lifetimes and --wait-expiry SECONDS "
    "(BACKPACK_WAIT_EXPIRY, wait_expiry), or an adapter with advance()."
)
NO_SECOND_EARNER = (
    "Name a second account: --earner E-MAIL:PASSWORD (BACKPACK_EARNERS, [[earners]])."
)
FORBID = (
    "To test it, configure your Backpack not to fetch from an address of this machine, "
    "and pass that address: --forbidden-host ADDRESS (BACKPACK_FORBIDDEN_HOST, "
    "forbidden_host)."
)


async def hooks(session: Session, earner: EarnerAccount) -> list[Probe]:
    """Check that the target's hooks answer."""
    target = session.target
    probes = []
    if "badges" in target.capabilities:
        probes.append(await _badges(session, earner))
    if "clock" not in target.capabilities:
        action = "let tokens expire"
        probes.append(Probe("clock hook", action, "not available", Health.NOTE, NO_CLOCK))
    return probes


async def _badges(session: Session, earner: EarnerAccount) -> Probe:
    tried = "list the badges of an earner"
    try:
        badges = await session.target.hooks.badges(earner.email)
    except (HarnessError, NotProvoked) as error:
        return Probe("badges hook", tried, str(error), Health.BAD, "Fix badges() of the adapter.")
    return Probe("badges hook", tried, f"{len(badges)} badges")


def machine(session: Session) -> list[Probe]:
    """Check what else a run needs: a browser, two earners, a forbidden address."""
    probes: list[Probe] = []
    missing = session.chromium.missing
    if missing:
        advice = "One requirement (issuer.js) is untested."
        probes.append(Probe("browser", "find Chromium", missing, Health.NOTE, advice))
    if "second-earner" not in session.capabilities:
        reason = "only one account"
        probes.append(
            Probe("earners", "test with two earners", reason, Health.NOTE, NO_SECOND_EARNER)
        )
    if FORBIDDEN not in session.site.origins:
        reason = "no forbidden address is set"
        probes.append(Probe("fetch policy", "test the fetch policy", reason, Health.NOTE, FORBID))
    return probes
