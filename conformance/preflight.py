"""Preflight: is everything there that a run needs; a no here is nobody's failure yet."""

from attrs import evolve

from conformance.probes.consenting import consent
from conformance.probes.probe import Health, Probe
from conformance.probes.pushing import push
from conformance.probes.reaching import reach
from conformance.redaction import Secrets
from conformance.session import Session
from conformance.target.forms import Act
from conformance.target.reader import Earner
from conformance.values.errors import NotProvoked, PreflightError

MAY_BE_WRONG = (
    "If that host belongs to the Backpack, say so: --host HOST (BACKPACK_HOST, hosts). If it does "
    "not, the Backpack leads issuers astray: look at its api_root and its redirects."
)


async def preflight(session: Session) -> PreflightError | None:
    """Reach the target, walk through consent, push a badge; what does not work, or nothing."""
    if session.target.trouble is not None:
        return session.target.trouble
    earner = session.earner("ada", 0)
    try:
        probe = await _first_trouble(session, earner)
    except NotProvoked as error:
        return PreflightError("get a grant, and push a badge with it", str(error), MAY_BE_WRONG)
    return None if probe is None else without_secrets(probe, earner).trouble()


async def _first_trouble(session: Session, earner: Earner) -> Probe | None:
    reached = await reach(session)
    if reached.health is Health.BAD:
        return reached
    granted = await consent(session, earner, Act.GRANT)
    if granted.probe.health is Health.BAD:
        return granted.probe
    if granted.token is None or granted.api_root is None:
        return None  # scenarios judge what the callback is told
    pushed = await push(session, granted, earner)
    return pushed if pushed.health is Health.BAD else None


def without_secrets(probe: Probe, earner: Earner) -> Probe:
    """It is written into the record; a page's title may greet the earner."""
    secrets = Secrets()
    secrets.add(earner.email, f"e-mail of {earner.role}")
    secrets.add(earner.password, f"password of {earner.role}")
    return evolve(
        probe,
        tried=secrets.redacted(probe.tried),
        came_back=secrets.redacted(probe.came_back),
        advice=secrets.redacted(probe.advice),
    )
