"""Preflight of the APIs that share OAuth: read the document, and let an earner grant once."""

from collections.abc import Awaitable, Callable

from conformance.apis.oauth.choice import choose_granting
from conformance.apis.oauth.clients import known_client
from conformance.apis.oauth.service import Service
from conformance.apis.unreached import advice
from conformance.core.errors import HarnessError, Limited, NotProvoked, PreflightError
from conformance.engine.preflight import PreflightResult
from conformance.engine.session import Session
from conformance.engine.sharing import shared_clock
from conformance.engine.state import State, StepFailed
from conformance.target.http.client import Wire

ACTION = "get a grant"
CONSENT = (
    "Look at the last page in a browser. Describe the steps to the callback in a consent recipe, "
    "[[consent]] in target.toml; give an existing account with --earner E-MAIL:PASSWORD; or grant "
    "access by hand: backpack-conformance connect."
)
HOSTS = (
    "If that host belongs to the provider, allow it: --host HOST (BACKPACK_HOST, hosts). If not, "
    "its {document} sends consumers to a wrong host."
)
NOT_THE_TARGET = "The cause is not the provider. Fix it and run again."


def preflight_of(service: Service) -> Callable[[Session], Awaitable[PreflightResult]]:
    """The preflight of an API."""

    async def preflight(session: Session) -> PreflightResult:
        """Read the document, register, and walk through consent.

        A document or a registration that cannot be used, or a callback without a code, is no reason
        to stop: the scenarios judge it, and what depends on it stays inconclusive.
        """
        if (shared := shared_clock(session)) is not None:
            return PreflightResult(shared)
        try:
            return PreflightResult(await trouble_of(service, session, Wire(session.client)))
        except NotProvoked as error:
            advice = HOSTS.format(document=service.document)
            return PreflightResult(PreflightError(ACTION, str(error), advice))
        except (Limited, HarnessError) as error:
            return PreflightResult(PreflightError(ACTION, str(error), NOT_THE_TARGET))

    return preflight


async def trouble_of(service: Service, session: Session, wire: Wire) -> PreflightError | None:
    """Why no run can start; ``None`` when one can."""
    discovery = await service.discover(session, wire)
    if discovery.exchange.answer is None:
        action = f"GET {service.url(session.target.root)}"
        return PreflightError(action, discovery.exchange.trouble, advice(discovery.exchange))
    if discovery.server is None:
        return None
    state = State.fresh(session, {})
    try:
        await known_client(state)
    except StepFailed:
        return None
    try:
        await choose_granting(session, session.earner("ada", 0))
    except StepFailed as failure:
        if failure.exchange is not None and failure.exchange.landing is not None:
            return None
        return PreflightError(ACTION, state.secrets.redacted(failure.reason), CONSENT)
    return None
