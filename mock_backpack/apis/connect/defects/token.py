"""Wrong answers of the token endpoint."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from aiohttp import web
from attrs import evolve

from mock_backpack.apis import parameters
from mock_backpack.apis.connect import bearer, handlers
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Backpack, Grant, Tokens
from mock_backpack.core.errors import ApiError
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right

RACE_SECONDS = 0.05
"""How long a careless server takes between a look and a write."""


def _answer_with(
    right: Right, grant: Grant, expires: int, change: Mapping[str, Any]
) -> web.Response:
    response: web.Response = right(grant, expires)
    body = {**json.loads(str(response.text)), **change}
    response.text = json.dumps({name: value for name, value in body.items() if value is not None})
    return response


@defect(
    "token.expires-missing",
    handlers.refreshed,
    endpoints=("token",),
    breaks=("BC-TOKEN-01",),
    since="0.1",
)
def forgets_expires(right: Right, grant: Grant, expires: int) -> web.Response:
    """A refresh does not return the lifetime of the new token."""
    return _answer_with(right, grant, expires, {"expires": None})


@defect(
    "token.expires-as-text",
    handlers.refreshed,
    endpoints=("token",),
    breaks=("BC-TOKEN-01",),
    since="0.1",
)
def tells_expires_as_text(right: Right, grant: Grant, expires: int) -> web.Response:
    """A refresh returns the seconds as a string."""
    return _answer_with(right, grant, expires, {"expires": str(expires)})


@defect(
    "token.refuses-forms",
    parameters.read_parameters,
    endpoints=("token",),
    breaks=("BC-TOKEN-11",),
    since="0.2",
)
def refuses_forms(right: Right, request: web.Request) -> dict[str, Any]:
    """A refresh whose body is a form is refused."""
    label = request.headers.get("Content-Type", "")
    if request.path.endswith("/token") and label.startswith(parameters.FORM):
        raise ApiError(415, f"Content-Type: expected {parameters.JSON}, saw {label}")
    found: dict[str, Any] = right(request)
    return found


@defect(
    "token.needs-bearer",
    handlers.check_sender,
    endpoints=("token",),
    breaks=("BC-TOKEN-02",),
    since="0.1",
)
def needs_credentials(right: Right, request: web.Request, grant: Grant) -> None:
    """A refresh needs an Authorization header."""
    if "Authorization" not in request.headers:
        raise handlers.token_refused("access token expected", "")
    right(request, grant)


@defect(
    "token.new-access-dead",
    handlers.refreshed,
    endpoints=("token",),
    breaks=("BC-TOKEN-03",),
    since="0.1",
)
def gives_a_dead_token(right: Right, grant: Grant, expires: int) -> web.Response:
    """A refresh returns an access token that does not work."""
    return _answer_with(right, grant, expires, {"access_token": grant.tokens.access[::-1]})


@defect(
    "token.no-rotation",
    backpack.renewed,
    endpoints=("token",),
    breaks=("BC-TOKEN-04", "BC-TOKEN-06"),
    since="0.1",
)
def keeps_the_refresh_token(right: Right, grant: Grant, fresh: Tokens) -> Grant:
    """A refresh returns the same refresh token."""
    renewed: Grant = right(grant, evolve(fresh, refresh=grant.tokens.refresh))
    return renewed


@defect(
    "token.same-access-token",
    backpack.renewed,
    endpoints=("token",),
    breaks=("BC-TOKEN-04", "BC-TOKEN-05"),
    since="0.1",
)
def keeps_the_access_token(right: Right, grant: Grant, fresh: Tokens) -> Grant:
    """A refresh extends the old access token."""
    renewed: Grant = right(grant, evolve(fresh, access=grant.tokens.access))
    return renewed


@defect(
    "token.new-refresh-dead",
    handlers.refreshed,
    endpoints=("token",),
    breaks=("BC-TOKEN-04", "BC-TOKEN-08", "BC-TOKEN-10"),
    since="0.1",
)
def gives_a_dead_refresh_token(right: Right, grant: Grant, expires: int) -> web.Response:
    """A refresh returns a refresh token that does not work."""
    return _answer_with(right, grant, expires, {"refresh_token": grant.tokens.refresh[::-1]})


@defect(
    "token.old-access-lives",
    backpack.spent_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-05",),
    since="0.1",
)
def spares_the_access_token(_right: Right, tokens: Tokens) -> tuple[str, ...]:
    """The old access token works after a refresh."""
    return (tokens.refresh,)


@defect(
    "token.old-refresh-lives",
    backpack.spent_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-06",),
    since="0.1",
)
def spares_the_refresh_token(_right: Right, tokens: Tokens) -> tuple[str, ...]:
    """The old refresh token works after a refresh."""
    return (tokens.access,)


@defect(
    "token.any-grant-type",
    handlers.is_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-08", "BC-TOKEN-13"),
    since="0.1",
)
def takes_any_grant_type(_right: Right, _grant_type: object) -> bool:
    """Any grant_type is treated as refresh_token."""
    return True


@defect(
    "token.accepts-other-types",
    handlers.is_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-13",),
    since="0.1",
)
def takes_other_types(right: Right, grant_type: object) -> bool:
    """A grant_type that is not a string counts as refresh_token."""
    return bool(right(grant_type)) or not (grant_type is None or isinstance(grant_type, str))


@defect(
    "token.accepts-access-token",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-09",),
    since="0.1",
)
async def takes_the_access_token(right: Right, store: Backpack, token: str) -> Grant | None:
    """An access token is accepted as a refresh token."""
    return await right(store, token) or store.grant_by_access(token)


@defect(
    "token.accepts-prefix",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-09",),
    since="0.1",
)
async def takes_a_prefix(right: Right, store: Backpack, token: str) -> Grant | None:
    """The beginning of a refresh token is enough."""
    begun = (grant for grant in store.grants() if grant.tokens.refresh.startswith(token))
    return await right(store, token) or next(begun, None)


@defect(
    "token.crashes-without-token",
    handlers.refresh_token,
    endpoints=("token",),
    breaks=("BC-TOKEN-09", "BC-TOKEN-13", "BC-SAFE-10"),
    since="0.1",
)
def crashes_without_token(right: Right, sent: Mapping[str, Any]) -> str | None:
    """A refresh without a refresh token causes a server error."""
    token: str | None = right(sent)
    if token is None:
        raise Crash("'NoneType' object has no attribute 'refresh'")
    return token


@defect(
    "token.dies-after-expiry",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-10",),
    since="0.1",
)
async def dies_with_the_access_token(right: Right, store: Backpack, token: str) -> Grant | None:
    """The refresh token expires together with the access token."""
    grant: Grant | None = await right(store, token)
    return None if grant is None or store.is_expired(grant) else grant


@defect(
    "token.cacheable",
    handlers.refreshed,
    endpoints=("token",),
    breaks=("BC-TOKEN-12",),
    since="0.1",
)
def lets_caches_keep_it(right: Right, grant: Grant, expires: int) -> web.Response:
    """The new token pair may be stored by caches."""
    response: web.Response = right(grant, expires)
    response.headers["Cache-Control"] = "max-age=3600"
    return response


@defect(
    "token.survives-revocation",
    backpack.killed_by_revocation,
    endpoints=("revoke",),
    breaks=("BC-TOKEN-14",),
    since="0.1",
)
def survives_revocation(_right: Right, tokens: Tokens) -> tuple[str, ...]:
    """The refresh token works after the earner has revoked access."""
    return (tokens.access,)


@defect(
    "token.query-counts",
    parameters.read_parameters,
    endpoints=("issue", "token"),
    breaks=("BC-TOKEN-16",),
    since="0.1",
)
def reads_the_query(right: Right, request: web.Request) -> dict[str, Any]:
    """Parameters in the query are used if there are none in the body."""
    return right(request) or dict(request.query)


@defect(
    "token.double-success",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-15",),
    since="0.1",
)
async def looks_and_then_spends(right: Right, store: Backpack, token: str) -> Grant | None:
    """Simultaneous refreshes can use the same refresh token."""
    grant: Grant | None = await right(store, token)
    await asyncio.sleep(RACE_SECONDS)
    return grant


@defect(
    "token.refuses-pages",
    handlers.check_sender,
    endpoints=("token",),
    breaks=("BC-TOKEN-01",),
    since="0.2",
)
def refuses_pages(right: Right, request: web.Request, grant: Grant) -> None:
    """No page may refresh, not even a page of the issuer."""
    right(request, grant)
    if "Origin" in request.headers:
        raise ApiError(401, "servers only", as_text=True)


@defect(
    "token.any-origin",
    handlers.check_sender,
    endpoints=("token",),
    breaks=("BC-TOKEN-17",),
    since="0.1",
)
def takes_any_origin(_right: Right, _request: web.Request, _grant: Grant) -> None:
    """A page of any origin may refresh."""


@defect(
    "token.forgets-origin",
    backpack.renewed,
    endpoints=("token",),
    breaks=("BC-TOKEN-18", "BC-TOKEN-03", "BC-REVOKE-01"),
    since="0.1",
)
def forgets_the_origin(right: Right, grant: Grant, fresh: Tokens) -> Grant:
    """After a refresh the grant belongs to another origin."""
    renewed: Grant = right(grant, fresh)
    return evolve(renewed, origin="https://elsewhere.example")


@defect(
    "token.forgets-scope",
    backpack.renewed,
    endpoints=("token",),
    breaks=("BC-TOKEN-03", "BC-TOKEN-18"),
    since="0.1",
)
def forgets_the_scope(right: Right, grant: Grant, fresh: Tokens) -> Grant:
    """After a refresh the grant has no scope."""
    renewed: Grant = right(grant, fresh)
    return evolve(renewed, scopes=())


_used: WeakKeyDictionary[Backpack, dict[int, list[str]]] = WeakKeyDictionary()
"""The refresh tokens that were used, by the number of their grant."""


@defect(
    "token.later-refresh-revives-the-first",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-06",),
    since="0.2",
)
async def revives_the_first(right: Right, store: Backpack, token: str) -> Grant | None:
    """The second refresh makes the first refresh token valid again."""
    grant: Grant | None = await right(store, token)
    used = _used.setdefault(store, {})
    if grant is not None:
        used.setdefault(grant.number, []).append(token)
        return grant
    revived = [number for number, tokens in used.items() if token == tokens[0] and tokens[1:]]
    return store.find_grant(revived[0]) if revived else None


@defect(
    "token.refresh-takes-the-other-origin",
    bearer.find_grant,
    endpoints=("issue", "identity"),
    breaks=("BC-TOKEN-18",),
    since="0.2",
)
def takes_the_other_origin(right: Right, store: Backpack, token: str) -> Grant | None:
    """After a refresh a grant belongs to the origin that the earner connected first."""
    grant: Grant | None = right(store, token)
    if grant is None or not grant.tokens.generation:
        return grant
    return evolve(grant, origin=store.origins(grant.earner)[0])


@defect(
    "token.reuse-is-harmless",
    handlers.end_family,
    endpoints=("token",),
    breaks=("BC-TOKEN-07",),
    since="0.2",
)
def forgives_reuse(_right: Right, _kept: Backpack, _token: str | None) -> None:
    """A reused refresh token is refused, but its grant stays valid."""
