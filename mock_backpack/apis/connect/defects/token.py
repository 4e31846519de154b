"""Wrong answers of the token endpoint."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from aiohttp import web
from attrs import evolve

from mock_backpack.apis import parameters
from mock_backpack.apis.connect import api, bearer
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Backpack, Grant, Tokens
from mock_backpack.core.errors import ApiError
from mock_backpack.core.seams import Crash, Right, defect

RACE_SECONDS = 0.05
"""How long a careless server takes between a look and a write."""


def _answer_with(
    right: Right, grant: Grant, expires: int, change: Mapping[str, Any]
) -> web.Response:
    response: web.Response = right(grant, expires)
    body = {**json.loads(str(response.text)), **change}
    response.text = json.dumps({name: value for name, value in body.items() if value is not None})
    return response


@defect("token.expires-missing", api.refreshed)
def forgets_expires(right: Right, grant: Grant, expires: int) -> web.Response:
    return _answer_with(right, grant, expires, {"expires": None})


@defect("token.expires-as-text", api.refreshed)
def tells_expires_as_text(right: Right, grant: Grant, expires: int) -> web.Response:
    return _answer_with(right, grant, expires, {"expires": str(expires)})


@defect("token.needs-bearer", api.check_sender)
def needs_credentials(right: Right, request: web.Request, grant: Grant) -> None:
    if "Authorization" not in request.headers:
        raise api.token_refused("access token expected")
    right(request, grant)


@defect("token.refuses-forms", parameters.read_parameters)
def refuses_forms(right: Right, request: web.Request) -> dict[str, Any]:
    label = request.headers.get("Content-Type", "")
    if request.path.endswith("/token") and label.startswith(parameters.FORM):
        raise ApiError(415, f"Content-Type: expected {parameters.JSON}, saw {label}")
    found: dict[str, Any] = right(request)
    return found


@defect("token.new-access-dead", api.refreshed)
def gives_a_dead_token(right: Right, grant: Grant, expires: int) -> web.Response:
    return _answer_with(right, grant, expires, {"access_token": grant.tokens.access[::-1]})


@defect("token.no-rotation", backpack.renewed)
def keeps_the_refresh_token(right: Right, grant: Grant, fresh: Tokens) -> Grant:
    kept: Grant = right(grant, evolve(fresh, refresh=grant.tokens.refresh))
    return kept


@defect("token.same-access-token", backpack.renewed)
def keeps_the_access_token(right: Right, grant: Grant, fresh: Tokens) -> Grant:
    kept: Grant = right(grant, evolve(fresh, access=grant.tokens.access))
    return kept


@defect("token.new-refresh-dead", api.refreshed)
def gives_a_dead_refresh_token(right: Right, grant: Grant, expires: int) -> web.Response:
    return _answer_with(right, grant, expires, {"refresh_token": grant.tokens.refresh[::-1]})


@defect("token.old-access-lives", backpack.spent_by_refresh)
def spares_the_access_token(_right: Right, tokens: Tokens) -> tuple[str, ...]:
    return (tokens.refresh,)


@defect("token.old-refresh-lives", backpack.spent_by_refresh)
def spares_the_refresh_token(_right: Right, tokens: Tokens) -> tuple[str, ...]:
    return (tokens.access,)


@defect("token.any-grant-type", api.is_refresh)
def takes_any_grant_type(_right: Right, _grant_type: object) -> bool:
    return True


@defect("token.accepts-other-types", api.is_refresh)
def takes_other_types(right: Right, grant_type: object) -> bool:
    return bool(right(grant_type)) or not (grant_type is None or isinstance(grant_type, str))


@defect("token.accepts-access-token", api.find_by_refresh)
async def takes_the_access_token(right: Right, kept: Backpack, token: str) -> Grant | None:
    return await right(kept, token) or kept.grant_by_access(token)


@defect("token.accepts-prefix", api.find_by_refresh)
async def takes_a_prefix(right: Right, kept: Backpack, token: str) -> Grant | None:
    begun = (one for one in kept.grants() if one.tokens.refresh.startswith(token))
    return await right(kept, token) or next(begun, None)


@defect("token.crashes-without-token", api.refresh_token)
def crashes_without_token(right: Right, sent: Mapping[str, Any]) -> str | None:
    token: str | None = right(sent)
    if token is None:
        raise Crash("'NoneType' object has no attribute 'refresh'")
    return token


@defect("token.dies-after-expiry", api.find_by_refresh)
async def dies_with_the_access_token(right: Right, kept: Backpack, token: str) -> Grant | None:
    grant: Grant | None = await right(kept, token)
    return None if grant is None or kept.is_expired(grant) else grant


@defect("token.cacheable", api.refreshed)
def lets_caches_keep_it(right: Right, grant: Grant, expires: int) -> web.Response:
    response: web.Response = right(grant, expires)
    response.headers["Cache-Control"] = "max-age=3600"
    return response


@defect("token.survives-revocation", backpack.killed_by_revocation)
def survives_revocation(_right: Right, tokens: Tokens) -> tuple[str, ...]:
    return (tokens.access,)


@defect("token.query-counts", parameters.read_parameters)
def reads_the_query(right: Right, request: web.Request) -> dict[str, Any]:
    return right(request) or dict(request.query)


@defect("token.double-success", api.find_by_refresh)
async def looks_and_then_spends(right: Right, kept: Backpack, token: str) -> Grant | None:
    grant: Grant | None = await right(kept, token)
    await asyncio.sleep(RACE_SECONDS)
    return grant


@defect("token.any-origin", api.check_sender)
def takes_any_origin(_right: Right, _request: web.Request, _grant: Grant) -> None:
    pass


@defect("token.refuses-pages", api.check_sender)
def refuses_pages(right: Right, request: web.Request, grant: Grant) -> None:
    right(request, grant)
    if "Origin" in request.headers:
        raise ApiError(401, "servers only", as_text=True)


@defect("token.forgets-origin", backpack.renewed)
def forgets_the_origin(right: Right, grant: Grant, fresh: Tokens) -> Grant:
    kept: Grant = right(grant, fresh)
    return evolve(kept, origin="https://elsewhere.example")


@defect("token.forgets-scope", backpack.renewed)
def forgets_the_scope(right: Right, grant: Grant, fresh: Tokens) -> Grant:
    kept: Grant = right(grant, fresh)
    return evolve(kept, scopes=())


_used: WeakKeyDictionary[Backpack, dict[int, list[str]]] = WeakKeyDictionary()
"""The refresh tokens that were used, by the number of their grant."""


@defect("token.later-refresh-revives-the-first", api.find_by_refresh)
async def revives_the_first(right: Right, kept: Backpack, token: str) -> Grant | None:
    grant: Grant | None = await right(kept, token)
    used = _used.setdefault(kept, {})
    if grant is not None:
        used.setdefault(grant.number, []).append(token)
        return grant
    revived = [number for number, tokens in used.items() if token == tokens[0] and tokens[1:]]
    return kept.find_grant(revived[0]) if revived else None


@defect("token.refresh-takes-the-other-origin", bearer.find_grant)
def takes_the_other_origin(right: Right, kept: Backpack, token: str) -> Grant | None:
    grant: Grant | None = right(kept, token)
    if grant is None or not grant.tokens.generation:
        return grant
    return evolve(grant, origin=kept.origins(grant.earner)[0])


@defect("token.reuse-is-harmless", api.end_family)
def forgives_reuse(_right: Right, _kept: Backpack, _token: str | None) -> None:
    pass
