"""Measure what one process of the mock holds, and what a second one and a proxy change: a table.

``python -m benchmarks.capacity`` takes about a minute. Everything arrives through sockets. Memory
is what a process has more of after many of a kind. Rates are those of one process, of two that take
half of the load each, and of the two behind HAProxy or nginx, where one is installed, with the
configuration of ``examples/many-mocks``; they take turns. Two processes answer more only where
there is a core for each and one for the load. What an answer costs all processes together changes
less from machine to machine.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

from attrs import frozen

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
    request,
    uids,
)
from benchmarks.servers import LOAD_CORE, MEBIBYTE, MOCK_COMMAND, SERVER_CORE, Server, started

SANDBOXES, EARNERS, GRANTS, BADGES, EXCHANGES = 3_000, 20_000, 10_000, 6_000, 8_000
ROUNDS = 3
SECONDS = 1.0
CORES = sorted(os.sched_getaffinity(0))
SECOND_CORE = CORES[2] if len(CORES) > 2 else SERVER_CORE
WITHOUT_JOURNAL = ("--journal", "1")
EXAMPLES = Path(__file__).parent.parent / "examples" / "many-mocks"
PROXIES = {
    "haproxy": ("haproxy.cfg", ("-f", "haproxy.cfg")),
    "nginx": ("nginx.conf", ("-p", ".", "-c", "nginx.conf")),
}
"""By program: its configuration, and how it is started with it."""
PROXY = "http://127.0.0.1:8500"
BACKEND = re.compile(r"127\.0\.0\.1:850([123])")


def making(path: str, body: str) -> Sender:
    """Make one thing after another by the admin API; ``#`` in the body is its number."""
    return lambda _body: request("POST", path, body.replace("#", str(next(uids))).encode())


def holding(load: Load) -> Iterator[str]:
    """Memory for each thing of a kind, each kind in a process of its own."""
    earner = '"earner": "e#@example.org"'
    made = {
        "sandbox": (SANDBOXES, making("/_mock/sandboxes", '{"name": "s#"}')),
        "earner": (EARNERS, making("/_mock/earners", '{"email": "e#@example.org"}')),
        "earner with a grant": (
            GRANTS,
            making("/_mock/grants", f'{{{earner}, "origin": "{load.origin}"}}'),
        ),
    }
    for what, (count, sender) in made.items():
        with started(*MOCK_COMMAND, *WITHOUT_JOURNAL) as mock:
            yield _memory(load, what, mock, [sender], count)
    with started(*MOCK_COMMAND, *WITHOUT_JOURNAL) as mock:
        pushes = [pushing(grant, load.origin) for grant in grants(mock.url, load.origin)]
        yield _memory(load, "badge", mock, pushes, BADGES)
    with started(*MOCK_COMMAND) as mock:
        asks = [asking(grant) for grant in grants(mock.url, load.origin)]
        yield _memory(load, "exchange in a journal", mock, asks, EXCHANGES)


def _memory(load: Load, what: str, mock: Server, senders: Sequence[Sender], count: int) -> str:
    load.press(mock.url, senders, Run(most=200))
    before = mock.memory()
    rate = load.press(mock.url, senders, Run(most=count))
    size = (mock.memory() - before) * MEBIBYTE / 1024 / count
    return f"{what:<24}{size:8.2f} KiB for each of {count:,}, made at {rate:,.0f}/s"


@frozen
class Set:
    """Processes that answer together, and what is sent to them."""

    name: str
    processes: Sequence[int]
    asks: Sequence[tuple[str, Sender]]
    pushes: Sequence[tuple[str, Sender]]

    def busy(self) -> float:
        """Seconds for which they have had a processor."""
        return sum(map(_busy, self.processes))


def _busy(process: int) -> float:
    """Of all threads and children of a process."""
    threads = Path(f"/proc/{process}/task").iterdir()
    seconds = 0.0
    for thread in threads:
        seconds += int((thread / "schedstat").read_text(encoding="ascii").split()[0]) / 1e9
        children = (thread / "children").read_text(encoding="ascii").split()
        seconds += sum(_busy(int(child)) for child in children)
    return seconds


