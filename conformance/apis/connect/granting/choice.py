"""The choice of the way to get grants: the first one that works at the target."""

from conformance.apis.connect.granting.by_adapter import ByAdapter
from conformance.apis.connect.granting.by_hand import ByHand
from conformance.apis.connect.probes.consenting import GrantAttempt
from conformance.engine.granting import Granting
from conformance.engine.probe import Health
from conformance.engine.session import Session
from conformance.target.adapter.hooks import AdapterHooks
from conformance.target.http.client import Wire
from conformance.target.pages.reader import EarnerAccount


async def choose_granting(session: Session, earner: EarnerAccount) -> list[GrantAttempt]:
    """Try to get a grant, and let the session use the way that worked.

    Returns all attempts; only the last may have succeeded.
    """
    first: GrantAttempt = await session.granting.try_out(session, Wire(session.client), earner)
    other_way = _other_way(session)
    if first.probe.health is not Health.BAD or other_way is None:
        return [first]
    second: GrantAttempt = await other_way.try_out(session, Wire(session.client), earner)
    if second.probe.health is not Health.BAD:
        session.granting = other_way
    return [first, second]


def _other_way(session: Session) -> Granting | None:
    """The way to get grants when earners cannot use the target's pages."""
    if session.stored_grant is not None:
        return ByHand(session.stored_grant)
    hooks = session.target.hooks
    can_grant = isinstance(hooks, AdapterHooks) and "grant" in hooks.channel.methods
    return ByAdapter(hooks) if isinstance(hooks, AdapterHooks) and can_grant else None
