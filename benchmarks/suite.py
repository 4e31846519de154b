"""Measure the suite, each time beside something else in the same run: a table, no verdict.

``python -m benchmarks.suite`` takes some minutes, most of them for the kill matrix; ``--quick``
leaves that out, and ``python -m benchmarks.suite reports`` measures the reports alone.
``pip install tavern 'pytest<9'`` lets it compare with Tavern as well, which does not run on a newer
pytest.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from aiohttp import ClientSession, DummyCookieJar, TCPConnector

from benchmarks.load import grants
from benchmarks.mock import Line
from benchmarks.servers import MOCK_COMMAND, started
from conformance.record.reader import record_of
from conformance.report.views import VIEWS
from conformance.target.http.client import Client, Wire

SAMPLE = Path(__file__).parent.parent / "reports" / "samples" / "conforming" / "record.jsonl"
SCENARIOS = 2_000
EXCHANGES = 1_000
LARGE_MB = 1.0
"""Of a view that has a line of its own."""
AIMS = {"connect": (10, 180), "ob2.1": (10, 240), "ob3": (12, 240)}
"""Seconds of the whole suite on two cores, and of the kill matrix, by API."""
ROUNDS = 5
PYTEST_ROUNDS = 15
FEW, MANY = 20, 420
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}


def seconds_of(command: list[str], folder: str | Path = ".") -> float:
    """Wall seconds of a whole process; its exit code is its own matter, a traceback is not."""
    begun = time.perf_counter()
    ended = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=folder, env=CLEAN, capture_output=True, text=True, check=False
    )
    if "Traceback" in ended.stderr or ended.returncode not in (0, 4):
        raise RuntimeError(f"{command} ended with {ended.returncode}: {ended.stdout}{ended.stderr}")
    return time.perf_counter() - begun


def whole_suite() -> Iterator[Line]:
    """``backpack-conformance run``, as its user waits for it: by itself, and on two cores.

    Processors differ by a factor of three. ``git worktree add`` of an earlier commit, measured by
    its own ``python -m benchmarks.suite whole_suite`` in turn with this, tells what changed.
    """
    for (api, (most, _)), jobs in product(AIMS.items(), ("1", "2")):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "conformance", "run", "--allow-incomplete"]
            command += ["--api", api, "--jobs", jobs, "--out", folder]
            seen = statistics.median(seconds_of(command) for _ in range(3))
        target, is_met = (f"< {most} s", seen < most) if jobs == "2" else ("", None)
        yield Line(f"the whole suite of {api}, --jobs {jobs}", f"{seen:.1f} s", target, is_met)


async def _ours(url: str, headers: list[tuple[str, str]]) -> float:
    client = Client(10)
    wire = Wire(client)
    begun = time.perf_counter()
    for _ in range(EXCHANGES):
        (await wire.send("GET", url, headers)).response()
    ended = time.perf_counter()
    await client.close()
    return ended - begun


async def _bare(url: str, headers: list[tuple[str, str]]) -> float:
    connector = TCPConnector(force_close=True)
    async with ClientSession(connector=connector, cookie_jar=DummyCookieJar()) as session:
        begun = time.perf_counter()
        for _ in range(EXCHANGES):
            async with session.get(url, headers=dict(headers), allow_redirects=False) as answer:
                await answer.json()
        return time.perf_counter() - begun


def exchanges() -> Iterator[Line]:
    """One exchange of ours beside the same request by aiohttp's client, in turn."""
    with _target() as (_, url, bearer):
        asked = (url, [("Authorization", f"Bearer {bearer}")])
        rounds = [(asyncio.run(_ours(*asked)), asyncio.run(_bare(*asked))) for _ in range(ROUNDS)]
    ours, bare = (statistics.median(column) / EXCHANGES for column in zip(*rounds, strict=True))
    ratio = statistics.median(own / other for own, other in rounds)
    seen = f"{ours * 1000:.2f} : {bare * 1000:.2f} ms = {ratio:.2f}"
    yield Line("an exchange : the same by aiohttp alone", seen, "< 1.5", ratio < 1.5)


ALONE = ("env", "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1")
"""Without the plugins of this environment, which take more time than the rest of pytest."""


