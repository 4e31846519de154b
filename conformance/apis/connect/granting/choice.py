"""Which way to get grants works at a target."""

from conformance.apis.connect.granting.by_adapter import ByAdapter
from conformance.apis.connect.granting.by_hand import ByHand
from conformance.apis.connect.probes.consenting import Granted
from conformance.engine.granting import Granting
from conformance.engine.probe import Health
from conformance.engine.session import Session
from conformance.target.adapter.hooks import AdapterHooks
from conformance.target.http.client import Wire
from conformance.target.pages.reader import EarnerAccount


async def choose_granting(session: Session, earner: EarnerAccount) -> list[Granted]:
    """Try to get a grant, and let the session work on in the way that gave one.

    Yields every try; only the last may have come to a good end.
    """
    walked: Granted = await session.granting.try_out(session, Wire(session.client), earner)
    instead = _instead_of_walking(session)
    if walked.probe.health is not Health.BAD or instead is None:
        return [walked]
    granted: Granted = await instead.try_out(session, Wire(session.client), earner)
    if granted.probe.health is not Health.BAD:
        session.granting = instead
    return [walked, granted]


def _instead_of_walking(session: Session) -> Granting | None:
    if session.kept is not None:
        return ByHand(session.kept)
    hooks = session.target.hooks
    can_grant = isinstance(hooks, AdapterHooks) and "grant" in hooks.channel.methods
    return ByAdapter(hooks) if isinstance(hooks, AdapterHooks) and can_grant else None
