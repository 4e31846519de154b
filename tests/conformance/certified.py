"""A whole run for tests of certificates, and what a certificate of it is made of."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from attrs import evolve
from click.testing import CliRunner, Result

from conformance.certificates.archive import pack
from conformance.certificates.suite import Suite, SuitePart, this_suite
from conformance.cli import main
from conformance.core.api import DEFAULT
from conformance.core.resources import suite_version
from conformance.scenario.model import Scenario
from tests.conformance.records import Line, footer, header, line_of, write
from tests.conformance.sound import REPORT, sound_run

NEEDED = ("bearer-accepted",)
"""Scenarios that tests name."""
OWNER = "owner@backpack.example"
WORDS = ("--owner", OWNER, "--url", "https://backpack.example/conformance")


def suite(apis: Iterable[str] = (DEFAULT,)) -> Suite:
    """What is running, with `part` of each API."""
    return Suite(suite_version(), {api: part(api) for api in apis})


@cache
def part(api: str = DEFAULT) -> SuitePart:
    """What is tested of an API, with no more scenarios than judge every requirement.

    With all of them each of these tests would take seconds; the commands of the documentation are
    tested with all.
    """
    [whole], kept, judged = this_suite([api]).parts.values(), dict[str, Scenario](), set[str]()
    for name, scenario in whole.scenarios.items():
        if name in NEEDED or not judged.issuperset(scenario.requirements):
            kept[name] = scenario
            if not any(step.judges for step in scenario.steps):  # what is drawn may not come to it
                judged.update(scenario.requirements)
    return evolve(whole, scenarios=kept)


def invoke(*words: str) -> Result:
    """Run a command about certificates."""
    with (
        patch("conformance.cli.certify.this_suite", suite),
        patch("conformance.cli.verify.this_suite", suite),
    ):
        return CliRunner().invoke(main, words)


@cache
def measured() -> tuple[Line, ...]:
    """The lines of a real run against the sound mock, as if it were at ``backpack.example``.

    Certificates are judged again from their exchanges, which nobody makes up by hand.
    """
    text = (sound_run()[0] / REPORT / "record.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    port = re.search(r"http://127\.0\.0\.1:(\d+)/access", text)
    assert port, "the run asked for no access"
    at = f"127.0.0.1:{port[1]}"
    moved = json.dumps(lines).replace(at, "backpack.example")
    return tuple(line for line in json.loads(moved) if line.get("name") in part().scenarios)


def scenarios(*first: Line) -> list[Line]:
    """A line for each shipped scenario: the measured ones, or these and otherwise empty ones."""
    names = list(part().scenarios)
    if not first:
        return sorted(measured(), key=lambda line: names.index(line["name"]))
    empty = [line_of()] * (len(names) - len(first))
    return [{**line, "name": name} for line, name in zip([*first, *empty], names, strict=True)]


def whole(*first: Line, ended: str = "finished", more: Mapping[str, Any] = {}) -> list[Line]:
    """The lines of a run of all scenarios."""
    ran = scenarios(*first)
    return [header(**{"suite": suite_version(), **more}), *ran, footer(len(ran), ended)]


def folder(where: Path, lines: list[Line] | None = None) -> Path:
    """The folder of such a run."""
    where.mkdir(parents=True, exist_ok=True)
    write(where / "record.jsonl", *(lines or whole()))
    return where


def with_fact(files: Mapping[str, bytes], name: str, value: Any) -> dict[str, bytes]:
    """A certificate's files with one of its facts changed."""
    facts = {**json.loads(files["certificate.json"]), name: value}
    return {**files, "certificate.json": (json.dumps(facts, indent=2) + "\n").encode()}


def sealed(files: Mapping[str, bytes]) -> bytes:
    """A zip with a manifest that fits whatever is in it."""
    return pack({name: content for name, content in files.items() if name != "SHA256SUMS"})