def _set(name: str, load: Load, processes: Sequence[int], sandboxes: Sequence[str]) -> Set:
    """What is sent to these sandboxes, the same number of connections to each."""
    root_of = {}
    for sandbox in sandboxes:
        for _ in range(CONNECTIONS // len(sandboxes)):
            grant = post(f"{sandbox}/_mock/grants", {"earner": EARNER, "origin": load.origin})
            root_of[grant["access_token"]] = sandbox.partition("/s/")[0], grant
    pairs = root_of.values()
    return Set(
        name,
        processes,
        [(root, asking(grant)) for root, grant in pairs],
        [(root, pushing(grant, load.origin)) for root, grant in pairs],
    )


def spread(load: Load) -> Iterator[str]:
    """One process, two, and two behind a proxy."""
    with ExitStack() as stack:
        mocks = [
            stack.enter_context(started(*MOCK_COMMAND, core=core))
            for core in (SERVER_CORE, SECOND_CORE)
        ]
        sandboxes = [
            post(f"{mock.url}/_mock/sandboxes", {"name": f"{number}-demo"})["url"]
            for number, mock in enumerate(mocks, start=1)
        ]
        both = [mock.process for mock in mocks]
        sets = [
            _set("one process", load, both[:1], sandboxes[:1]),
            _set("two processes", load, both, sandboxes),
        ]
        for name in filter(_installed, PROXIES):
            proxy = stack.enter_context(_proxied(name, mocks))
            behind = [
                sandbox.replace(mock.url, PROXY)
                for sandbox, mock in zip(sandboxes, mocks, strict=True)
            ]
            sets.append(_set(f"two behind {name}", load, [*both, proxy], behind))
            break
        yield from _rates(load, "identity", sets, lambda each: each.asks)
        yield from _rates(load, "issue", sets, lambda each: each.pushes)


def _rates(
    load: Load,
    what: str,
    sets: Sequence[Set],
    senders: Callable[[Set], Sequence[tuple[str, Sender]]],
) -> Iterator[str]:
    seen: dict[str, list[tuple[float, float]]] = {each.name: [] for each in sets}
    for turn in range(ROUNDS + 1):
        for each in sets:
            run, before = Run(SECONDS if turn else 0.3), each.busy()
            rate = load.press_several(senders(each), run)
            if turn:  # the first one is for warming up
                seen[each.name].append((rate, (each.busy() - before) / run.answers * 1e6))
    for name, paces in seen.items():
        rate, cost = (median(column) for column in zip(*paces, strict=True))
        yield f"{what}, {name:<22}{rate:8,.0f}/s, {cost:5,.0f} us of a processor for an answer"


def _installed(name: str) -> str | None:
    """Where a proxy is; Debian has it where only root looks."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


@contextmanager
def _proxied(name: str, mocks: Sequence[Server]) -> Iterator[int]:
    """A proxy before these mocks, at its usual address; yields the number of its process."""
    file, words = PROXIES[name]
    hosts = [mock.url.removeprefix("http://") for mock in (*mocks, mocks[0])]
    text = (EXAMPLES / file).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        changed = BACKEND.sub(lambda found: hosts[int(found[1]) - 1], text)
        (Path(folder) / file).write_text(changed, encoding="utf-8")
        os.sched_setaffinity(0, {SECOND_CORE})
        command = [str(_installed(name)), *words]
        with subprocess.Popen(command, cwd=folder) as proxy:  # noqa: S603 - our own configuration
            os.sched_setaffinity(0, {LOAD_CORE})
            try:
                _await(f"{PROXY}/_mock/health")
                yield proxy.pid
            finally:
                proxy.terminate()


def _await(url: str) -> None:
    for _ in range(100):
        try:
            with urlopen(url):  # noqa: S310 - our own server
                return
        except URLError:
            time.sleep(0.05)
    raise TimeoutError(f"{url} does not answer")


def lines() -> Iterator[str]:
    """The whole table."""
    yield (
        f"{CONNECTIONS} connections; mocks on cores {SERVER_CORE} and {SECOND_CORE}, "
        f"load on {LOAD_CORE}"
    )
    with loading() as load:
        yield from holding(load)
        yield from spread(load)


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)  # noqa: T201
