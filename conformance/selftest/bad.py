"""Targets that are no Backpack at all; whatever they answer, none of them conforms."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import TypeAlias

from aiohttp import ClientSession, DummyCookieJar, web
from anyio.from_thread import start_blocking_portal
from attrs import frozen

from conformance.core.api import api_facts
from conformance.core.verdict import Outcome
from conformance.scenario.model import Scenario
from conformance.selftest.score import BadRun
from conformance.selftest.trial import run_all, scenarios_for
from conformance.target.mock import running as mock_running
from conformance.target.opening import TargetOptions

HOST = "127.0.0.1"
LONGEST_LINE = 2**20
MADE_ANEW = ("Content-Length", "Server")
PATIENCE_SECONDS = 2.0
SLOW_SECONDS = 3.0
LOGIN = "<form method=post><input type=email name=e><button>Go</button></form>"

Answer: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


@frozen
class BadTarget:
    """Something that somebody may take for a Backpack."""

    does: str
    answer: Answer | None
    """``None`` when it does not even listen."""
    may_pass: bool = False
    """Whether it answers some requests as a Backpack would."""


def _always(kind: str, text: str, status: int = 200, **headers: str) -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, content_type=kind, headers=headers)

    return answer


async def _hang(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.Response()


async def _break_off(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


BEHIND: web.AppKey[str] = web.AppKey("behind", str)
API: web.AppKey[str] = web.AppKey("api", str)
CLIENT: web.AppKey[ClientSession] = web.AppKey("client", ClientSession)


async def _forward(request: web.Request, path: str) -> web.StreamResponse:
    """The answer of a real Backpack to a request, for whatever path."""
    url = f"{request.app[BEHIND].rstrip('/')}{path}"
    headers = {name: value for name, value in request.headers.items() if name != "Content-Length"}
    client = request.app[CLIENT]
    sent = await request.read()
    async with client.request(
        request.method, url, headers=headers, data=sent or None, allow_redirects=False
    ) as answer:
        content = await answer.read()
        headers_back = [
            pair for pair in answer.headers.items() if pair[0] not in ("Content-Length", "Server")
        ]
        return web.Response(status=answer.status, body=content, headers=headers_back)


async def _confuse(request: web.Request) -> web.StreamResponse:
    above, _, last = request.path_qs.rpartition("/")
    confused = api_facts(request.app[API]).selftest.confused
    return await _forward(request, f"{above}/{confused.get(last, last)}")


async def _delay(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(SLOW_SECONDS)
    return await _forward(request, request.path_qs)


BAD_TARGETS: Mapping[str, BadTarget] = MappingProxyType(
    {
        "dead": BadTarget("Nothing listens.", None),
        "hangs": BadTarget("Accepts requests but never responds.", _hang),
        "breaks-off": BadTarget("Closes every connection.", _break_off),
        "500": BadTarget("Fails every request.", _always("text/html", "<h1>Oops</h1>", 500)),
        "empty-object": BadTarget("Responds {} to everything.", _always("application/json", "{}")),
        "html": BadTarget(
            "Responds with one page to everything.", _always("text/html", "<h1>Hi</h1>")
        ),
        "redirect-loop": BadTarget(
            "Redirects in a loop.", _always("text/html", "", 302, Location="/access")
        ),
        "login-for-ever": BadTarget("Asks for a login forever.", _always("text/html", LOGIN)),
        "slow": BadTarget("Correct, but slower than the timeout.", _delay),
        "other-endpoints": BadTarget(
            "Each endpoint returns the response of another.", _confuse, may_pass=True
        ),
    }
)


@asynccontextmanager
async def serving(api: str, bad: BadTarget) -> AsyncIterator[str]:
    """The URL of a bad target of an API, while the block runs."""
    if bad.answer is None:
        with socket.socket() as unused:
            unused.bind((HOST, 0))
            yield f"http://{HOST}:{unused.getsockname()[1]}/"
        return
    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{path:.*}", bad.answer)
    async with (
        mock_running((), None) as behind,
        ClientSession(cookie_jar=DummyCookieJar(), auto_decompress=False) as client,
    ):
        app[API], app[BEHIND], app[CLIENT] = api, behind, client
        runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=0.1, max_line_size=LONGEST_LINE
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, 0).start()
            yield f"http://{HOST}:{runner.addresses[0][1]}/"
        finally:
            await runner.cleanup()


def try_bad_target(api: str, name: str) -> BadRun:
    """Run the suite for an API against one of the bad targets."""
    bad = BAD_TARGETS[name]
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(serving(api, bad)) as url,
    ):
        run = run_all(api, TargetOptions(url), _first_rows(api), PATIENCE_SECONDS)
    passed = tuple(sorted(run.having(Outcome.PASSED) - run.having(Outcome.FAILED)))
    return BadRun(name, bad.does, run.verdict, passed, bad.may_pass)


def _first_rows(api: str) -> list[Scenario]:
    """Of each scenario one row: what is wrong everywhere is seen by each."""
    firsts = {scenario.id: scenario for scenario in reversed(scenarios_for(api, ()))}
    return list(reversed(firsts.values()))
