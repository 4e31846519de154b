"""Wrong readings of access tokens."""

import base64
import binascii

from aiohttp import web

from mock_backpack.apis.badge_connect import bearer
from mock_backpack.apis.badge_connect.envelope import refusal
from mock_backpack.apis.badge_connect.manifest import OFFER
from mock_backpack.apis.oauth import tokens
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("assertions", "profile")


@defect(
    "access.wants-base64",
    bearer.read_token,
    endpoints=AT,
    breaks=(
        "BC21-AUTH-01",
        "BC21-AUTH-03",
        "BC21-AUTH-09",
        "BC21-GET-03",
        "BC21-POST-01",
        "BC21-POST-04",
        "BC21-POST-06",
        "BC21-POST-07",
        "BC21-POST-10",
        "BC21-POST-14",
        "BC21-POST-17",
        "BC21-POST-18",
        "BC21-PROF-01",
        "BC21-REV-08",
        "BC21-TOKEN-12",
        "BC21-TOKEN-14",
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


@defect(
    "access.needs-none",
    bearer.read_token,
    endpoints=AT,
    breaks=("BC21-AUTH-02", "BC21-AUTH-08"),
    since="0.2",
)
def needs_none(right: Right, request: web.Request) -> str | None:
    """Without a token, the newest grant counts."""
    token: str | None = right(request)
    if token is not None:
        return token
    newest = exchange_of(request).sandbox.backpack.newest_grant()
    return newest.tokens.access if newest else None


@defect(
    "access.ignores-case",
    bearer.find_grant,
    endpoints=AT,
    breaks=("BC21-AUTH-03",),
    since="0.2",
)
def ignores_case(right: Right, store: Backpack, token: str) -> Grant | None:
    """Access tokens are compared ignoring letter case."""
    grant: Grant | None = right(store, token)
    living = (
        known for known in store.grants() if store.knows(known.tokens.access) == "access_token"
    )
    same = (known for known in living if known.tokens.access.lower() == token.lower())
    return grant or next(same, None)


@defect(
    "access.never-expires",
    bearer.is_expired,
    endpoints=AT,
    breaks=("BC21-AUTH-04",),
    since="0.2",
)
def never_expires(_right: Right, _store: Backpack, _grant: Grant) -> bool:
    """Access tokens do not expire."""
    return False


@defect(
    "access.expires-early",
    backpack.lifetime,
    endpoints=("oauth-token",),
    breaks=("BC21-AUTH-04",),
    since="0.2",
)
def expires_early(_right: Right, seconds: int) -> float:
    """Access tokens expire after half of their time."""
    return seconds / 2


@defect(
    "access.takes-refresh-tokens",
    bearer.find_grant,
    endpoints=AT,
    breaks=("BC21-AUTH-05",),
    since="0.2",
)
def takes_refresh_tokens(right: Right, store: Backpack, token: str) -> Grant | None:
    """A refresh token works as an access token."""
    grant: Grant | None = right(store, token)
    return grant or store.grant_by_refresh(token)


@defect(
    "access.no-challenge",
    bearer.challenge,
    endpoints=AT,
    breaks=("BC21-AUTH-07",),
    since="0.2",
)
def no_challenge(_right: Right, _error: str) -> dict[str, str]:
    """A 401 has no WWW-Authenticate."""
    return {}


@defect(
    "access.from-the-query",
    bearer.read_token,
    endpoints=AT,
    breaks=("BC21-AUTH-08",),
    since="0.2",
)
def from_the_query(right: Right, request: web.Request) -> str | None:
    """A token in the query works."""
    token: str | None = right(request)
    return request.query.get("access_token") if token is None else token


@defect(
    "access.exact-scheme",
    bearer.read_token,
    endpoints=AT,
    breaks=("BC21-AUTH-09",),
    since="0.2",
)
def exact_scheme(right: Right, request: web.Request) -> str | None:
    """The scheme must be written Bearer."""
    header = request.headers.get("Authorization", "")
    token: str | None = right(request)
    return token if header.startswith("Bearer ") else None


@defect(
    "access.any-scope",
    bearer.has_scope,
    endpoints=AT,
    breaks=("BC21-GET-14", "BC21-POST-16", "BC21-PROF-03"),
    since="0.2",
)
def any_scope(_right: Right, _grant: Grant, _scope: str) -> bool:
    """Every token permits everything."""
    return True


@defect(
    "access.scope-403",
    bearer.no_permission,
    endpoints=AT,
    breaks=("BC21-POST-17",),
    since="0.2",
)
def scope_403(_right: Right, scope: str) -> ApiError:
    """A missing scope is a 403."""
    return refusal(403, f"the scope {scope} is missing", "PERMISSION_DENIED")


@defect(
    "access.takes-codes",
    bearer.read_token,
    endpoints=AT,
    breaks=("BC21-AUTH-05",),
    since="0.2",
)
def takes_codes(right: Right, request: web.Request) -> str | None:
    """A code works as an access token when it was exchanged."""
    token: str | None = right(request)
    sandbox = exchange_of(request).sandbox
    code = sandbox.clients.find_code(token or "")
    grant = sandbox.backpack.find_grant(code.grant or 0) if code else None
    return grant.tokens.access if grant else token


@defect(
    "access.takes-client-secrets",
    bearer.read_token,
    endpoints=AT,
    breaks=("BC21-AUTH-05",),
    since="0.2",
)
def takes_client_secrets(right: Right, request: web.Request) -> str | None:
    """The secret of a client works as an access token."""
    token: str | None = right(request)
    sandbox = exchange_of(request).sandbox
    for grant in sandbox.backpack.grants():
        client = sandbox.clients.find(grant.client)
        is_living = sandbox.backpack.knows(grant.tokens.access) == "access_token"
        if client and client.secret == token and is_living:
            return grant.tokens.access
    return token


@defect(
    "access.any-scheme",
    bearer.read_token,
    endpoints=AT,
    breaks=("BC21-AUTH-02",),
    since="0.2",
)
def any_scheme(_right: Right, request: web.Request) -> str | None:
    """The scheme of the credentials is not looked at."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme else None


@defect(
    "access.cut-tokens",
    bearer.find_grant,
    endpoints=AT,
    breaks=("BC21-AUTH-03",),
    since="0.2",
)
def cut_tokens(right: Right, store: Backpack, token: str) -> Grant | None:
    """An access token may lack its end."""
    living = (
        known for known in store.grants() if store.knows(known.tokens.access) == "access_token"
    )
    near = (known for known in living if len(token) > 8 and known.tokens.access.startswith(token))
    return right(store, token) or next(near, None)


@defect(
    "access.long-tokens",
    bearer.find_grant,
    endpoints=AT,
    breaks=("BC21-AUTH-03",),
    since="0.2",
)
def long_tokens(right: Right, store: Backpack, token: str) -> Grant | None:
    """Behind an access token there may be more."""
    grant: Grant | None = right(store, token)
    return grant or right(store, token[: store.shape.token_length])


@defect(
    "access.expired-403",
    bearer.is_expired,
    endpoints=AT,
    breaks=("BC21-AUTH-04",),
    since="0.2",
)
def expired_403(right: Right, store: Backpack, grant: Grant) -> bool:
    """An expired token is a 403."""
    if right(store, grant):
        raise refusal(403, "the access token has expired", "PERMISSION_DENIED")
    return False


@defect(
    "access.lives-twice",
    backpack.lifetime,
    endpoints=("oauth-token",),
    breaks=("BC21-AUTH-04",),
    since="0.2",
)
def lives_twice(_right: Right, seconds: int) -> float:
    """Access tokens live twice as long as announced."""
    return seconds * 2


@defect(
    "access.basic-challenge",
    bearer.challenge,
    endpoints=AT,
    breaks=("BC21-AUTH-07",),
    since="0.2",
)
def basic_challenge(_right: Right, _error: str) -> dict[str, str]:
    """A 401 asks for HTTP Basic."""
    return {"WWW-Authenticate": 'Basic realm="openbadges"'}


@defect(
    "access.reads-for-all",
    bearer.has_scope,
    endpoints=AT,
    breaks=("BC21-GET-14", "BC21-PROF-03"),
    since="0.2",
)
def reads_for_all(right: Right, grant: Grant, scope: str) -> bool:
    """Every token permits reading."""
    return scope.endswith(".readonly") or bool(right(grant, scope))


@defect(
    "access.readers-write",
    bearer.has_scope,
    endpoints=AT,
    breaks=("BC21-POST-16",),
    since="0.2",
)
def readers_write(right: Right, grant: Grant, scope: str) -> bool:
    """A token for reading assertions permits writing them."""
    wider = scope.replace("assertion.create", "assertion.readonly")
    return bool(right(grant, scope) or right(grant, wider))


@defect(
    "access.scope-as-unauthenticated",
    bearer.no_permission,
    endpoints=AT,
    breaks=("BC21-POST-17",),
    since="0.2",
)
def scope_as_unauthenticated(_right: Right, scope: str) -> ApiError:
    """A missing scope is UNAUTHENTICATED."""
    return refusal(401, f"the scope {scope} is missing", "UNAUTHENTICATED")


@defect(
    "access.revoked-for-ever",
    bearer.find_grant,
    endpoints=AT,
    breaks=("BC21-REV-08",),
    since="0.2",
)
def revoked_for_ever(right: Right, store: Backpack, token: str) -> Grant | None:
    """After a revocation no new token of the client works for the earner."""
    grant: Grant | None = right(store, token)
    if grant is None:
        return None
    same = (old for old in store.given if (old.earner, old.client) == (grant.earner, grant.client))
    return None if any(store.death_of(old.tokens.refresh) == "revoked" for old in same) else grant


@defect(
    "access.claims-all-scopes",
    tokens.token_body,
    endpoints=("oauth-token",),
    breaks=("BC21-TOKEN-12",),
    since="0.2",
)
def claims_all_scopes(right: Right, grant: Grant, expires: int) -> dict[str, object]:
    """The answer with an access token names all scopes, whatever it permits."""
    return {**right(grant, expires), "scope": " ".join(OFFER.scopes)}
