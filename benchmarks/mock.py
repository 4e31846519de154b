"""Measure the mock, each time beside a bare aiohttp server in the same run: a table, no verdict.

``python -m benchmarks.mock`` takes about two minutes. Servers run on one core, the load and the
host of the badge documents on another; servers that are compared take turns, and run on the same
event loop: asyncio's own, and uvloop where the extra ``speed`` is installed. Beside the rates
stands the time of the processor for one answer: other work of the machine changes it less.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from aiohttp import ClientSession, web
from attrs import define, field, frozen

from mock_backpack.app import MOCK, create_app
from mock_backpack.backpack import Badge
from mock_backpack.cli import main
from mock_backpack.server import serve

CONNECTIONS = 16
ROUNDS = 5
SECONDS = 1.0
MANY_REQUESTS = 100_000
SANDBOXES = 1_000
STORED = (10, 1_000, 100_000)
MEBIBYTE = 1024 * 1024
EARNER = "ada@example.org"
LOOPS = ("asyncio", "uvloop") if find_spec("uvloop") else ("asyncio",)
SERVER_CORE, LOAD_CORE = (sorted(os.sched_getaffinity(0)) * 2)[:2]
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de")
uids = count(1)


@frozen
class Line:
    """A line of the table."""

    what: str
    seen: str
    target: str = ""
    is_met: bool | None = None

    def __str__(self) -> str:
        judged = {None: "", True: "meets", False: "misses"}[self.is_met]
        return f"{self.what:<44} {self.seen:>34}  {self.target:<10} {judged}".rstrip()


Sender: TypeAlias = Callable[[bytes], bytes]
"""From the body of the last answer, or nothing, to the next request."""


@define
class Run:
    """When a load ends, and how many answers it got."""

    seconds: float = 600.0
    most: int = sys.maxsize
    answers: int = 0
    began: float = field(factory=time.perf_counter)

    @property
    def rate(self) -> float:
        """Answers per second until now."""
        return self.answers / (time.perf_counter() - self.began)

    def is_over(self) -> bool:
        """Whether no more requests shall be sent."""
        return self.answers >= self.most or time.perf_counter() - self.began >= self.seconds


class Connection(asyncio.Protocol):
    """A connection that is kept: each answer lets the next request go."""

    transport: asyncio.Transport

    def __init__(self, sender: Sender, run: Run) -> None:
        self._sender, self._run = sender, run
        self._seen = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self.transport = transport  # type: ignore[assignment]
        self.transport.write(self._sender(b""))

    def data_received(self, data: bytes) -> None:
        """Once an answer is complete, send the next request."""
        self._seen += data
        head, end, body = self._seen.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not end or (length and len(body) < int(length[1])):
            return
        self._seen = b""
        self._run.answers += 1
        if not head.startswith(b"HTTP/1.1 2"):
            self.transport.close()
            self.done.set_exception(RuntimeError(f"expected 2xx, saw {(head + body)!r}"))
            return
        following = self._sender(body)
        if self._run.is_over():
            self.transport.close()
            self.done.set_result(None)
        else:
            self.transport.write(following)


async def load(url: str, senders: Sequence[Sender], run: Run) -> float:
    """Send as fast as answers come, each sender on its own connection; answers per second."""
    host, port = urlsplit(url).netloc.split(":")
    loop = asyncio.get_running_loop()
    lines = [
        (await loop.create_connection(partial(Connection, one, run), host, int(port)))[1]
        for one in senders
    ]
    await asyncio.gather(*(line.done for line in lines))
    return run.rate


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a request."""
    told = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
    if method == "GET":
        del told["Content-Length"]
    if body:
        told["Content-Type"] = "application/json"
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def bearer(grant: Mapping[str, str]) -> str:
    """The Authorization header of a grant."""
    return f"Bearer {b64encode(grant['access_token'].encode()).decode()}"


def asking(grant: Mapping[str, str]) -> Sender:
    """Ask for the identity, again and again."""
    wanted = request("GET", "/api/identity", Authorization=bearer(grant))
    return lambda _body: wanted


