"""Tokens that end while an issuer is using them."""

from aiohttp import web

from mock_backpack.apis.connect import bearer
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.fault import Call
from mock_backpack.core.misbehaviours import fault, within
from mock_backpack.core.revoking import take_back

AT = (
    *("issue", "identity", "assertions", "profile"),
    *("credentials", "credential-profile"),
)


def backpack_of(call: Call) -> Backpack:
    """The Backpack that the request is for."""
    return call.exchange.sandbox.backpack


def grant_of(call: Call) -> Grant | None:
    """The living grant of the token in the request's header."""
    if call.exchange.grant is not None:
        return call.exchange.grant
    token = bearer.read_token(call.request)
    return backpack_of(call).grant_by_access(token) if token else None


@fault(
    "access.expire_now",
    endpoints=AT,
    stresses=("BC-CLIENT-06", "BC-CLIENT-07", "BC21-CLIENT-16", "OB3-CLIENT-09"),
    since="0.2",
)
async def expires_now(call: Call) -> web.StreamResponse:
    """The token of the request expires just before it is checked."""
    grant = grant_of(call)
    if grant is not None:
        backpack_of(call).expire(grant)
    return await call.proceed()


@fault(
    "access.revoke_now",
    endpoints=AT,
    stresses=("BC-CLIENT-11", "BC21-CLIENT-15", "OB3-CLIENT-16"),
    since="0.2",
)
async def revokes_now(call: Call) -> web.StreamResponse:
    """The earner revokes the grant of the request just before it is checked."""
    grant = grant_of(call)
    if grant is not None:
        take_back(backpack_of(call), grant)
    return await call.proceed()


@fault(
    "access.expire_after_n",
    endpoints=AT,
    stresses=("BC-CLIENT-06", "BC-CLIENT-07", "BC21-CLIENT-16", "OB3-CLIENT-09"),
    parameters=(within("n", 3, 0, 1_000_000, "a whole number"),),
    since="0.2",
)
async def expires_after_some(call: Call, *, n: int) -> web.StreamResponse:
    """Every token works for some requests, then expires."""
    grant = grant_of(call)
    if grant is not None and uses_of(call, grant) > n:
        backpack_of(call).expire(grant)
    return await call.proceed()


def uses_of(call: Call, grant: Grant) -> int:
    """How often the token of a grant was used since the rule was armed, this time included."""
    uses: dict[str, int] = call.rule.memory.setdefault("uses", {})
    token = grant.tokens.access
    uses[token] = uses.get(token, 0) + 1
    return uses[token]
