"""Servers in processes of their own: mocks and bare aiohttp servers.

``python -m benchmarks.servers ROLE …`` is one of them.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from aiohttp import ClientSession, web
from attrs import frozen

from benchmarks.documents import a_class, an_assertion
from benchmarks.load import EARNER, bearer
from mock_backpack.app import MOCK, create_app
from mock_backpack.cli.cli import main
from mock_backpack.core.backpack import Badge
from mock_backpack.core.holdings import OPEN_BADGES_2
from mock_backpack.http.process import collect_garbage_seldom
from mock_backpack.server import serve

MEBIBYTE = 1024 * 1024
SERVER_CORE, LOAD_CORE = (sorted(os.sched_getaffinity(0)) * 2)[:2]


@frozen
class Server:
    """A server in a process of its own."""

    url: str
    process: int

    def busy(self) -> float:
        """Seconds for which it has had a processor."""
        waited = Path(f"/proc/{self.process}/schedstat").read_text(encoding="ascii")
        return int(waited.split()[0]) / 1e9

    def memory(self) -> float:
        """Resident memory in MiB."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / MEBIBYTE


@contextmanager
def started(*command: str, core: int = SERVER_CORE) -> Iterator[Server]:
    """A server on one core, once it says that it is ready."""
    os.sched_setaffinity(0, {core})
    with subprocess.Popen(  # noqa: S603 - our own commands
        [sys.executable, "-m", *command], stdout=subprocess.PIPE, text=True
    ) as process:
        os.sched_setaffinity(0, {LOAD_CORE})
        try:
            assert process.stdout is not None  # noqa: S101 - a pipe was asked for
            yield Server(process.stdout.readline().split()[-1], process.pid)
        finally:
            process.terminate()


SERVE = ("serve", "--port", "0", "--max-badges", "10000000")
MOCK_COMMAND = ("mock_backpack", *SERVE)


def canned(mock: str, grant: Mapping[str, str]) -> str:
    """What the mock answers at each path, for a bare server to answer as well."""
    asked = {"grant_type": "refresh_token", "refresh_token": grant["refresh_token"]}
    identity = Request(f"{mock}/api/identity", headers={"Authorization": bearer(grant)})  # noqa: S310
    token = Request(  # noqa: S310
        f"{mock}/api/token", json.dumps(asked).encode(), {"Content-Type": "application/json"}
    )
    return json.dumps({request.selector: _answer_of(request) for request in (identity, token)})


def _answer_of(asked: Request) -> tuple[list[tuple[str, str]], str]:
    with urlopen(asked) as answer:  # noqa: S310 - our own server
        dropped = ("Date", "Content-Length", "Connection")
        headers = [header for header in answer.getheaders() if header[0] not in dropped]
        return headers, answer.read().decode()


def bare_app(answers: str) -> web.Application:
    """A server with prepared answers, which fetches the documents of a badge."""
    app = web.Application()
    for path, (headers, body) in json.loads(answers).items():
        app.router.add_route("*", path, _answering(dict(headers), body.encode()))
    app.cleanup_ctx.append(_fetching)
    return app


def _answering(headers: dict[str, str], body: bytes) -> Callable[[web.Request], Awaitable[Any]]:
    async def answer(asked: web.Request) -> web.Response:
        await asked.read()
        return web.Response(body=body, headers=headers)

    return answer


async def _fetching(app: web.Application) -> Any:
    async def fetch(asked: web.Request) -> web.Response:
        url = (await asked.json())["badge"]
        root = url.partition("/assertion/")[0]
        for address in (url, f"{root}/class", f"{root}/issuer", f"{root}/image.png"):
            async with session.get(address) as document:
                content = await document.read()
        return web.Response(body=content, status=201)

    app.router.add_post("/api/issue", fetch)
    async with ClientSession() as session:
        yield


def filled_app(badges: int, sandboxes: int) -> web.Application:
    """A mock that holds badges at its root, and further sandboxes."""
    app = create_app()
    all_of_them = app[MOCK].sandboxes
    backpack = all_of_them.root.backpack
    root = "http://issuer.example"
    document = json.dumps({**an_assertion(root, "uid"), "badge": a_class(root)})
    for number in range(badges):
        badge = Badge((root, f"stored-{number}"), document.encode())
        backpack.add(backpack.earner(EARNER), badge)
    for _ in range(sandboxes - 1):
        all_of_them.create(None, all_of_them.root.shape)
    return app


def paged_app(badges: int) -> web.Application:
    """A mock that holds badges of Open Badges 2.0 at its root."""
    app = create_app()
    backpack = app[MOCK].sandboxes.root.backpack
    root = "http://issuer.example"
    for number in range(badges):
        url = f"{root}/assertion/{number}"
        document = json.dumps({**an_assertion(root, "uid"), "id": url}).encode()
        badge = Badge((OPEN_BADGES_2, url), document)
        backpack.add(backpack.earner(EARNER), badge)
    return app


def serve_as(role: str, *arguments: str) -> None:
    """What a server's process does."""
    match role, arguments:
        case "filled", (badges, sandboxes):
            app = filled_app(int(badges), int(sandboxes))
            _serve_alone(app)
        case "paged", (badges,):
            app = paged_app(int(badges))
            _serve_alone(app)
        case "mock", (loop,):
            if loop == "asyncio":
                sys.modules["uvloop"] = None  # type: ignore[assignment] # as if it were not there
            main(SERVE)
        case "bare", (loop, answers):
            factory = import_module(loop).new_event_loop
            with asyncio.Runner(loop_factory=factory) as runner:
                runner.run(_bare_serve(bare_app(answers)))
        case _:
            raise ValueError(f"expected filled, paged, mock or bare, saw {role}")


def _serve_alone(app: web.Application) -> None:
    """Serve a mock as its command does, in a process of its own."""
    collect_garbage_seldom()
    asyncio.run(serve(app, "127.0.0.1", 0, lambda url: print(url, flush=True)))  # noqa: T201


async def _bare_serve(app: web.Application) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)  # noqa: T201
    await asyncio.Event().wait()


if __name__ == "__main__":
    serve_as(*sys.argv[1:])
