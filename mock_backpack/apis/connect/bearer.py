"""From the ``Authorization`` header of a request to its grant (RFC 6750)."""

import base64
import binascii

from aiohttp import hdrs, web

from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import Exchange, exchange_of
from mock_backpack.core.seams import seam
from mock_backpack.core.strict_json import NotJson, strict_json

REALM = 'Bearer realm="openbadges"'
EXPECTED = "Bearer <base64(access_token)>"


@seam
def read_token(request: web.Request) -> str | None:
    """The access token of a request; ``None`` when it carries no credentials.

    Source: the API document, section issue: "your Base64 encoded access_token as Bearer".
    """
    header = request.headers.get(hdrs.AUTHORIZATION)
    if header is None:
        return None
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "bearer":
        return None
    spelled = credentials.strip()
    is_lenient = exchange_of(request).sandbox.observer is not None
    return decoded(standard(spelled) if is_lenient else spelled)


def standard(credentials: str) -> str:
    """Base64 as it should be, of the spellings that the historical server took as well.

    It read the URL-safe alphabet, text without padding, and text on several lines.
    """
    text = "".join(credentials.split()).replace("-", "+").replace("_", "/").rstrip("=")
    return text + "=" * (-len(text) % 4)


def decoded(credentials: str) -> str:
    """The text in standard base64; ``""``, which is no token, when it is none."""
    try:
        return base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


@seam
def find_grant(backpack: Backpack, token: str) -> Grant | None:
    """The grant of an access token, compared exactly."""
    return backpack.grant_by_access(token)


@seam
def is_expired(backpack: Backpack, grant: Grant) -> bool:
    """Whether the token of a grant is past its time."""
    return backpack.is_expired(grant)


@seam
def has_scope(grant: Grant, scope: str) -> bool:
    """Whether the earner granted what the endpoint needs."""
    return scope in grant.scopes


@seam
def challenge(error: str | None, description: str) -> dict[str, str]:
    """The ``WWW-Authenticate`` header of a refusal (RFC 6750 section 3)."""
    if error is None:
        return {"WWW-Authenticate": REALM}
    return {
        "WWW-Authenticate": f'{REALM}, error="{error}", error_description="{description}"',
    }


@seam
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
            {"header": "Authorization", "expected": EXPECTED},
            challenge(None, ""),
            "BC-CLIENT-01",
        )
    grant = find_grant(backpack, token)
    if grant is None:
        raise unknown_token(backpack, token)
    exchange_of(request).made_under(grant)
    if is_expired(backpack, grant):
        raise refused("invalid_token", "The access token expired")
    if not has_scope(grant, scope):
        raise refused("insufficient_scope", f"The access token lacks the scope {scope}")
    return grant


def unknown_token(backpack: Backpack, token: str) -> ApiError:
    """E7, with what we know of the token and the requirement that sending it breaks."""
    if token == "":
        hint, requirement = f"the header must be {EXPECTED}, saw no base64", "BC-CLIENT-01"
    elif (death := backpack.death_of(token)) == "revoked":
        hint, requirement = "the earner has revoked it; connect again", "BC-CLIENT-11"
    elif death == "reused":
        hint = "a used refresh token was used again, so its grant has ended; connect again"
        requirement = "BC-CLIENT-07"
    elif death == "spent":
        hint, requirement = "a refresh has replaced it: use the new token", "BC-CLIENT-06"
    else:
        hint, requirement = "this Backpack did not issue it", "BC-CLIENT-01"
    return refused("invalid_token", "Unknown access token", hint, requirement)


def refused(error: str, description: str, hint: str = "", requirement: str = "") -> ApiError:
    """A 401 in the words of the historical server."""
    details = {"status": "unauthorized", **({"hint": hint} if hint else {})}
    return ApiError(
        401, f"{error}: {description}", details, challenge(error, description), requirement
    )


def recognise(exchange: Exchange) -> None:
    """Learn from the tokens of a request whose it is, without judging it."""
    request, backpack = exchange.request, exchange.sandbox.backpack
    header = request.headers.get(hdrs.AUTHORIZATION, "")
    grant = backpack.grant_by_access(decoded(header.partition(" ")[2].strip()))
    if grant is None and exchange.endpoint == "token":
        grant = backpack.grant_by_refresh(_refresh_token(exchange.body))
    if grant is not None:
        exchange.made_under(grant)


def _refresh_token(body: bytes) -> str:
    try:
        parameters = strict_json(body)
    except NotJson:
        return ""
    token = parameters.get("refresh_token") if isinstance(parameters, dict) else None
    return token if isinstance(token, str) else ""
