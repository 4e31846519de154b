"""What somebody else may do between a consumer and its code."""

from urllib.parse import urlencode

from aiohttp import web

from mock_backpack.apis.badge_connect.manifest import root_of
from mock_backpack.apis.oauth import authorization
from mock_backpack.apis.oauth.authorization import AuthorizationRequest
from mock_backpack.apis.pages import see_other
from mock_backpack.core.clients import Client
from mock_backpack.core.fault import Call
from mock_backpack.core.misbehaviours import fault
from mock_backpack.core.seams import Right, wrapping
from mock_backpack.faults.manifest import AT, other_root

STATE_BYTES = 16


@fault(
    "code.another_state",
    endpoints=("authorize", "accept"),
    stresses=("BC21-CLIENT-07", "OB3-CLIENT-04"),
    since="0.2",
)
async def changes_the_state(call: Call) -> web.StreamResponse:
    """Somebody calls the callback: it gets a code, and a state that the client did not make."""
    other = call.exchange.sandbox.randomness.hex(STATE_BYTES)

    def granted(right: Right, code: str, asked: AuthorizationRequest) -> dict[str, str]:
        return {**right(code, asked), "state": other}

    with wrapping(authorization.granted, granted):
        return await call.proceed()


@fault(
    "code.mix_up",
    endpoints=("authorize",),
    stresses=("BC21-CLIENT-24", "OB3-CLIENT-20"),
    since="0.2",
)
async def mixes_up(call: Call) -> web.StreamResponse:
    """On the other port a dishonest Backpack sends the earner on to this one, as its client."""
    here, sent = root_of(call.request), dict(call.request.query)
    victim = registered_before(call, sent.get("client_id", ""))
    honest = honest_root(call)
    if here != await other_root(call) or victim is None or not honest:
        return await call.proceed()
    named = {"client_id": victim.id, "redirect_uri": victim.redirect_uris[0]}
    scope = {"scope": " ".join(victim.scopes)}
    path = call.request.path.removeprefix(call.exchange.sandbox.prefix)
    return see_other(f"{honest}{path}?{urlencode({**sent, **named, **scope})}")


def honest_root(call: Call) -> str:
    """Where else the client has found a document of the API; ``""`` for nowhere."""
    sandbox = call.exchange.sandbox
    hosts = (entry.header("Host") for entry in sandbox.journal if entry.endpoint in AT)
    host = next((host for host in hosts if host and host != call.request.host), "")
    return f"{call.request.scheme}://{host}{sandbox.prefix}" if host else ""


def registered_before(call: Call, client: str) -> Client | None:
    """The client that was registered before this one."""
    known = call.exchange.sandbox.clients.registry().clients
    ids = [other.id for other in known]
    position = ids.index(client) if client in ids else 0
    return known[position - 1] if position else None
