"""Wrong readings of access tokens."""

import base64
import binascii
from collections.abc import Iterator, Mapping

from aiohttp import web

from mock_backpack.apis.oauth import bearer
from mock_backpack.apis.open_badges_3 import bearer as own
from mock_backpack.apis.open_badges_3 import discovery, handlers
from mock_backpack.apis.open_badges_3.envelope import refusal
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Backpack, Badge, Earner, Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("credentials", "credential-profile")


def living(store: Backpack) -> Iterator[Grant]:
    """The grants whose access tokens were not ended."""
    return (known for known in store.grants() if store.knows(known.tokens.access) == "access_token")


@defect(
    "guard.wants-base64",
    bearer.read_token,
    endpoints=AT,
    breaks=(
        "OB3-AUTH-01",
        "OB3-AUTH-02",
        "OB3-GET-11",
        "OB3-POST-01",
        "OB3-POST-03",
        "OB3-PROF-01",
    ),
    since="0.2",
)
def wants_base64(right: Right, request: web.Request) -> str | None:
    """Access tokens must be in base64."""
    token: str | None = right(request)
    if token is None:
        return None
    try:
        return base64.b64decode(token, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


@defect("guard.exact-scheme", bearer.read_token, endpoints=AT, breaks=("OB3-AUTH-07",), since="0.2")
def exact_scheme(right: Right, request: web.Request) -> str | None:
    """The scheme must be written Bearer."""
    header = request.headers.get("Authorization", "")
    token: str | None = right(request)
    return token if header.startswith("Bearer ") else None


@defect("guard.needs-none", bearer.read_token, endpoints=AT, breaks=("OB3-AUTH-02",), since="0.2")
def needs_none(right: Right, request: web.Request) -> str | None:
    """Without a token, the newest grant counts."""
    token: str | None = right(request)
    if token is not None:
        return token
    newest = exchange_of(request).sandbox.backpack.newest_grant()
    return newest.tokens.access if newest else None


@defect(
    "guard.from-the-query", bearer.read_token, endpoints=AT, breaks=("OB3-AUTH-08",), since="0.2"
)
def from_the_query(right: Right, request: web.Request) -> str | None:
    """A token in the query works."""
    token: str | None = right(request)
    return request.query.get("access_token") if token is None else token


@defect("guard.ignores-case", bearer.find_grant, endpoints=AT, breaks=("OB3-AUTH-02",), since="0.2")
def ignores_case(right: Right, store: Backpack, token: str) -> Grant | None:
    """Access tokens are compared ignoring letter case."""
    grant: Grant | None = right(store, token)
    same = (known for known in living(store) if known.tokens.access.lower() == token.lower())
    return grant or next(same, None)


@defect("guard.by-beginning", bearer.find_grant, endpoints=AT, breaks=("OB3-AUTH-02",), since="0.2")
def by_beginning(right: Right, store: Backpack, token: str) -> Grant | None:
    """The beginning of an access token is enough."""
    grant: Grant | None = right(store, token)
    begun = (known for known in living(store) if known.tokens.access.startswith(token[:30]))
    return grant or (next(begun, None) if len(token) >= 30 else None)


@defect(
    "guard.takes-refresh-tokens",
    bearer.find_grant,
    endpoints=AT,
    breaks=("OB3-AUTH-02",),
    since="0.2",
)
def takes_refresh_tokens(right: Right, store: Backpack, token: str) -> Grant | None:
    """A refresh token works as an access token."""
    grant: Grant | None = right(store, token)
    return grant or store.grant_by_refresh(token)


@defect(
    "guard.never-expires", bearer.is_expired, endpoints=AT, breaks=("OB3-AUTH-02",), since="0.2"
)
def never_expires(_right: Right, _store: Backpack, _grant: Grant) -> bool:
    """Access tokens do not expire."""
    return False


@defect(
    "guard.expires-early",
    backpack.lifetime,
    endpoints=("oauth-token",),
    breaks=("OB3-AUTH-01",),
    since="0.2",
)
def expires_early(_right: Right, seconds: int) -> float:
    """Access tokens expire after half of their time."""
    return seconds / 2


@defect(
    "guard.any-scope",
    bearer.has_scope,
    endpoints=AT,
    breaks=("OB3-AUTH-03",),
    since="0.2",
)
def any_scope(_right: Right, _grant: Grant, _scope: str) -> bool:
    """Every token permits everything."""
    return True


@defect("guard.upsert-reads", bearer.has_scope, endpoints=AT, breaks=("OB3-AUTH-03",), since="0.2")
def upsert_reads(right: Right, grant: Grant, scope: str) -> bool:
    """Who may push may read."""
    other = discovery.UPSERT if scope == discovery.READ else scope
    return bool(right(grant, scope)) or bool(right(grant, other))


@defect("guard.reader-puts", bearer.has_scope, endpoints=AT, breaks=("OB3-AUTH-03",), since="0.2")
def reader_puts(right: Right, grant: Grant, scope: str) -> bool:
    """Who may read the profile may replace it."""
    other = discovery.READ_PROFILE if scope == discovery.UPDATE_PROFILE else scope
    return bool(right(grant, scope)) or bool(right(grant, other))


@defect("guard.scope-401", own.no_permission, endpoints=AT, breaks=("OB3-AUTH-04",), since="0.2")
def scope_401(_right: Right, scope: str) -> ApiError:
    """A missing scope is a 401."""
    return refusal(401, f"the scope {scope} is missing", bearer.challenge("insufficient_scope"))


@defect(
    "guard.unknown-403",
    own.unauthenticated,
    endpoints=AT,
    breaks=("OB3-AUTH-02",),
    since="0.2",
)
def unknown_403(_right: Right, message: str, _headers: Mapping[str, str]) -> ApiError:
    """An unknown token is a 403."""
    return refusal(403, message)


@defect("guard.no-challenge", bearer.challenge, endpoints=AT, breaks=("OB3-AUTH-05",), since="0.2")
def no_challenge(_right: Right, _error: str) -> dict[str, str]:
    """A 401 has no WWW-Authenticate."""
    return {}


@defect("guard.shares", handlers.keep, endpoints=AT, breaks=("OB3-AUTH-06",), since="0.2")
def shares(right: Right, store: Backpack, _earner: Earner, badge: Badge) -> None:
    """A credential comes into the collections of all earners."""
    for earner in store.earners():
        right(store, earner, badge)
