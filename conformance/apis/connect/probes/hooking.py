"""What can be done to the target from outside, and what this machine has for a run."""

from conformance.core.errors import HarnessError, NotProvoked
from conformance.engine.probe import Health, Probe
from conformance.engine.session import Session
from conformance.target.issuer_site import FORBIDDEN
from conformance.target.pages.reader import EarnerAccount

NO_CLOCK = (
    "Expiry is untested. Use short token lifetimes and --wait-expiry SECONDS "
    "(BACKPACK_WAIT_EXPIRY, wait_expiry), or an adapter with advance()."
)
ONE_EARNER = "Give a second account: --earner E-MAIL:PASSWORD (BACKPACK_EARNERS, [[earners]])."
FORBID = (
    "To test it, configure your Backpack not to fetch from an address of this machine, "
    "and pass that address: --forbidden-host ADDRESS (BACKPACK_FORBIDDEN_HOST, "
    "forbidden_host)."
)


async def hooks(session: Session, earner: EarnerAccount) -> list[Probe]:
    """The hooks that the target has answer."""
    target = session.target
    found = []
    if "badges" in target.capabilities:
        found.append(await _badges(session, earner))
    if "clock" not in target.capabilities:
        tried = "let tokens expire"
        found.append(Probe("clock hook", tried, "there is no hook", Health.NOTE, NO_CLOCK))
    return found


async def _badges(session: Session, earner: EarnerAccount) -> Probe:
    tried = "list the badges of an earner"
    try:
        badges = await session.target.hooks.badges(earner.email)
    except (HarnessError, NotProvoked) as error:
        return Probe("badges hook", tried, str(error), Health.BAD, "Fix badges() of the adapter.")
    return Probe("badges hook", tried, f"{len(badges)} badges")


def machine(session: Session) -> list[Probe]:
    """What else a run judges by: a browser, two earners, an address that is forbidden."""
    found = []
    missing = session.chromium.missing
    if missing:
        advice = "One requirement (issuer.js) is untested."
        found.append(Probe("browser", "find Chromium", missing, Health.NOTE, advice))
    if "second-earner" not in session.capabilities:
        said = "only one account"
        found.append(Probe("earners", "test with two earners", said, Health.NOTE, ONE_EARNER))
    if FORBIDDEN not in session.site.origins:
        said = "no forbidden address is set"
        found.append(Probe("fetch policy", "test the fetch policy", said, Health.NOTE, FORBID))
    return found