def refreshing(grant: Mapping[str, str]) -> Sender:
    """Refresh with the refresh token that the last refresh gave."""
    token = grant["refresh_token"]

    def following(body: bytes) -> bytes:
        nonlocal token
        token = json.loads(body)["refresh_token"] if body else token
        asked = {"grant_type": "refresh_token", "refresh_token": token}
        return request("POST", "/api/token", json.dumps(asked).encode())

    return following


def pushing(grant: Mapping[str, str], documents: str) -> Sender:
    """Push badges that are all different."""
    authorization = bearer(grant)

    def following(_body: bytes) -> bytes:
        asked = {"badge": f"{documents}/assertion/{next(uids)}"}
        return request(
            "POST", "/api/issue", json.dumps(asked).encode(), Authorization=authorization
        )

    return following


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


def post(url: str, body: Any) -> Any:
    """One POST to a control."""
    asked = Request(url, json.dumps(body).encode(), method="POST")  # noqa: S310 - our own server
    with urlopen(asked) as answer:  # noqa: S310
        return json.load(answer)


def grants(mock: str, origin: str) -> list[Any]:
    """One grant for each connection."""
    asked = {"earner": EARNER, "origin": origin}
    return [post(f"{mock}/_mock/grants", asked) for _ in range(CONNECTIONS)]


def canned(mock: str, grant: Mapping[str, str]) -> str:
    """What the mock answers at each path, for a bare server to answer as well."""
    asked = {"grant_type": "refresh_token", "refresh_token": grant["refresh_token"]}
    identity = Request(f"{mock}/api/identity", headers={"Authorization": bearer(grant)})  # noqa: S310
    token = Request(  # noqa: S310
        f"{mock}/api/token", json.dumps(asked).encode(), {"Content-Type": "application/json"}
    )
    return json.dumps({one.selector: _answer_of(one) for one in (identity, token)})


def _answer_of(asked: Request) -> tuple[list[tuple[str, str]], str]:
    with urlopen(asked) as answer:  # noqa: S310 - our own server
        dropped = ("Date", "Content-Length", "Connection")
        headers = [one for one in answer.getheaders() if one[0] not in dropped]
        return headers, answer.read().decode()


def bare_app(said: str) -> web.Application:
    """A server that answers what it was told, and fetches the documents of a badge."""
    app = web.Application()
    for path, (headers, body) in json.loads(said).items():
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
        for one in (url, f"{root}/class", f"{root}/issuer", f"{root}/image.png"):
            async with session.get(one) as document:
                content = await document.read()
        return web.Response(body=content, status=201)

    app.router.add_post("/api/issue", fetch)
    async with ClientSession() as session:
        yield


def documents_app() -> web.Application:
    """The documents of as many 1.0 badges as somebody asks for."""

    async def assertion(asked: web.Request) -> web.Response:
        return web.json_response(an_assertion(f"http://{asked.host}", asked.match_info["uid"]))

    async def badge_class(asked: web.Request) -> web.Response:
        return web.json_response(a_class(f"http://{asked.host}"))

    async def issuer(asked: web.Request) -> web.Response:
        return web.json_response({"name": "Society", "url": f"http://{asked.host}/"})

    async def image(_asked: web.Request) -> web.Response:
        return web.Response(body=PNG, content_type="image/png")

    app = web.Application()
    app.router.add_get("/assertion/{uid}", assertion)
    app.router.add_get("/class", badge_class)
    app.router.add_get("/issuer", issuer)
    app.router.add_get("/image.png", image)
    return app


def an_assertion(root: str, uid: str) -> dict[str, Any]:
    """An assertion for the one earner."""
    digest = sha256(f"{EARNER}deadsea".encode()).hexdigest()
    return {
        "uid": uid,
        "recipient": {
            "identity": f"sha256${digest}",
            "type": "email",
            "hashed": True,
            "salt": "deadsea",
        },
        "badge": f"{root}/class",
        "verify": {"type": "hosted", "url": f"{root}/assertion/{uid}"},
        "issuedOn": 1403784577,
    }


def a_class(root: str) -> dict[str, Any]:
    """The badge class of all assertions."""
    return {
        "name": "Difference engineer",
        "description": "Drew up a table of differences.",
        "image": f"{root}/image.png",
        "criteria": f"{root}/criteria",
        "issuer": f"{root}/issuer",
    }


