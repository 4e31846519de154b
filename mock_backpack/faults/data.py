"""A Backpack whose state and whose answers part ways."""

import asyncio
from typing import cast

from aiohttp import web

from mock_backpack.apis.connect import api, bearer
from mock_backpack.core.backpack import Backpack, Badge, Earner, Grant
from mock_backpack.core.fault import Call, fault
from mock_backpack.core.seams import Right, arming, wrapping
from mock_backpack.faults.http import proxy_page
from mock_backpack.faults.transport import nothing, reset
from mock_backpack.http.wire import Line, Raw


@fault("data.commit_then_drop")
async def commits_then_drops(call: Call) -> web.StreamResponse:
    await call.proceed()
    return Raw(reset)


@fault("data.commit_then_error")
async def commits_then_fails(call: Call, *, status: int) -> web.StreamResponse:
    await call.proceed()
    return proxy_page(status)


@fault("data.drop_then_commit")
async def drops_then_commits(call: Call, *, seconds: float) -> web.StreamResponse:
    Line(call.request).reset()
    await asyncio.sleep(seconds)
    await call.proceed()
    return Raw(nothing)


@fault("data.already_there")
async def has_it_already(call: Call, *, how: str) -> web.StreamResponse:
    async def keep(right: Right, kept: Backpack, earner: Earner, badge: Badge) -> bool:
        await right(kept, earner, badge)
        return False

    def tell(right: Right, badge: Badge, grant: Grant) -> web.Response:
        headers = api.readable_by(grant)
        match how:
            case "exists":
                body = {"exists": True, "badge": badge.document}
                return web.json_response(body, headers=headers)
            case "conflict":
                body = {"message": "the badge is in the Backpack already"}
                return web.json_response(body, status=409, headers=headers)
            case _:
                return cast("web.Response", right(badge, grant))

    with arming({api.keep: (keep,), api.already_added: (tell,)}):
        return await call.proceed()


@fault("data.stale_read")
async def reads_old_state(call: Call, *, seconds: float) -> web.StreamResponse:
    clock = call.exchange.sandbox.clock

    def find(right: Right, kept: Backpack, token: str) -> Grant | None:
        found: Grant | None = right(kept, token)
        is_new = found is not None and found.tokens.made_at > clock.now() - seconds
        return None if is_new else found

    with wrapping(bearer.find_grant, find):
        return await call.proceed()
