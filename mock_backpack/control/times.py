"""Controls of a sandbox's clock."""

from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from mock_backpack.control.call import AdminCall
from mock_backpack.core.errors import ApiError
from mock_backpack.core.sandbox import Sandbox
from mock_backpack.openbadges.times import moment_of

WAYS = ("advance", "set", "freeze", "resume")


async def show_clock(call: AdminCall) -> web.Response:
    """``GET /_mock/clock``: show the time of the sandbox."""
    return web.json_response(_clock_state(call.sandbox))


async def move_clock(call: AdminCall) -> web.Response:
    """``POST /_mock/clock``: advance, set, freeze or resume the clock."""
    members = call.members(*WAYS)
    if not members:
        raise ApiError(400, f"body: expected one of {', '.join(WAYS)}")
    clock = call.sandbox.clock
    before = clock.now()
    frozen_at = before if clock.is_frozen else None
    state = (clock.ahead, frozen_at)
    for way, value in members.items():
        try:
            _move(call.sandbox, way, value)
        except ValueError as error:
            clock.put(*state)
            raise ApiError(400, f"{way}: {error}") from error
    expired = call.sandbox.backpack.expired_between(before, clock.now())
    grants = [
        {"number": grant.number, "earner": grant.earner, "origin": grant.origin}
        for grant in expired
    ]
    return web.json_response({**_clock_state(call.sandbox), "expired": grants})


def _move(sandbox: Sandbox, way: str, value: Any) -> None:
    match way:
        case "advance":
            sandbox.clock.advance(_seconds(value))
        case "set":
            sandbox.clock.set(_moment(value))
        case "freeze" if value is True:
            sandbox.clock.freeze()
        case "resume" if value is True:
            sandbox.clock.resume()
        case _:
            raise ValueError("expected true")


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("expected seconds as a number")  # noqa: TRY004 - shown to a client
    return value


def _moment(value: Any) -> float:
    if not isinstance(value, str):
        return _seconds(value)
    try:
        return moment_of(value).timestamp()
    except (ValueError, OverflowError) as error:
        raise ValueError("expected unix seconds or an ISO 8601 time") from error


def _clock_state(sandbox: Sandbox) -> dict[str, Any]:
    now = sandbox.clock.now()
    shown = datetime.fromtimestamp(now, UTC).isoformat()
    return {"now": now, "time": shown, "frozen": sandbox.clock.is_frozen}
