"""Preflight of Backpack Connect: reach the target, walk through consent, push a badge."""

from attrs import evolve

from conformance.apis.connect.endpoints import Endpoint
from conformance.apis.connect.granting.by_adapter import ByAdapter
from conformance.apis.connect.granting.choice import choose_granting
from conformance.apis.connect.probes.consenting import GrantAttempt
from conformance.apis.connect.probes.pushing import push
from conformance.apis.connect.probes.reaching import reach
from conformance.core.errors import HarnessError, Limited, NotProvoked, PreflightError
from conformance.core.redaction.secrets import Secrets
from conformance.engine.preflight import EarlyFailure, PreflightResult
from conformance.engine.probe import Health, Probe
from conformance.engine.session import Session
from conformance.engine.sharing import shared_clock
from conformance.target.adapter.messages import wrong_grant
from conformance.target.pages.reader import EarnerAccount

CALLBACK_PARAMETERS = "BC-CONNECT-05"
"""The requirement about the parameters of the callback."""
ACTION = "get a grant, and push a badge with it"
UNKNOWN_HOST = (
    "If that host belongs to the Backpack, allow it: --host HOST (BACKPACK_HOST, hosts). If not, "
    "the Backpack sends issuers to a wrong host: check its api_root and its redirects."
)
LIMITS = (
    "Let the Backpack accept more requests of this machine, or let the suite send fewer: --rate N "
    "(BACKPACK_RATE, care.rate)."
)
NOT_THE_TARGET = "The cause is not the Backpack. Fix it and run again."


async def preflight(session: Session) -> PreflightResult:
    """Reach the target, walk through consent, push a badge.

    The scenarios judge the answers of the target, however wrong they are.
    """
    if (shared := shared_clock(session)) is not None:
        return PreflightResult(shared)
    earner = session.earner("ada", 0)
    secrets = secrets_of(session, earner)
    try:
        grant = await _grant(session, earner)
        if isinstance(grant, Probe):
            return PreflightResult(without_secrets(session, grant, earner).trouble())
        if (early_failure := _of_adapter(session, grant)) is not None:
            return PreflightResult(early_failure=early_failure)
        if session.granting.only_earner:
            earner = session.earner("ada", 0)
        probe = await _push_trouble(session, grant, earner, secrets)
    except PreflightError as trouble:  # of the adapter
        return PreflightResult(trouble)
    except (Limited, HarnessError) as error:
        advice = LIMITS if isinstance(error, Limited) else NOT_THE_TARGET
        return PreflightResult(PreflightError(ACTION, str(error), advice))
    except NotProvoked as error:
        return PreflightResult(PreflightError(ACTION, str(error), UNKNOWN_HOST))
    if probe is None:
        return PreflightResult()
    probe = without_secrets(session, probe, earner)
    if probe.failed_requirement and probe.exchange is not None:
        failure = EarlyFailure(
            probe.failed_requirement,
            expected="a response to a valid request",
            came_back=f"{probe.action}: {probe.came_back}; the same the second time",
            silent=frozenset[str]({Endpoint.ISSUE}),
            exchange=evolve(probe.exchange, number=1),
            secrets=secrets,
        )
        return PreflightResult(early_failure=failure)
    return PreflightResult(probe.trouble())


def _of_adapter(session: Session, grant: GrantAttempt) -> EarlyFailure | None:
    """The failure of a Backpack whose adapter passes on wrong callback parameters."""
    granting = session.granting
    wrong = wrong_grant(grant.parameters) if isinstance(granting, ByAdapter) else ""
    if not isinstance(granting, ByAdapter) or not wrong:
        return None
    is_usable = grant.token is not None and grant.api_root is not None
    came_back = f"grant() of the adapter {granting.adapter.channel.name}: {wrong}"
    silent = frozenset[str]() if is_usable else frozenset[str](Endpoint) - {Endpoint.PAGES}
    return EarlyFailure(CALLBACK_PARAMETERS, "the required callback parameters", came_back, silent)


async def _grant(session: Session, earner: EarnerAccount) -> GrantAttempt | Probe:
    """A grant, or the probe that shows why there is none."""
    reached = await reach(session)
    if reached.health is Health.BAD:
        return reached
    grant = (await choose_granting(session, earner))[-1]
    return grant.probe if grant.probe.health is Health.BAD else grant


async def _push_trouble(
    session: Session, grant: GrantAttempt, earner: EarnerAccount, secrets: Secrets
) -> Probe | None:
    """Why no push works; ``None`` when the scenarios can judge the answers."""
    for kind in ("access_token", "refresh_token"):
        if isinstance(token := grant.parameters.get(kind), str):
            secrets.add(token, kind)
    if grant.token is None or grant.api_root is None:
        return None
    probe = await push(session, grant, earner)
    if probe.failed_requirement:
        probe = await push(session, grant, earner)
    return probe if probe.health is Health.BAD else None


def without_secrets(session: Session, probe: Probe, earner: EarnerAccount) -> Probe:
    """The probe without the earner's secrets, since a page's title may contain the name."""
    secrets = secrets_of(session, earner)
    return evolve(
        probe,
        action=secrets.redacted(probe.action),
        came_back=secrets.redacted(probe.came_back),
        advice=secrets.redacted(probe.advice),
    )


def secrets_of(session: Session, earner: EarnerAccount) -> Secrets:
    """The secrets of an earner."""
    secrets = Secrets(session.client.vault)
    secrets.add(earner.email, f"e-mail of {earner.role}")
    secrets.add(earner.password, f"password of {earner.role}")
    return secrets
