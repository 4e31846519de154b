"""How Badge Connect refuses access tokens."""

from collections.abc import Mapping

from mock_backpack.apis.badge_connect.envelope import NO_PERMISSION, refusal
from mock_backpack.apis.oauth.bearer import (
    Guard,
    challenge,
    find_grant,
    has_scope,
    is_expired,
    read_token,
    recognise,
)
from mock_backpack.core.errors import ApiError
from mock_backpack.core.seams import seam

__all__ = [
    "GUARD",
    "challenge",
    "find_grant",
    "has_scope",
    "is_expired",
    "no_permission",
    "read_token",
    "recognise",
]

REQUIREMENT = "BC21-CLIENT-10"


def unauthenticated(message: str, headers: Mapping[str, str]) -> ApiError:
    """The refusal of a token that is missing or unknown."""
    return refusal(401, message, "", headers, REQUIREMENT)


def expired(message: str, headers: Mapping[str, str]) -> ApiError:
    """The refusal of a token whose time is over."""
    return refusal(401, message, "", headers)


@seam
def no_permission(scope: str) -> ApiError:
    """The refusal of a token that lacks a scope."""
    message = f"the access token lacks the scope {scope}"
    return refusal(401, message, NO_PERMISSION, challenge("insufficient_scope"), "BC21-CLIENT-04")


GUARD = Guard(unauthenticated, expired, no_permission)
