"""Read a record, each line checked by its schema."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.core.documents import read_text
from conformance.core.errors import AuthoringError, Place
from conformance.core.requirement import Requirement
from conformance.core.resources import shown
from conformance.core.schemas import misfit, validator
from conformance.record.conversion import values
from conformance.record.model import Record, ScenarioLine


def read_record(file: Path) -> Record:
    """Read a record, each line checked by ``schemas/record.json``.

    Raises:
        AuthoringError: with the number of the line that is wrong.
    """
    return parse_record(read_text(file), shown(file))


def parse_record(text: str, file: str) -> Record:
    """The record that a text is, which is called like a file.

    Raises:
        AuthoringError: with the number of the line that is wrong.
    """
    lines = [_checked(file, number, line) for number, line in enumerate(lines_of(text), start=1)]
    if not lines or lines[0]["kind"] != "header":
        raise AuthoringError("expected the header of a record", Place(file, 1))
    inner = lines[1:-1] if lines[-1]["kind"] == "footer" else lines[1:]
    for number, line in enumerate(inner, start=2):
        if line["kind"] != "scenario":
            message = f"expected a scenario, saw another {line['kind']}"
            raise AuthoringError(message, Place(file, number))
    if lines[-1]["kind"] == "footer" and lines[-1]["scenarios"] != len(inner):
        message = f"expected {lines[-1]['scenarios']} scenarios before the footer, saw {len(inner)}"
        raise AuthoringError(message, Place(file, len(lines)))
    return record_of(lines)


def lines_of(text: str) -> list[str]:
    """Lines that end in a newline; other characters that end lines may stand in a text."""
    return text.removesuffix("\n").split("\n") if text else []


def record_of(lines: Sequence[Mapping[str, Any]]) -> Record:
    """The record that these lines are: header, scenarios, and a footer unless it broke off."""
    footer = lines[-1] if lines[-1]["kind"] == "footer" else None
    inner = lines[1:-1] if footer else lines[1:]
    requirements = values().structure(lines[0]["requirements"], tuple[Requirement, ...])
    return Record(lines[0], requirements, tuple(map(scenario_of, inner)), footer)


def _checked(file: str, number: int, text: str) -> dict[str, Any]:
    place = Place(file, number)
    try:
        line: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AuthoringError(f"expected JSON: {error}", place) from error
    if wrong := misfit(validator("record"), line):
        raise AuthoringError(str(wrong), place)
    return line


def scenario_of(line: Mapping[str, Any]) -> ScenarioLine:
    """A scenario out of its line of the record."""
    scenario: ScenarioLine = values().structure(line, ScenarioLine)
    return scenario
