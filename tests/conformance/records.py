"""Records for tests: the lines that a run writes, with what a test wants in them."""

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from attrs import evolve

from conformance.core.api import DEFAULT
from conformance.core.catalogue import catalogue_hash, of_role
from conformance.core.errors import Place
from conformance.core.exchange import Answer, Exchange, Request
from conformance.core.redaction.secrets import Secrets
from conformance.core.requirement import Level
from conformance.core.verdict import Finding, Outcome
from conformance.engine.scenario_run import ScenarioResult
from conformance.pytest_plugin.measured import scenario_line
from conformance.record.conversion import values
from conformance.record.model import Record
from conformance.record.reader import record_of
from conformance.record.writer import FORMAT, RecordWriter
from conformance.scenario.model import Scenario

Line = Mapping[str, Any]

ALL = [requirement.id for requirement in of_role("backpack")]
MUST = [requirement.id for requirement in of_role("backpack") if requirement.level is Level.MUST]
PREFLIGHT = {"tried": "GET /access", "came_back": "no connection", "advice": "Start it."}


OF_API = ("profile", "catalogue", "found", "requirements")
"""What a header says of an API, and not of the run."""
MEASURED = ("preflight", "silence")
"""The same of a footer."""


def header(**changes: Any) -> Line:
    """The first line, of a run of one API."""
    own = {name: changes.pop(name) for name in OF_API if name in changes}
    return {
        "kind": "header",
        "format": FORMAT,
        "suite": "1.0",
        "target": "http://backpack.example/",
        "seed": 7,
        "budget": "quick",
        "started": "2024-01-02T03:04:05+00:00",
        "command": "backpack-conformance run http://backpack.example/ --seed 7",
        "strict": False,
        "apis": [stated(**own)],
        **changes,
    }


def stated(api: str = DEFAULT, **changes: Any) -> Line:
    """What a header says of an API."""
    return {
        "name": api,
        "profile": "documented",
        "catalogue": catalogue_hash(api),
        "found": "named by --api",
        "requirements": values().unstructure(of_role("backpack", api)),
        **changes,
    }


def footer(scenarios: int = 1, ended: str = "finished", **more: Any) -> Line:
    """The last line."""
    own = {name: more.pop(name) for name in MEASURED if name in more}
    if ended == "preflight":
        ended, own = "finished", {"preflight": PREFLIGHT, **own}
    whole = {"kind": "footer", "ended": ended, "seconds": 1.5, "scenarios": scenarios}
    return {**whole, "product": "", "apis": {DEFAULT: own}, **more}


def exchange(number: int = 1, body: bytes = b"{}", *headers: tuple[str, str]) -> Exchange:
    """A request and its answer."""
    request = Request("GET", "http://backpack.example/api/identity", (("A", "1"),), b"")
    return Exchange(number, request, Answer(401, "Unauthorized", headers, body), 0.25)


def failed(requirement: str, **more: Any) -> Finding:
    """A finding against the target, with its exchange."""
    usual = {"expected": "a new pair", "came_back": "401 {}", "step": 3, "line": 12, "exchange": 1}
    return Finding(requirement, Outcome.FAILED, **{**usual, **more})


def passed(requirement: str, **more: Any) -> Finding:
    """A finding for the target."""
    return Finding(requirement, Outcome.PASSED, step=1, line=5, **more)


def result(
    *findings: Finding,
    exchanges: Iterable[Exchange] = (),
    secrets: Secrets | None = None,
    name: str = "one",
    **more: Any,
) -> ScenarioResult:
    """The result of a scenario."""
    place = Place("scenarios/token/one.backpack.yaml", 1)
    scenario = Scenario(name, "One title", "One story.", place, ())
    known = secrets or Secrets()
    return ScenarioResult(scenario, findings, tuple(exchanges), secrets=known, **more)


def line_of(*findings: Finding, **more: Any) -> Line:
    """A line of a scenario, as it is written."""
    return scenario_line(more.pop("api", DEFAULT), result(*findings, **more), 0.5)


def record(*scenarios: Line, ended: str = "finished", strict: bool = False, **more: Any) -> Record:
    """A whole record."""
    last = footer(len(scenarios), ended, **more)
    return record_of([header(strict=strict), *scenarios, last])


def judged(by: Record, **changes: Any) -> Record:
    """A record of one API with something else in its header."""
    own = {name: changes.pop(name) for name in OF_API if name in changes}
    return evolve(by, header={**by.header, **changes, "apis": [{**by.header["apis"][0], **own}]})


def conforming() -> Record:
    """A record in which every requirement passed."""
    return record(line_of(*map(passed, ALL), exchanges=[exchange()]))


def write(file: Path, *lines: Line) -> Path:
    """A file with these lines."""
    with closing(RecordWriter(file)) as recorder:
        for line in lines:
            recorder.write(line)
    return file


def parsed(file: Path) -> list[Any]:
    """The lines of a record, separated only by line feeds."""
    return [json.loads(line) for line in file.read_bytes().rstrip(b"\n").split(b"\n")]
