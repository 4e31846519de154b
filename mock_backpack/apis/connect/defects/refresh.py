"""Wrong ways of looking up what is to be refreshed."""

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from attrs import evolve

from mock_backpack.apis import parameters
from mock_backpack.apis.connect import bearer, handlers
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Backpack, Grant, Tokens
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right


async def _like(
    right: Right, store: Backpack, token: str, same: Callable[[str], bool]
) -> Grant | None:
    """The grant of a token, or one whose refresh token is taken for the same."""
    grant: Grant | None = await right(store, token)
    return grant or next((grant for grant in store.grants() if same(grant.tokens.refresh)), None)


@defect(
    "refresh.ignores-case",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-09",),
    since="0.2",
)
async def ignores_case(right: Right, store: Backpack, token: str) -> Grant | None:
    """Refresh tokens are compared ignoring letter case."""
    return await _like(right, store, token, lambda known: known.lower() == token.lower())


@defect(
    "refresh.trims-blanks",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-09",),
    since="0.2",
)
async def trims_blanks(right: Right, store: Backpack, token: str) -> Grant | None:
    """Spaces around a refresh token are removed."""
    return await _like(right, store, token, lambda known: known == token.strip(" "))


@defect(
    "refresh.trims-line-ends",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-09",),
    since="0.2",
)
async def trims_line_ends(right: Right, store: Backpack, token: str) -> Grant | None:
    """A newline after a refresh token is removed."""
    return await _like(right, store, token, lambda known: known == token.strip("\n"))


@defect(
    "refresh.ignores-what-follows",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-09",),
    since="0.2",
)
async def ignores_what_follows(right: Right, store: Backpack, token: str) -> Grant | None:
    """A longer string that begins with a refresh token is accepted as that token."""
    return await _like(right, store, token, token.startswith)


@defect(
    "refresh.ignores-the-end",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-09",),
    since="0.2",
)
async def ignores_the_end(right: Right, store: Backpack, token: str) -> Grant | None:
    """The last character of a refresh token is not compared."""
    return await _like(right, store, token, lambda known: known[:-1] == token[:-1])


@defect(
    "refresh.by-half",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-09",),
    since="0.2",
)
async def knows_it_by_half(right: Right, store: Backpack, token: str) -> Grant | None:
    """The first half of a refresh token is accepted."""
    return await _like(
        right,
        store,
        token,
        lambda known: len(token) * 2 >= len(known) - 1 and known.startswith(token),
    )


@defect(
    "refresh.under-other-name",
    handlers.refresh_token,
    endpoints=("token",),
    breaks=("BC-TOKEN-09",),
    since="0.2",
)
def reads_another_name(right: Right, sent: Mapping[str, Any]) -> str | None:
    """The refresh token is also read from a parameter called token."""
    token: str | None = right({"refresh_token": sent.get("token"), **sent})
    return token


@defect(
    "refresh.unwraps-arrays",
    handlers.refresh_token,
    endpoints=("token",),
    breaks=("BC-TOKEN-13",),
    since="0.2",
)
def takes_the_first_of_an_array(right: Right, sent: Mapping[str, Any]) -> str | None:
    """An array instead of a refresh token counts as its first item."""
    refresh_token = sent.get("refresh_token")
    first = (
        {"refresh_token": refresh_token[0]}
        if isinstance(refresh_token, list) and refresh_token
        else {}
    )
    token: str | None = right({**sent, **first})
    return token


def _newest_for(
    right: Right, request: web.Request, is_taken: Callable[[Any], bool]
) -> dict[str, Any]:
    """The parameters of a request, with the newest refresh token for a value that is taken so."""
    sent: dict[str, Any] = right(request)
    newest = exchange_of(request).sandbox.backpack.newest_grant()
    if newest is None or not request.path.endswith("/token"):
        return sent
    taken = "refresh_token" in sent and is_taken(sent["refresh_token"])
    return {**sent, "refresh_token": newest.tokens.refresh} if taken else sent


@defect(
    "refresh.true-is-any",
    parameters.read_parameters,
    endpoints=("token",),
    breaks=("BC-TOKEN-13",),
    since="0.2",
)
def takes_true_for_any(right: Right, request: web.Request) -> dict[str, Any]:
    """The JSON value true is accepted as the newest refresh token."""
    return _newest_for(right, request, lambda value: value is True)


@defect(
    "refresh.numbers-are-rows",
    parameters.read_parameters,
    endpoints=("token",),
    breaks=("BC-TOKEN-13",),
    since="0.2",
)
def takes_numbers_for_rows(right: Right, request: web.Request) -> dict[str, Any]:
    """A number is accepted as the newest refresh token."""
    return _newest_for(right, request, lambda value: type(value) is int)


@defect(
    "refresh.objects-are-conditions",
    parameters.read_parameters,
    endpoints=("token",),
    breaks=("BC-TOKEN-13",),
    since="0.2",
)
def takes_objects_for_conditions(right: Right, request: web.Request) -> dict[str, Any]:
    """An object is accepted as the newest refresh token."""
    return _newest_for(right, request, lambda value: isinstance(value, dict))


