"""The choice of the way to get grants: at the pages, else with a grant that was given by hand."""

from conformance.apis.oauth.by_hand import ByHand
from conformance.engine.session import Session
from conformance.engine.state import StepFailed
from conformance.engine.step_result import StepResult
from conformance.target.http.client import Wire


async def choose_granting(session: Session) -> StepResult:
    """Get a grant once, and let the session use the way that worked.

    Raises:
        StepFailed: when no way works; says why for each.
    """
    wire, earner = Wire(session.client), session.earner("ada", 0)
    try:
        result: StepResult = await session.granting.try_out(session, wire, earner)
    except StepFailed as failure:
        if session.stored_grant is None:
            raise
        by_hand = ByHand(session.stored_grant)
        try:
            result = await by_hand.try_out(session, wire, earner)
        except StepFailed as second:
            raise StepFailed(f"{failure}; {second}", second.exchange) from failure
        session.granting = by_hand
    return result
