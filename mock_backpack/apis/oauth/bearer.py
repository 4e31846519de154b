"""From the ``Authorization`` header of a request to its grant (RFC 6750), whatever the API."""

from collections.abc import Callable, Mapping

from aiohttp import hdrs, web
from attrs import frozen

from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import Exchange, exchange_of
from mock_backpack.core.seams import seam

REALM = 'Bearer realm="openbadges"'


@frozen
class Guard:
    """How an API refuses tokens."""

    unauthenticated: Callable[[str, Mapping[str, str]], ApiError]
    """From what is wrong with the token, and the headers."""
    expired: Callable[[str, Mapping[str, str]], ApiError]
    """Likewise, when it was right until its time was over, which is nobody's mistake."""
    no_permission: Callable[[str], ApiError]
    """From the scope that a token lacks."""

    def authorize(self, request: web.Request, backpack: Backpack, scope: str) -> Grant:
        """The grant under which a request is made.

        Raises:
            ApiError: when the token is missing, unknown or expired, or lacks the scope.
        """
        token = read_token(request)
        if token is None:
            expected = "Authorization: expected Bearer and the access token"
            raise self.unauthenticated(expected, challenge(""))
        grant = find_grant(backpack, token)
        if grant is None or not grant.client:
            raise self.unauthenticated("unknown access token", challenge("invalid_token"))
        exchange_of(request).made_under(grant)
        if is_expired(backpack, grant):
            raise self.expired("the access token has expired", challenge("invalid_token"))
        if not has_scope(grant, scope):
            raise self.no_permission(scope)
        return grant


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


def recognise(exchange: Exchange) -> None:
    """Learn from the token of a request whose it is, without judging it."""
    _, _, token = exchange.request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    grant = exchange.sandbox.backpack.grant_by_access(token.strip())
    if grant is not None and grant.client:
        exchange.made_under(grant)
