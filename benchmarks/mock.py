"""Measure the mock, each time beside a bare aiohttp server in the same run: a table, no verdict.

``python -m benchmarks.mock`` takes about two minutes. Servers run on one core, the load and the
host of the badge documents on another; servers that are compared take turns, and run on the same
event loop: asyncio's own, and uvloop where the extra ``speed`` is installed. Beside the rates
stands the time of the processor for one answer: other work of the machine changes it less.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from statistics import median
from typing import TypeAlias

from attrs import frozen

from benchmarks import badge_connect
from benchmarks.documents import EARNER
from benchmarks.load import (
    CONNECTIONS,
    Load,
    Run,
    Sender,
    asking,
    grants,
    loading,
    post,
    pushing,
    refreshing,
    request,
    uids,
)
from benchmarks.servers import LOAD_CORE, MOCK_COMMAND, SERVER_CORE, Server, canned, started

ROUNDS = 5
TURNS, SECONDS = 20, 0.25
"""Many short turns: a machine that others use changes its speed within seconds."""
MANY_REQUESTS = 100_000
SANDBOXES = 1_000
STORED = (10, 1_000, 100_000)
LOOPS = ("asyncio", "uvloop") if find_spec("uvloop") else ("asyncio",)
SERVERS = "benchmarks.servers"


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


Contest: TypeAlias = Sequence[tuple[Server, Sequence[Sender]]]


@frozen
class Pace:
    """How fast a server answered."""

    rate: float
    """Answers per second."""
    cost: float
    """Seconds of a processor for one answer."""


def in_turn(load: Load, contest: Contest, turns: int = TURNS) -> list[Pace]:
    """The median pace of each server, the servers taking turns."""
    paces: list[list[Pace]] = [[] for _ in contest]
    for server, senders in contest:
        load.press(server.url, senders, Run(0.2))
    for _ in range(turns):
        for (server, senders), seen in zip(contest, paces, strict=True):
            seen.append(_pace(load, server, senders, Run(SECONDS)))
    return [
        Pace(median(pace.rate for pace in seen), median(pace.cost for pace in seen))
        for seen in paces
    ]


def _pace(load: Load, server: Server, senders: Sequence[Sender], run: Run) -> Pace:
    before = server.busy()
    rate = load.press(server.url, senders, run)
    return Pace(rate, (server.busy() - before) / run.answers)


def against(load: Load, what: str, target: float, contest: Contest) -> Iterator[Line]:
    """The mock beside a bare server."""
    mock, bare = in_turn(load, contest)
    ratio = mock.rate / bare.rate
    seen = f"{mock.rate:,.0f}/s : {bare.rate:,.0f}/s = {ratio:.2f}"
    yield Line(what, seen, f">= {target}", ratio >= target)
    spent = f"{mock.cost * 1e6:,.0f} us : {bare.cost * 1e6:,.0f} us = {bare.cost / mock.cost:.2f}"
    yield Line("  processor for one answer", spent)


def beside_bare(load: Load, loop: str) -> Iterator[Line]:
    """Identity, token and issue, each beside a bare server on the same event loop."""
    with ExitStack() as stack:
        mock = stack.enter_context(started(SERVERS, "mock", loop))
        granted = grants(mock.url, load.origin)
        spare = post(f"{mock.url}/_mock/grants", {"earner": EARNER, "origin": load.origin})
        bare_answers = canned(mock.url, spare)
        bare = stack.enter_context(started(SERVERS, "bare", loop, bare_answers))
        pushes = [pushing(grant, load.origin) for grant in granted]
        asks = [asking(grant) for grant in granted]
        refreshes = [[refreshing(grant) for grant in granted] for _ in range(2)]
        tokens = list(zip((mock, bare), refreshes, strict=True))
        yield from against(load, f"identity : bare, {loop}", 0.6, [(mock, asks), (bare, asks)])
        yield from against(
            load, f"issue : one by one, {loop}", 0.8, [(mock, pushes), (bare, pushes)]
        )
        yield from against(load, f"token : bare, {loop}", 0.6, tokens)


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


def memory(load: Load) -> Iterator[Line]:
    """Resident memory while identity and token are asked for."""
    with started(*MOCK_COMMAND) as mock:
        granted = grants(mock.url, "http://issuer.example")
        senders = [asking(grant) for grant in granted[::2]] + [
            refreshing(grant) for grant in granted[1::2]
        ]
        seen = [mock.memory()]
        for _ in range(5):
            load.press(mock.url, senders, Run(most=MANY_REQUESTS // 5))
            seen.append(mock.memory())
    shown = " ".join(f"{size:.1f}" for size in seen)
    what = f"RSS after {MANY_REQUESTS:,} requests"
    yield Line(what, f"{seen[-1]:.1f} MiB", "< 60 MiB", seen[-1] < 60)
    yield Line("RSS after each fifth", shown, "flat", seen[-1] - seen[-3] < 1)


def sandbox(load: Load) -> Line:
    """A sandbox made and dropped, over one connection."""
    with started(*MOCK_COMMAND) as mock:

        def following(body: bytes) -> bytes:
            made = json.loads(body or b"{}").get("name")
            if made:
                return request("DELETE", f"/_mock/sandboxes/{made}")
            name = json.dumps({"name": f"s{next(uids)}"})
            return request("POST", "/_mock/sandboxes", name.encode())

        rates = [load.press(mock.url, [following], Run(0.5)) for _ in range(ROUNDS)]
    seconds = 2 / median(rates)
    return Line("sandbox made and dropped", f"{seconds * 1000:.2f} ms", "< 1 ms", seconds < 0.001)


def filled(stack: ExitStack, badges: int, sandboxes: int) -> Server:
    """A mock that holds much already."""
    return stack.enter_context(started(SERVERS, "filled", str(badges), str(sandboxes)))


def compared(load: Load, what: str, sizes: Sequence[int], contest: Contest) -> Iterator[Line]:
    """Each size beside the smallest."""
    rates = [pace.rate for pace in in_turn(load, contest, turns=10)]
    for size, rate in zip(sizes, rates, strict=True):
        yield Line(f"{what} {size:,}", f"{rate:,.0f}/s = {rate / rates[0]:.2f} of the first")


def with_much(load: Load) -> Iterator[Line]:
    """Identity and issue of mocks that hold much."""
    with ExitStack() as stack:
        boxes = [filled(stack, 0, size) for size in (1, SANDBOXES)]
        stores = [filled(stack, size, 1) for size in STORED]
        asks = {
            server: [asking(grant) for grant in grants(server.url, load.origin)]
            for server in boxes + stores
        }
        pushes = {
            server: [pushing(grant, load.origin) for grant in grants(server.url, load.origin)]
            for server in stores
        }
        yield from compared(
            load, "identity, sandboxes:", (1, SANDBOXES), [(s, asks[s]) for s in boxes]
        )
        yield from compared(
            load, "identity, badges stored:", STORED, [(s, asks[s]) for s in stores]
        )
        yield from compared(load, "issue, badges stored:", STORED, list(pushes.items()))


def of_badge_connect(load: Load) -> Iterator[Line]:
    """Reading and refreshing by Open Badges 2.1, beside a bare server; and pages of many badges."""
    with ExitStack() as stack:
        mocks = [stack.enter_context(started(SERVERS, "paged", str(size))) for size in STORED]
        connections = [badge_connect.connections(mock.url) for mock in mocks]
        bare_answers = badge_connect.answers(mocks[0].url, connections[0].pop())
        bare = stack.enter_context(started(SERVERS, "bare", "asyncio", bare_answers))
        reads = [
            [badge_connect.reading(connection) for connection in several] for several in connections
        ]
        renewals = [
            [badge_connect.renewing(connection) for connection in connections[0]] for _ in range(2)
        ]
        pairs = [(mocks[0], reads[0]), (bare, reads[0])]
        yield from against(load, "GET assertions : bare", 0.5, pairs)
        contest = list(zip(mocks, reads, strict=True))
        yield from compared(load, "first page, badges stored:", STORED, contest)
        ends = [f"limit=10&offset={size - 10}" for size in STORED]
        deep = [
            (mock, [badge_connect.reading(connection, end) for connection in several])
            for mock, several, end in zip(mocks, connections, ends, strict=True)
        ]
        yield from compared(load, "last page, badges stored:", STORED, deep)
        tokens = list(zip((mocks[0], bare), renewals, strict=True))
        yield from against(load, "POST oauth token : bare", 0.5, tokens)


def lines() -> Iterator[Line]:
    """The whole table."""
    yield from start_to_ready()
    with loading() as load:
        yield sandbox(load)
        for loop in LOOPS:
            yield from beside_bare(load, loop)
        yield from memory(load)
        yield from with_much(load)
        yield from of_badge_connect(load)


if __name__ == "__main__":
    print(f"{CONNECTIONS} connections, servers on core {SERVER_CORE}, load on {LOAD_CORE}")  # noqa: T201
    for line in lines():
        print(line, flush=True)  # noqa: T201
