"""Preflight: is everything there that a run needs; a no here is nobody's failure yet."""

from attrs import evolve, frozen

from conformance.probes.consenting import by_adapter, by_hand, can_stand_in, consent
from conformance.probes.probe import Health, Probe
from conformance.probes.pushing import push
from conformance.probes.reaching import reach
from conformance.redaction import Secrets
from conformance.session import Session
from conformance.target.forms import Act
from conformance.target.reader import Earner
from conformance.values.errors import HarnessError, Limited, NotProvoked, PreflightError
from conformance.values.exchange import Exchange

TRIED = "get a grant, and push a badge with it"
MAY_BE_WRONG = (
    "If that host belongs to the Backpack, say so: --host HOST (BACKPACK_HOST, hosts). If it does "
    "not, the Backpack leads issuers astray: look at its api_root and its redirects."
)


LIMITS = (
    "Let the Backpack take more requests of this machine, or let the suite send fewer: --rate N "
    "(BACKPACK_RATE, care.rate)."
)
NOT_THE_TARGET = "This says nothing about the Backpack; mend it, and run again."


@frozen
class Accusation:
    """A requirement that a good request showed to be broken before any scenario began."""

    requirement: str
    expected: str
    came_back: str
    """What was tried, and what came of it, both times."""
    exchange: Exchange
    secrets: Secrets

    @property
    def reason(self) -> str:
        """Why all that needs such a request cannot be judged."""
        return f"the target never answered a good request: {self.came_back}"


@frozen
class Found:
    """What is known of a target before the first scenario."""

    trouble: PreflightError | None = None
    """Why no run can begin: something cannot be reached, or nobody can walk through consent."""
    accusation: Accusation | None = None


async def preflight(session: Session) -> Found:
    """Reach the target, walk through consent, push a badge.

    What the target answers is judged by the scenarios, however wrong it is.
    """
    earner = session.earner("ada", 0)
    secrets = secrets_of(earner)
    try:
        probe = await _first_trouble(session, earner, secrets)
    except PreflightError as trouble:  # of the adapter
        return Found(trouble)
    except (Limited, HarnessError) as error:
        advice = LIMITS if isinstance(error, Limited) else NOT_THE_TARGET
        return Found(PreflightError(TRIED, str(error), advice))
    except NotProvoked as error:
        return Found(PreflightError(TRIED, str(error), MAY_BE_WRONG))
    if probe is None:
        return Found()
    probe = without_secrets(probe, earner)
    if probe.accuses and probe.exchange is not None:
        expected = "an answer to a good request"
        came_back = f"{probe.tried}: {probe.came_back}; the same the second time"
        shown = evolve(probe.exchange, number=1)
        return Found(accusation=Accusation(probe.accuses, expected, came_back, shown, secrets))
    return Found(probe.trouble())


async def _first_trouble(session: Session, earner: Earner, secrets: Secrets) -> Probe | None:
    reached = await reach(session)
    if reached.health is Health.BAD:
        return reached
    granted = await consent(session, earner, Act.GRANT)
    if granted.probe.health is Health.BAD and session.kept is not None:
        granted = await by_hand(session, session.kept)
        earner = session.earner("ada", 0)
    elif granted.probe.health is Health.BAD and (adapter := can_stand_in(session)):
        granted = await by_adapter(session, adapter, earner)
    if granted.probe.health is Health.BAD:
        return granted.probe
    for kind in ("access_token", "refresh_token"):
        if isinstance(token := granted.told.get(kind), str):
            secrets.add(token, kind)
    if granted.token is None or granted.api_root is None:
        return None  # scenarios judge what the callback is told
    pushed = await push(session, granted, earner)
    if pushed.accuses:
        pushed = await push(session, granted, earner)
    return pushed if pushed.health is Health.BAD else None


def without_secrets(probe: Probe, earner: Earner) -> Probe:
    """It is written into the record; a page's title may greet the earner."""
    secrets = secrets_of(earner)
    return evolve(
        probe,
        tried=secrets.redacted(probe.tried),
        came_back=secrets.redacted(probe.came_back),
        advice=secrets.redacted(probe.advice),
    )


def secrets_of(earner: Earner) -> Secrets:
    """What nobody else may read of an earner."""
    secrets = Secrets()
    secrets.add(earner.email, f"e-mail of {earner.role}")
    secrets.add(earner.password, f"password of {earner.role}")
    return secrets