@defect(
    "refresh.null-is-any",
    parameters.read_parameters,
    endpoints=("token",),
    breaks=("BC-TOKEN-13",),
    since="0.2",
)
def takes_null_for_any(right: Right, request: web.Request) -> dict[str, Any]:
    """The JSON value null is accepted as the newest refresh token."""
    return _newest_for(right, request, lambda value: value is None)


@defect(
    "refresh.grant-type-trimmed",
    handlers.is_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-08",),
    since="0.2",
)
def trims_the_grant_type(right: Right, grant_type: object) -> bool:
    """Spaces around a grant_type are removed."""
    return bool(right(grant_type.strip() if isinstance(grant_type, str) else grant_type))


@defect(
    "refresh.grant-type-by-beginning",
    handlers.is_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-08",),
    since="0.2",
)
def knows_the_grant_type_by_its_beginning(_right: Right, grant_type: object) -> bool:
    """A longer string that begins with refresh_token is accepted as the grant_type."""
    return isinstance(grant_type, str) and grant_type.startswith("refresh_token")


@defect(
    "refresh.grant-type-optional",
    handlers.is_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-08", "BC-TOKEN-13"),
    since="0.2",
)
def needs_no_grant_type(right: Right, grant_type: object) -> bool:
    """A refresh without a grant_type is accepted."""
    return grant_type is None or bool(right(grant_type))


def _spend(store: Backpack, token: object) -> None:
    grant = store.grant_by_refresh(token) if isinstance(token, str) else None
    if grant is not None:
        store.refresh(grant)


@defect(
    "refresh.spends-what-it-refuses",
    parameters.read_parameters,
    endpoints=("token",),
    breaks=("BC-TOKEN-08",),
    since="0.2",
    acts=True,
)
def spends_what_it_refuses(right: Right, request: web.Request) -> dict[str, Any]:
    """A refresh with another grant_type is refused, but the refresh token is used up anyway."""
    sent: dict[str, Any] = right(request)
    if isinstance(sent.get("grant_type"), str) and not handlers.is_refresh(sent["grant_type"]):
        _spend(exchange_of(request).sandbox.backpack, sent.get("refresh_token"))
    return sent


@defect(
    "refresh.get-spends",
    handlers.check_method,
    endpoints=("token",),
    breaks=("BC-TOKEN-16",),
    since="0.2",
)
def spends_by_get(right: Right, request: web.Request, allowed: str) -> None:
    """A refresh by GET is refused, but the refresh token is used up anyway."""
    if request.method == "GET" and request.path.endswith("/token"):
        _spend(exchange_of(request).sandbox.backpack, request.query.get("refresh_token"))
    right(request, allowed)


async def _ending(
    right: Right, store: Backpack, token: str, dies: Callable[[Grant, Grant], bool]
) -> Grant | None:
    """The grant of a token; others die with its refresh."""
    grant: Grant | None = await right(store, token)
    if grant is not None:
        for other in [candidate for candidate in store.grants() if dies(grant, candidate)]:
            store.end(other)
    return grant


@defect(
    "refresh.ends-other-sites",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-18",),
    since="0.2",
)
async def ends_other_sites(right: Right, store: Backpack, token: str) -> Grant | None:
    """A refresh ends the grants of other sites by the same earner."""
    return await _ending(
        right,
        store,
        token,
        lambda grant, other: grant.earner == other.earner and grant.origin != other.origin,
    )


@defect(
    "refresh.ends-other-earners",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-18",),
    since="0.2",
)
async def ends_other_earners(right: Right, store: Backpack, token: str) -> Grant | None:
    """A refresh ends the grants of other earners to the same site."""
    return await _ending(
        right,
        store,
        token,
        lambda grant, other: grant.earner != other.earner and grant.origin == other.origin,
    )


@defect(
    "refresh.second-keeps-the-token",
    backpack.renewed,
    endpoints=("token",),
    breaks=("BC-TOKEN-04",),
    since="0.2",
)
def keeps_the_token_the_second_time(right: Right, grant: Grant, fresh: Tokens) -> Grant:
    """The second refresh of a grant returns the same refresh token."""
    kept = evolve(fresh, refresh=grant.tokens.refresh) if fresh.generation == 2 else fresh
    renewed: Grant = right(grant, kept)
    return renewed


@defect(
    "refresh.new-token-pushes-nothing",
    bearer.authorize,
    endpoints=("issue",),
    breaks=("BC-TOKEN-03", "BC-TOKEN-18"),
    since="0.2",
)
def new_tokens_push_nothing(
    right: Right, request: web.Request, store: Backpack, scope: str
) -> Grant:
    """An access token from a refresh works only at the identity endpoint."""
    grant: Grant = right(request, store, scope)
    if grant.tokens.generation and request.path.endswith("/issue"):
        raise bearer.refused("invalid_token", "Unknown access token")
    return grant


@defect(
    "refresh.revived-by-a-new-grant",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-14",),
    since="0.2",
)
async def revives_by_a_new_grant(right: Right, store: Backpack, token: str) -> Grant | None:
    """A revoked refresh token works again when the earner connects the site again."""
    grant: Grant | None = await right(store, token)
    if grant is None and store.death_of(token) == "revoked":
        [old, *_] = [given for given in store.given if given.tokens.refresh == token]
        again = [living for living in store.grants_of(old.earner) if living.origin == old.origin]
        return again[-1] if again else None
    return grant
