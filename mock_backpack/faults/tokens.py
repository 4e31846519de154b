"""Token answers that RFC 6749 allows, and that not every consumer expects."""

from aiohttp import web

from mock_backpack.apis.badge_connect import bearer
from mock_backpack.apis.oauth import tokens
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Grant, Tokens
from mock_backpack.core.fault import Call
from mock_backpack.core.misbehaviours import Parameter, chosen, fault
from mock_backpack.core.seams import Armed, Right, arming, wrapping
from mock_backpack.faults.client import left_of

AT = ("oauth-token",)


@fault(
    "tokens.without",
    endpoints=AT,
    stresses=("BC21-CLIENT-17", "OB3-CLIENT-17"),
    parameters=(chosen("member", "expires_in", "refresh_token", "scope"),),
    since="0.2",
)
async def leaves_out_a_member(call: Call, *, member: str) -> web.StreamResponse:
    """The token answer lacks a member that may be missing."""

    def body(right: Right, grant: Grant, expires: int) -> dict[str, object]:
        return {name: value for name, value in right(grant, expires).items() if name != member}

    with wrapping(tokens.token_body, body):
        return await call.proceed()


@fault(
    "tokens.keep_refresh", endpoints=AT, stresses=("BC21-CLIENT-16", "OB3-CLIENT-09"), since="0.2"
)
async def keeps_the_refresh_token(call: Call) -> web.StreamResponse:
    """The answer to a refresh has no new refresh token: the old one stays good."""

    def renewed(right: Right, grant: Grant, fresh: Tokens) -> Grant:
        kept = Tokens(
            fresh.access,
            grant.tokens.refresh,
            fresh.made_at,
            fresh.expires_at,
            fresh.generation,
            fresh.scopes,
        )
        return right(grant, kept)  # type: ignore[no-any-return] # what the seam gives

    def spent(_right: Right, pair: Tokens) -> tuple[str, ...]:
        return (pair.access,)

    def body(right: Right, members: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in right(members).items() if name != "refresh_token"}

    seams: Armed = {
        backpack.renewed: (renewed,),
        backpack.spent_by_refresh: (spent,),
        tokens.renewed: (body,),
    }
    with arming(seams):
        return await call.proceed()


@fault(
    "tokens.narrowed",
    endpoints=(*AT, "assertions", "profile", "credentials", "credential-profile"),
    stresses=("BC21-CLIENT-15", "OB3-CLIENT-06"),
    parameters=(Parameter("without", "assertion.create", "ends of scopes with commas"),),
    since="0.2",
)
async def narrows_the_scope(call: Call, *, without: str) -> web.StreamResponse:
    """The earner grants fewer scopes: the token answer says so, and the API answers 401 or 403."""
    lost = tuple(without.split(","))

    def body(right: Right, grant: Grant, expires: int) -> dict[str, object]:
        members = right(grant, expires)
        return {**members, "scope": left_of(str(members["scope"]), lost)}

    def has_scope(right: Right, grant: Grant, scope: str) -> bool:
        return not scope.endswith(lost) and bool(right(grant, scope))

    with arming({tokens.token_body: (body,), bearer.has_scope: (has_scope,)}):
        return await call.proceed()
