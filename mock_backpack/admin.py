"""The mock's own controls under ``/_mock/``: health, clock, an earner's badges; loopback only."""

import ipaddress
from typing import Any

from aiohttp import web
from attrs import frozen

from mock_backpack import version
from mock_backpack.backpack import Backpack
from mock_backpack.errors import ApiError
from mock_backpack.strict_json import NotJson, strict_json


@frozen
class Admin:
    """The handlers of the controls of one Backpack."""

    backpack: Backpack
    defects: tuple[str, ...]

    async def health(self, _request: web.Request) -> web.Response:
        """``GET /_mock/health``: which mock this is, and that it lives."""
        return web.json_response(
            {
                "name": "mock-backpack",
                "version": version.VERSION,
                "status": "ok",
                "defects": self.defects,
            }
        )

    async def clock(self, request: web.Request) -> web.Response:
        """``POST /_mock/clock`` with ``{"advance": seconds}``."""
        check_local(request)
        seconds = (await json_of(request)).get("advance")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise ApiError(400, "advance: expected seconds as a number")
        try:
            self.backpack.clock.advance(seconds)
        except ValueError as error:
            raise ApiError(400, f"advance: {error}") from error
        return web.json_response({"now": self.backpack.clock.now()})

    async def badges(self, request: web.Request) -> web.Response:
        """``GET /_mock/badges?earner=E-MAIL``: what is in the earner's collection."""
        check_local(request)
        earner = request.query.get("earner")
        if not earner:
            raise ApiError(400, "earner: expected an e-mail address")
        kept = self.backpack.earner(earner).badges.values()
        return web.json_response({"badges": [badge.document for badge in kept]})


async def json_of(request: web.Request) -> dict[str, Any]:
    """The JSON object of a control.

    Raises:
        ApiError: 400 when the body is none.
    """
    try:
        value = strict_json(await request.read())
    except NotJson as error:
        raise ApiError(400, f"body: {error}") from error
    if not isinstance(value, dict):
        raise ApiError(400, "body: expected a JSON object")
    return value


def check_local(request: web.Request) -> None:
    """The controls can end any permission: they are for this machine only.

    Raises:
        ApiError: 403 when the request came from elsewhere.
    """
    try:
        local = ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        local = False
    if not local:
        raise ApiError(403, "the controls of the mock answer to loopback addresses only")
