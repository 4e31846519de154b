"""An earner is invited to grant access by hand, once the manifest has said where."""

from conformance.apis.badge_connect.manifest import discover
from conformance.apis.oauth.by_hand import invited
from conformance.engine.granting import Invitation
from conformance.engine.session import Session
from conformance.target.http.client import Wire


async def invite(session: Session, callback: str) -> Invitation:
    """The link to the authorization endpoint, for a client registered for this callback.

    Raises:
        StepFailed: when the manifest or the registration cannot be used.
    """
    await discover(session, Wire(session.client))
    return await invited(session, callback)
