"""Who is asking: from the ``Authorization`` header to a grant (RFC 6750)."""

import base64
import binascii

from aiohttp import web

from mock_backpack.backpack import Backpack, Grant
from mock_backpack.errors import ApiError
from mock_backpack.seams import Seam

REALM = 'Bearer realm="openbadges"'


@Seam
def read_token(request: web.Request) -> str | None:
    """The access token of a request; ``None`` when it carries no credentials.

    Source: the API document, section issue: "your Base64 encoded access_token as Bearer".
    """
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "bearer":
        return None
    return decoded(credentials.strip())


def decoded(credentials: str) -> str:
    """The text in standard base64; ``""``, which is no token, when it is none."""
    try:
        return base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


@Seam
def find_grant(backpack: Backpack, token: str) -> Grant | None:
    """The grant of an access token, compared exactly."""
    return backpack.grant_by_access(token)


@Seam
def is_expired(backpack: Backpack, grant: Grant) -> bool:
    """Whether the token of a grant is past its time."""
    return backpack.is_expired(grant)


@Seam
def has_scope(grant: Grant, scope: str) -> bool:
    """Whether the earner granted what the endpoint needs."""
    return scope in grant.scopes


@Seam
def challenge(error: str | None, description: str) -> dict[str, str]:
    """The ``WWW-Authenticate`` header of a refusal (RFC 6750 section 3)."""
    if error is None:
        return {"WWW-Authenticate": REALM}
    return {
        "WWW-Authenticate": f'{REALM}, error="{error}", error_description="{description}"',
    }


@Seam
def authorize(request: web.Request, backpack: Backpack, scope: str) -> Grant:
    """The grant under which a request is made.

    Raises:
        ApiError: 401 when the token is missing, unknown or expired, or lacks the scope.
    """
    token = read_token(request)
    if token is None:
        raise ApiError(
            401,
            "access token expected",
            {"header": "Authorization", "expected": "Bearer <base64(access_token)>"},
            challenge(None, ""),
        )
    grant = find_grant(backpack, token)
    if grant is None:
        raise refused("invalid_token", "Unknown access token")
    if is_expired(backpack, grant):
        raise refused("invalid_token", "The access token expired")
    if not has_scope(grant, scope):
        raise refused("insufficient_scope", f"The access token lacks the scope {scope}")
    return grant


def refused(error: str, description: str) -> ApiError:
    """A 401 in the words of the historical server."""
    return ApiError(
        401,
        f"{error}: {description}",
        {"status": "unauthorized"},
        challenge(error, description),
    )