def filled_app(badges: int, sandboxes: int) -> web.Application:
    """A mock that holds badges at its root, and further sandboxes."""
    app = create_app()
    all_of_them = app[MOCK].sandboxes
    backpack = all_of_them.root.backpack
    root = "http://issuer.example"
    document = json.dumps({**an_assertion(root, "uid"), "badge": a_class(root)})
    for number in range(badges):
        badge = Badge((root, f"stored-{number}"), json.loads(document))
        backpack.add(backpack.earner(EARNER), badge)
    for _ in range(sandboxes - 1):
        all_of_them.create(None, all_of_them.root.shape)
    return app


def serve_as(role: str, *said: str) -> None:
    """What a server's process does."""
    match role, said:
        case "filled", (badges, sandboxes):
            app = filled_app(int(badges), int(sandboxes))
            asyncio.run(serve(app, "127.0.0.1", 0, lambda url: print(url, flush=True)))  # noqa: T201
        case "mock", (loop,):
            if loop == "asyncio":
                sys.modules["uvloop"] = None  # type: ignore[assignment] # as if it were not there
            main(SERVE)
        case "bare", (loop, answers):
            factory = import_module(loop).new_event_loop
            with asyncio.Runner(loop_factory=factory) as runner:
                runner.run(_bare_serve(bare_app(answers)))
        case _:
            asyncio.run(_bare_serve(documents_app()))


async def _bare_serve(app: web.Application) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)  # noqa: T201
    await asyncio.Event().wait()


Contest: TypeAlias = Sequence[tuple[Server, Sequence[Sender]]]


@frozen
class Pace:
    """How fast a server answered."""

    rate: float
    """Answers per second."""
    cost: float
    """Seconds of a processor for one answer."""


def in_turn(contest: Contest, rounds: int = ROUNDS, seconds: float = SECONDS) -> list[Pace]:
    """The median pace of each server, the servers taking turns."""
    paces: list[list[Pace]] = [[] for _ in contest]
    for server, senders in contest:
        asyncio.run(load(server.url, senders, Run(0.2)))
    for _ in range(rounds):
        for (server, senders), seen in zip(contest, paces, strict=True):
            seen.append(_pace(server, senders, Run(seconds)))
    return [
        Pace(median(one.rate for one in seen), median(one.cost for one in seen)) for seen in paces
    ]


def _pace(server: Server, senders: Sequence[Sender], run: Run) -> Pace:
    before = server.busy()
    rate = asyncio.run(load(server.url, senders, run))
    return Pace(rate, (server.busy() - before) / run.answers)


def against(what: str, target: float, contest: Contest) -> Iterator[Line]:
    """The mock beside a bare server."""
    mock, bare = in_turn(contest)
    ratio = mock.rate / bare.rate
    seen = f"{mock.rate:,.0f}/s : {bare.rate:,.0f}/s = {ratio:.2f}"
    yield Line(what, seen, f">= {target}", ratio >= target)
    spent = f"{mock.cost * 1e6:,.0f} us : {bare.cost * 1e6:,.0f} us = {bare.cost / mock.cost:.2f}"
    yield Line("  processor for one answer", spent)


def beside_bare(loop: str) -> Iterator[Line]:
    """Identity, token and issue, each beside a bare server on the same event loop."""
    with ExitStack() as stack:
        mock = stack.enter_context(started(__spec__.name, "mock", loop))
        documents = stack.enter_context(started(__spec__.name, "documents", core=LOAD_CORE)).url
        held = grants(mock.url, documents)
        spare = post(f"{mock.url}/_mock/grants", {"earner": EARNER, "origin": documents})
        said = canned(mock.url, spare)
        bare = stack.enter_context(started(__spec__.name, "bare", loop, said))
        pushes = [pushing(one, documents) for one in held]
        asks = [asking(one) for one in held]
        refreshes = [[refreshing(one) for one in held] for _ in range(2)]
        tokens = list(zip((mock, bare), refreshes, strict=True))
        yield from against(f"identity : bare, {loop}", 0.6, [(mock, asks), (bare, asks)])
        yield from against(f"issue : one by one, {loop}", 0.8, [(mock, pushes), (bare, pushes)])
        yield from against(f"token : bare, {loop}", 0.6, tokens)