def plugin() -> Iterator[Line]:
    """A pytest run that does not use us, with our plugin and without it, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_nothing.py").write_text("def test_nothing():\n    pass\n")
        without = [*ALONE, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command = [*without, "-p", "conformance.pytest_plugin.plugin"]
        pairs = [
            (seconds_of(command, folder), seconds_of(without, folder)) for _ in range(PYTEST_ROUNDS)
        ]
    added = 1000 * statistics.median(own - other for own, other in pairs)
    yield Line("our plugin adds to another pytest run", f"{added:.1f} ms", "< 5 ms", added < 5)


SCENARIO = """id: many
title: Many identities
each: [{rows}]
steps:
  - request:
      method: GET
      url: "{url}"
      headers: {{Authorization: "Bearer {bearer}", X-Row: $each.name}}
    expect:
      BC-IDENT-01:
        status: 200
        body: {{type: email, recipient: {{type: string}}, salt: {{type: string}}}}
"""
TAVERN = """---
test_name: identity {number}
stages:
  - name: ask
    request: {{method: GET, url: "{url}", headers: {{Authorization: "Bearer {bearer}"}}}}
    response:
      status_code: 200
      json:
        type: email
        recipient: !anystr
        salt: !anystr
"""


@contextmanager
def _target() -> Iterator[tuple[str, str, str]]:
    with started(*MOCK_COMMAND) as mock:
        grant = grants(mock.url, "http://issuer.example")[0]
        bearer = b64encode(grant["access_token"].encode()).decode()
        yield mock.url, f"{grant['api_root']}/identity", bearer


def _each_of_ours(root: str, url: str, bearer: str, count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        rows = ", ".join(f"row-{number}" for number in range(count))
        file = Path(folder, "many.backpack.yaml")
        file.write_text(SCENARIO.format(rows=rows, url=url, bearer=bearer))
        given = [f"--backpack-target={root}", f"--backpack-out={folder}"]
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:tavern", *given, str(file)]
        return seconds_of(command, folder)


def _each_of_tavern(_root: str, url: str, bearer: str, count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        tests = [TAVERN.format(number=number, url=url, bearer=bearer) for number in range(count)]
        file = Path(folder, "test_many.tavern.yaml")
        file.write_text("".join(tests))
        return seconds_of([sys.executable, "-m", "pytest", "-q", str(file)], folder)


def _slope(run: Callable[..., float], target: tuple[str, str, str]) -> float:
    """Seconds that one more check takes, whatever the start costs."""
    return (run(*target, MANY) - run(*target, FEW)) / (MANY - FEW)


def checks() -> Iterator[Line]:
    """Time per check, record and reports included, beside Tavern with the same requests."""
    if find_spec("tavern") is None:
        yield Line("a check : the same by Tavern", "tavern is not installed")
        return
    with _target() as target:
        pairs = [(_slope(_each_of_ours, target), _slope(_each_of_tavern, target)) for _ in range(3)]
    ours, tavern = (1000 * statistics.median(column) for column in zip(*pairs, strict=True))
    yield Line(
        "a check : the same by Tavern", f"{ours:.1f} : {tavern:.1f} ms = {ours / tavern:.2f}"
    )


def reports() -> Iterator[Line]:
    """All views of a record of 2,000 scenarios, beside reading nothing but its JSON."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    scenarios = [json.loads(line) for line in lines[1:-1]]
    several = [
        {**scenarios[number % len(scenarios)], "name": f"scenario[{number}]"}
        for number in range(SCENARIOS)
    ]
    text = "\n".join(map(json.dumps, several))
    begun = time.perf_counter()
    header, footer = json.loads(lines[0]), json.loads(lines[-1])
    parsed = [json.loads(line) for line in text.splitlines()]
    read = time.perf_counter() - begun
    record = record_of([header, *parsed, {**footer, "scenarios": SCENARIOS}])
    whole = 0.0
    for name, view in VIEWS.items():
        begun = time.perf_counter()
        size = len(view(record)) / 1e6
        seen = time.perf_counter() - begun
        whole += seen
        if size > LARGE_MB:
            times = f"{seen:.2f} s, {size:.1f} MB : {read:.2f} s = {seen / read:.1f}"
            yield Line(f"{name} of {SCENARIOS} scenarios : their JSON", times)
    yield Line(
        f"all views of a record of {SCENARIOS} scenarios", f"{whole:.2f} s", "< 2 s", whole < 2
    )


def matrix() -> Iterator[Line]:
    """The whole kill matrix of each API on all processors."""
    for api, (_, most) in AIMS.items():
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "conformance", "selftest", "--api", api]
            seen = seconds_of([*command, "--out", folder])
        yield Line(f"the whole kill matrix of {api}", f"{seen:.0f} s", f"< {most} s", seen < most)


def main() -> None:
    """Print the table, line by line."""
    parts = [whole_suite, exchanges, plugin, checks, reports, matrix]
    named = [part for part in parts if part.__name__ in sys.argv]
    for part in named or (parts[:-1] if "--quick" in sys.argv else parts):
        for line in part():
            print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
