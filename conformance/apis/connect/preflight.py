"""Preflight of Backpack Connect: reach the target, walk through consent, push a badge."""

from attrs import evolve

from conformance.apis.connect.endpoints import Endpoint
from conformance.apis.connect.granting.by_adapter import ByAdapter
from conformance.apis.connect.granting.choice import choose_granting
from conformance.apis.connect.probes.consenting import Granted
from conformance.apis.connect.probes.pushing import push
from conformance.apis.connect.probes.reaching import reach
from conformance.core.errors import HarnessError, Limited, NotProvoked, PreflightError
from conformance.core.redaction.secrets import Secrets
from conformance.engine.found import Accusation, Found
from conformance.engine.probe import Health, Probe
from conformance.engine.session import Session
from conformance.engine.sharing import shared_clock
from conformance.target.adapter.messages import wrong_grant
from conformance.target.pages.reader import EarnerAccount

TOLD = "BC-CONNECT-05"
"""The requirement about what the callback is told."""
TRIED = "get a grant, and push a badge with it"
MAY_BE_WRONG = (
    "If that host belongs to the Backpack, say so: --host HOST (BACKPACK_HOST, hosts). If it does "
    "not, the Backpack leads issuers astray: look at its api_root and its redirects."
)


LIMITS = (
    "Let the Backpack take more requests of this machine, or let the suite send fewer: --rate N "
    "(BACKPACK_RATE, care.rate)."
)
NOT_THE_TARGET = "This says nothing about the Backpack; fix it, and run again."


async def preflight(session: Session) -> Found:
    """Reach the target, walk through consent, push a badge.

    What the target answers is judged by the scenarios, however wrong it is.
    """
    if (shared := shared_clock(session)) is not None:
        return Found(shared)
    earner = session.earner("ada", 0)
    secrets = secrets_of(session, earner)
    try:
        granted = await _reached(session, earner)
        if isinstance(granted, Probe):
            return Found(without_secrets(session, granted, earner).trouble())
        if (accusation := _of_adapter(session, granted)) is not None:
            return Found(accusation=accusation)
        if session.granting.only_earner:
            earner = session.earner("ada", 0)
        probe = await _pushed(session, granted, earner, secrets)
    except PreflightError as trouble:  # of the adapter
        return Found(trouble)
    except (Limited, HarnessError) as error:
        advice = LIMITS if isinstance(error, Limited) else NOT_THE_TARGET
        return Found(PreflightError(TRIED, str(error), advice))
    except NotProvoked as error:
        return Found(PreflightError(TRIED, str(error), MAY_BE_WRONG))
    if probe is None:
        return Found()
    probe = without_secrets(session, probe, earner)
    if probe.accuses and probe.exchange is not None:
        expected = "an answer to a good request"
        came_back = f"{probe.tried}: {probe.came_back}; the same the second time"
        shown, silent = evolve(probe.exchange, number=1), frozenset[str]({Endpoint.ISSUE})
        return Found(
            accusation=Accusation(probe.accuses, expected, came_back, silent, shown, secrets)
        )
    return Found(probe.trouble())


def _of_adapter(session: Session, granted: Granted) -> Accusation | None:
    """What a truthful adapter passes on of a Backpack that tells callbacks something wrong."""
    granting = session.granting
    wrong = wrong_grant(granted.told) if isinstance(granting, ByAdapter) else ""
    if not isinstance(granting, ByAdapter) or not wrong:
        return None
    is_of_use = granted.token is not None and granted.api_root is not None
    came_back = f"grant() of the adapter {granting.adapter.channel.name}: {wrong}"
    silent = frozenset[str]() if is_of_use else frozenset[str](Endpoint) - {Endpoint.PAGES}
    return Accusation(TOLD, "what the callback is to be told", came_back, silent)


async def _reached(session: Session, earner: EarnerAccount) -> Granted | Probe:
    """A grant, or the try that found that there is none to be had."""
    reached = await reach(session)
    if reached.health is Health.BAD:
        return reached
    granted = (await choose_granting(session, earner))[-1]
    return granted.probe if granted.probe.health is Health.BAD else granted


async def _pushed(
    session: Session, granted: Granted, earner: EarnerAccount, secrets: Secrets
) -> Probe | None:
    """What is wrong with a push as such; ``None`` where scenarios can judge what was answered."""
    for kind in ("access_token", "refresh_token"):
        if isinstance(token := granted.told.get(kind), str):
            secrets.add(token, kind)
    if granted.token is None or granted.api_root is None:
        return None
    pushed = await push(session, granted, earner)
    if pushed.accuses:
        pushed = await push(session, granted, earner)
    return pushed if pushed.health is Health.BAD else None


def without_secrets(session: Session, probe: Probe, earner: EarnerAccount) -> Probe:
    """It is written into the record; a page's title may greet the earner."""
    secrets = secrets_of(session, earner)
    return evolve(
        probe,
        tried=secrets.redacted(probe.tried),
        came_back=secrets.redacted(probe.came_back),
        advice=secrets.redacted(probe.advice),
    )


def secrets_of(session: Session, earner: EarnerAccount) -> Secrets:
    """What nobody else may read of an earner."""
    secrets = Secrets(session.client.vault)
    secrets.add(earner.email, f"e-mail of {earner.role}")
    secrets.add(earner.password, f"password of {earner.role}")
    return secrets
