"""A Backpack whose state and whose answers part ways."""

import asyncio
from typing import cast

from aiohttp import web

from mock_backpack.apis import answers
from mock_backpack.apis.connect import bearer, handlers
from mock_backpack.core.backpack import Backpack, Badge, Earner, Grant
from mock_backpack.core.fault import Call
from mock_backpack.core.misbehaviours import chosen, fault, within
from mock_backpack.core.seams import Right, arming, wrapping
from mock_backpack.faults.http import proxy_page
from mock_backpack.faults.transport import nothing, reset
from mock_backpack.http.wire import Line, Raw

KEEPING = ("issue", "token", "accept", "assertions", "credentials", "oauth-token")
"""Where a request changes something."""


@fault(
    "data.commit_then_drop",
    endpoints=KEEPING,
    stresses=("BC-CLIENT-07", "BC-CLIENT-08", "BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    since="0.2",
)
async def commits_then_drops(call: Call) -> web.StreamResponse:
    """The request is processed, but the connection is reset instead of a response."""
    await call.proceed()
    return Raw(reset)


@fault(
    "data.commit_then_error",
    endpoints=KEEPING,
    stresses=("BC-CLIENT-07", "BC-CLIENT-08", "BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(within("status", 502, 400, 599, "a status"),),
    since="0.2",
)
async def commits_then_fails(call: Call, *, status: int) -> web.StreamResponse:
    """The request is processed, but a proxy responds with an HTML error page."""
    await call.proceed()
    return proxy_page(status)


@fault(
    "data.drop_then_commit",
    endpoints=KEEPING,
    stresses=("BC-CLIENT-07", "BC-CLIENT-08", "BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(within("seconds", 0.5, 0, 3600, "seconds"),),
    since="0.2",
)
async def drops_then_commits(call: Call, *, seconds: float) -> web.StreamResponse:
    """The connection is reset at once; the request is processed later."""
    Line(call.request).reset()
    await asyncio.sleep(seconds)
    await call.proceed()
    return Raw(nothing)


@fault(
    "data.already_there",
    endpoints=("issue",),
    stresses=("BC-CLIENT-08",),
    parameters=(
        chosen(
            "how",
            "not_modified",
            "exists",
            "conflict",
            expected="not_modified (304), exists (200) or conflict (409)",
        ),
    ),
    since="0.2",
)
async def has_it_already(call: Call, *, how: str) -> web.StreamResponse:
    """The badge is added in another way just before it is pushed."""

    async def keep(right: Right, backpack: Backpack, earner: Earner, badge: Badge) -> bool:
        await right(backpack, earner, badge)
        return False

    def answer(right: Right, badge: Badge, grant: Grant) -> web.Response:
        headers = answers.readable_by(grant)
        match how:
            case "exists":
                body = {"exists": True, "badge": badge.document}
                return web.json_response(body, headers=headers)
            case "conflict":
                body = {"message": "the badge is in the Backpack already"}
                return web.json_response(body, status=409, headers=headers)
            case _:
                return cast("web.Response", right(badge, grant))

    with arming({handlers.keep: (keep,), handlers.already_added: (answer,)}):
        return await call.proceed()


@fault(
    "data.stale_read",
    endpoints=("identity", "issue"),
    stresses=("BC-CLIENT-11", "BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(within("seconds", 2.0, 0, 3600, "seconds"),),
    since="0.2",
)
async def reads_old_state(call: Call, *, seconds: float) -> web.StreamResponse:
    """Tokens are looked up in an outdated state: newer tokens are unknown."""
    clock = call.exchange.sandbox.clock

    def find(right: Right, backpack: Backpack, token: str) -> Grant | None:
        grant: Grant | None = right(backpack, token)
        is_new = grant is not None and grant.tokens.made_at > clock.now() - seconds
        return None if is_new else grant

    with wrapping(bearer.find_grant, find):
        return await call.proceed()
