"""How the Open Badges 3.0 API refuses access tokens."""

from collections.abc import Mapping

from mock_backpack.apis.oauth.bearer import Guard, challenge
from mock_backpack.apis.open_badges_3.envelope import refusal
from mock_backpack.core.errors import ApiError
from mock_backpack.core.seams import seam


@seam
def unauthenticated(message: str, headers: Mapping[str, str]) -> ApiError:
    """The refusal of a token that is missing or unknown."""
    return refusal(401, message, headers, "OB3-CLIENT-14")


def expired(message: str, headers: Mapping[str, str]) -> ApiError:
    """The refusal of a token whose time is over."""
    return refusal(401, message, headers)


@seam
def no_permission(scope: str) -> ApiError:
    """The refusal of a token that lacks a scope."""
    message = f"the access token lacks the scope {scope}"
    return refusal(403, message, challenge("insufficient_scope"), "OB3-CLIENT-06")


GUARD = Guard(unauthenticated, expired, no_permission)
