"""From the ``Authorization`` header of a request to its grant (RFC 6750)."""

from aiohttp import hdrs, web

from mock_backpack.apis.badge_connect.envelope import NO_PERMISSION, refusal
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import Exchange, exchange_of
from mock_backpack.core.seams import seam

REALM = 'Bearer realm="openbadges"'
REQUIREMENT = "BC21-CLIENT-10"


@seam
def read_token(request: web.Request) -> str | None:
    """The access token of a request, as it is; ``None`` without one."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


@seam
def find_grant(backpack: Backpack, token: str) -> Grant | None:
    """The grant of an access token, compared exactly."""
    return backpack.grant_by_access(token)


@seam
def is_expired(backpack: Backpack, grant: Grant) -> bool:
    """Whether the access token is past its time."""
    return backpack.is_expired(grant)


@seam
def has_scope(grant: Grant, scope: str) -> bool:
    """Whether the access token permits what the request needs."""
    return scope in grant.access_scopes


@seam
def challenge(error: str) -> dict[str, str]:
    """The ``WWW-Authenticate`` header of a refusal (RFC 6750 section 3)."""
    return {hdrs.WWW_AUTHENTICATE: f'{REALM}, error="{error}"' if error else REALM}


def authorize(request: web.Request, backpack: Backpack, scope: str) -> Grant:
    """The grant under which a request is made.

    Raises:
        ApiError: 401 ``UNAUTHENTICATED`` when the token is missing, unknown or expired, 401
            ``PERMISSION_DENIED`` when it lacks the scope.
    """
    token = read_token(request)
    if token is None:
        expected = "Authorization: expected Bearer and the access token"
        raise refusal(401, expected, "", challenge(""), REQUIREMENT)
    grant = find_grant(backpack, token)
    if grant is None or not grant.client:
        raise refusal(401, "unknown access token", "", challenge("invalid_token"), REQUIREMENT)
    exchange_of(request).made_under(grant)
    if is_expired(backpack, grant):
        raise refusal(401, "the access token has expired", "", challenge("invalid_token"))
    if not has_scope(grant, scope):
        raise no_permission(scope)
    return grant


@seam
def no_permission(scope: str) -> ApiError:
    """The refusal of a token that lacks a scope."""
    message = f"the access token lacks the scope {scope}"
    return refusal(401, message, NO_PERMISSION, challenge("insufficient_scope"), "BC21-CLIENT-04")


def recognise(exchange: Exchange) -> None:
    """Learn from the token of a request whose it is, without judging it."""
    _, _, token = exchange.request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    grant = exchange.sandbox.backpack.grant_by_access(token.strip())
    if grant is not None and grant.client:
        exchange.made_under(grant)
