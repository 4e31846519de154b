"""Refusals of the authorization server (RFC 6749 section 5.2, RFC 7591 section 3.2.2)."""

from mock_backpack.core.errors import ApiError

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
CHALLENGE = {"WWW-Authenticate": 'Basic realm="openbadges"'}


def oauth_error(error: str, description: str, status: int = 400, requirement: str = "") -> ApiError:
    """A refusal with an error of the vocabulary."""
    challenge = CHALLENGE if status == 401 else {}
    body = {"error": error, "error_description": description}
    headers = {**NO_STORE, **challenge}
    return ApiError(status, description, headers=headers, requirement=requirement, body=body)
