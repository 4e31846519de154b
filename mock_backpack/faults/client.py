"""What an authorization server may do with its clients: odd secrets, fewer scopes, refusals."""

from collections.abc import Mapping
from typing import Any, cast

from aiohttp import web

from mock_backpack.apis.oauth import credentials, registration
from mock_backpack.apis.oauth.errors import oauth_error
from mock_backpack.apis.oauth.server import Offer
from mock_backpack.core import clients
from mock_backpack.core.fault import Call
from mock_backpack.core.misbehaviours import Parameter, fault
from mock_backpack.core.randomness import Randomness
from mock_backpack.core.seams import Right, arming, wrapping

MARKS = "%3A+/=&"
"""Characters that change when they are form-decoded without having been encoded."""


def left_of(scopes: str, lost: tuple[str, ...]) -> str:
    """Scopes without those whose names end so."""
    return " ".join(scope for scope in scopes.split() if not scope.endswith(lost))


@fault(
    "client.odd_secret",
    endpoints=("register", "oauth-token", "oauth-revoke"),
    stresses=("BC21-CLIENT-08", "BC21-CLIENT-09", "OB3-CLIENT-05"),
    since="0.2",
)
async def gives_an_odd_secret(call: Call) -> web.StreamResponse:
    """Client secrets have characters that form encoding changes; they are taken unencoded, too."""
    known = {client.secret for client in call.exchange.sandbox.clients.registry().clients}

    def secret(right: Right, randomness: Randomness) -> str:
        return f"{right(randomness)}{MARKS}"

    def decoded(right: Right, text: str) -> str:
        return text if text in known else cast("str", right(text))

    with arming({clients.new_secret: (secret,), credentials.form_decoded: (decoded,)}):
        return await call.proceed()


@fault(
    "client.fewer_scopes",
    endpoints=("register",),
    stresses=("BC21-CLIENT-04", "OB3-CLIENT-06"),
    parameters=(
        Parameter("without", "profile.readonly,profile.update", "ends of scopes with commas"),
    ),
    since="0.2",
)
async def registers_fewer_scopes(call: Call, *, without: str) -> web.StreamResponse:
    """A client is registered for fewer scopes than it asks for, and the answer says so."""
    lost = tuple(without.split(","))

    def granted(right: Right, metadata: Mapping[str, Any], offer: Offer) -> str:
        return left_of(right(metadata, offer), lost)

    with wrapping(registration.granted_scope, granted):
        return await call.proceed()


@fault(
    "client.refused",
    endpoints=("register",),
    stresses=("BC21-CLIENT-18", "OB3-CLIENT-10"),
    since="0.2",
)
async def refuses_clients(_call: Call) -> web.StreamResponse:
    """No client is registered: 400 invalid_client_metadata."""
    raise oauth_error("invalid_client_metadata", "this Backpack takes no new clients")


@fault(
    "client.expire_now",
    endpoints=("oauth-token", "oauth-revoke"),
    stresses=("BC21-CLIENT-19", "OB3-CLIENT-18"),
    since="0.2",
)
async def expires_clients_now(call: Call) -> web.StreamResponse:
    """The secrets of all clients expire just before the credentials are checked."""
    registry = call.exchange.sandbox.clients
    for client in registry.registry().clients:
        registry.expire(client)
    return await call.proceed()