def start_to_ready() -> Iterator[Line]:
    """From the start of the command until it says that it is ready, beside what aiohttp takes."""
    ready, loaded = [], []
    for _ in range(ROUNDS + 2):
        began = time.perf_counter()
        with started(*MOCK_COMMAND):
            ready.append(time.perf_counter() - began)
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import aiohttp.web"], check=True)
        loaded.append(time.perf_counter() - began)
    usual = median(ready)
    yield Line("start to ready", f"{usual:.3f} s", "< 0.3 s", usual < 0.3)
    yield Line("  import aiohttp.web alone", f"{median(loaded):.3f} s")


def memory() -> Iterator[Line]:
    """Resident memory while identity and token are asked for."""
    with started(*MOCK_COMMAND) as mock:
        held = grants(mock.url, "http://issuer.example")
        senders = [asking(one) for one in held[::2]] + [refreshing(one) for one in held[1::2]]
        seen = [mock.memory()]
        for _ in range(5):
            asyncio.run(load(mock.url, senders, Run(most=MANY_REQUESTS // 5)))
            seen.append(mock.memory())
    shown = " ".join(f"{one:.1f}" for one in seen)
    what = f"RSS after {MANY_REQUESTS:,} requests"
    yield Line(what, f"{seen[-1]:.1f} MiB", "< 60 MiB", seen[-1] < 60)
    yield Line("RSS after each fifth", shown, "flat", seen[-1] - seen[-3] < 1)


def sandbox() -> Line:
    """A sandbox made and dropped, over one connection."""
    with started(*MOCK_COMMAND) as mock:

        def following(body: bytes) -> bytes:
            made = json.loads(body or b"{}").get("name")
            if made:
                return request("DELETE", f"/_mock/sandboxes/{made}")
            name = json.dumps({"name": f"s{next(uids)}"})
            return request("POST", "/_mock/sandboxes", name.encode())

        rates = [asyncio.run(load(mock.url, [following], Run(0.5))) for _ in range(ROUNDS)]
    seconds = 2 / median(rates)
    return Line("sandbox made and dropped", f"{seconds * 1000:.2f} ms", "< 1 ms", seconds < 0.001)


def filled(stack: ExitStack, badges: int, sandboxes: int) -> Server:
    """A mock that holds much already."""
    return stack.enter_context(started(__spec__.name, "filled", str(badges), str(sandboxes)))


def compared(what: str, sizes: Sequence[int], contest: Contest) -> Iterator[Line]:
    """Each size beside the smallest."""
    rates = [one.rate for one in in_turn(contest, rounds=3, seconds=0.8)]
    for size, rate in zip(sizes, rates, strict=True):
        yield Line(f"{what} {size:,}", f"{rate:,.0f}/s = {rate / rates[0]:.2f} of the first")


def with_much() -> Iterator[Line]:
    """Identity and issue of mocks that hold much."""
    with ExitStack() as stack:
        origin = stack.enter_context(started(__spec__.name, "documents", core=LOAD_CORE)).url
        boxes = [filled(stack, 0, size) for size in (1, SANDBOXES)]
        stores = [filled(stack, size, 1) for size in STORED]
        asks = {one: [asking(held) for held in grants(one.url, origin)] for one in boxes + stores}
        pushes = {
            one: [pushing(held, origin) for held in grants(one.url, origin)] for one in stores
        }
        yield from compared("identity, sandboxes:", (1, SANDBOXES), [(s, asks[s]) for s in boxes])
        yield from compared("identity, badges stored:", STORED, [(s, asks[s]) for s in stores])
        yield from compared("issue, badges stored:", STORED, list(pushes.items()))


def lines() -> Iterator[Line]:
    """The whole table."""
    yield from start_to_ready()
    yield sandbox()
    for loop in LOOPS:
        yield from beside_bare(loop)
    yield from memory()
    yield from with_much()


if __name__ == "__main__":
    if sys.argv[1:]:
        serve_as(*sys.argv[1:])
    else:
        print(f"{CONNECTIONS} connections, servers on core {SERVER_CORE}, load on {LOAD_CORE}")  # noqa: T201
        for line in lines():
            print(line, flush=True)  # noqa: T201
