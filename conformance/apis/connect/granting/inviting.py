"""An earner is invited to grant access by hand (API document, section connect)."""

from collections.abc import Mapping
from typing import Any

from conformance.apis.connect.endpoints import access_url
from conformance.engine.granting import Invitation
from conformance.engine.session import Session
from conformance.engine.state import StepFailed

TEXT_PARAMETERS = ("access_token", "refresh_token", "api_root")


async def invite(session: Session, callback: str) -> Invitation:
    """The link to the access page, for a callback."""
    return Invitation(access_url(session.target, callback), redeem)


async def redeem(parameters: Mapping[str, Any]) -> Mapping[str, str]:
    """The tokens that came with the callback.

    Raises:
        StepFailed: when one is missing.
    """
    missing = [name for name in TEXT_PARAMETERS if not isinstance(parameters.get(name), str)]
    if missing:
        received = ", ".join(parameters) or "nothing"
        raise StepFailed(f"the callback received {received}; expected {', '.join(missing)} as well")
    return {name: parameters[name] for name in TEXT_PARAMETERS}
