"""Operations for judging an issuer: situations, the current situation, the verdict."""

from urllib.parse import urlsplit

from aiohttp import web

from mock_backpack.control.call import AdminCall, text
from mock_backpack.core.errors import ApiError
from mock_backpack.core.quoting import one_of
from mock_backpack.core.redaction import Redaction
from mock_backpack.issuer.situations import UnknownSituation, situation, situations
from mock_backpack.issuer.stage import Stage
from mock_backpack.issuer.verdict import verdict_of

EXCHANGES = ("all", "cited")


async def list_situations(_call: AdminCall) -> web.Response:
    """``GET /_mock/situations``: list the situations for issuers."""
    return web.json_response({"situations": [listed.to_wire() for listed in situations().values()]})


async def enter_situation(call: AdminCall) -> web.Response:
    """``PUT /_mock/situation``: reset the sandbox to a situation."""
    members = call.members("situation")
    call.sandbox.enter(await read_stage(call, text(members, "situation")))
    return web.json_response(call.sandbox.to_wire(call.root))


async def read_stage(call: AdminCall, name: str) -> Stage:
    """A situation by its name, at the addresses at which the client reaches this mock.

    Raises:
        ApiError: 400 when there is no such situation, or none can be here.
    """
    try:
        chosen = situation(name)
    except UnknownSituation as error:
        raise ApiError(400, f"situation: {error}") from error
    listener = call.sandbox.listener
    if listener is None:
        raise ApiError(400, "situation: expected a mock that listens on a socket of its own")
    try:
        port = await listener.other()
    except OSError as error:
        raise ApiError(400, f"situation: the second port cannot be used: {error}") from error
    host = urlsplit(call.root).hostname or "127.0.0.1"
    shown = f"[{host}]" if ":" in host else host
    return Stage(chosen, f"http://{shown}:{port}")


async def show_verdict(call: AdminCall) -> web.Response:
    """``GET /_mock/verdict``: judge the issuer that used the sandbox."""
    exchanges = call.query.get("exchanges", "cited")
    if exchanges not in EXCHANGES:
        raise ApiError(400, f"exchanges: {one_of(EXCHANGES, exchanges)}")
    verdict = verdict_of(call.sandbox, call.sandboxes.root)
    redaction = Redaction(call.sandbox.backpack, call.sandbox.clients)
    return web.json_response(verdict.to_wire(redaction, is_whole=exchanges == "all"))
