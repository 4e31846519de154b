"""A Backpack whose state and whose answers part ways."""

import asyncio

from aiohttp import web

from mock_backpack import bearer
from mock_backpack.backpack import Backpack, Grant
from mock_backpack.faults.fault import Call, fault
from mock_backpack.faults.http import proxy_page
from mock_backpack.faults.transport import nothing, reset
from mock_backpack.seams import Right, wrapping
from mock_backpack.wire import Line, Raw


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


@fault("data.stale_read")
async def reads_old_state(call: Call, *, seconds: float) -> web.StreamResponse:
    clock = call.exchange.sandbox.clock

    def find(right: Right, kept: Backpack, token: str) -> Grant | None:
        found: Grant | None = right(kept, token)
        is_new = found is not None and found.tokens.made_at > clock.now() - seconds
        return None if is_new else found

    with wrapping(bearer.find_grant, find):
        return await call.proceed()
