"""The choice of the way to get grants: at the pages, else with a grant that was given by hand."""

from conformance.apis.oauth.by_hand import ByHand
from conformance.engine.session import Session
from conformance.engine.state import StepFailed
from conformance.engine.step_result import StepResult
from conformance.target.adapter.hooks import AdapterHooks
from conformance.target.http.client import Wire
from conformance.target.pages.reader import EarnerAccount
from conformance.target.target import Hooks

OF_ANOTHER_API = "grant() of the adapter is not asked, since it gives no code to trade for tokens"


async def choose_granting(session: Session, earner: EarnerAccount) -> StepResult:
    """Get a grant of an earner once, and let the session use the way that worked.

    Raises:
        StepFailed: when no way works; says why for each.
    """
    wire = Wire(session.client)
    try:
        result: StepResult = await session.granting.try_out(session, wire, earner)
    except StepFailed as failure:
        if session.stored_grant is None and grants_by_adapter(session.target.hooks):
            raise StepFailed(f"{failure}; {OF_ANOTHER_API}", failure.exchange) from None
        if session.stored_grant is None:
            raise
        by_hand = ByHand(session.stored_grant)
        try:
            result = await by_hand.try_out(session, wire, earner)
        except StepFailed as second:
            raise StepFailed(f"{failure}; {second}", second.exchange) from failure
        session.granting = by_hand
    return result


def grants_by_adapter(hooks: Hooks) -> bool:
    """Whether an adapter grants access by some API."""
    return isinstance(hooks, AdapterHooks) and "grant" in hooks.channel.methods
