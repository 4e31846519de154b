"""Read a record, each line checked by its schema."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from conformance.core.api import api_facts, api_names
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
    apis = list(_known_apis(lines[0], Place(file, 1)))
    for number, line in enumerate(inner, start=2):
        if line["kind"] != "scenario":
            message = f"expected a scenario, saw another {line['kind']}"
            raise AuthoringError(message, Place(file, number))
        if line["api"] not in apis:
            message = f"expected a scenario of {' or '.join(apis)}, saw one of {line['api']!r}"
            raise AuthoringError(message, Place(file, number))
    if lines[-1]["kind"] == "footer" and lines[-1]["scenarios"] != len(inner):
        message = f"expected {lines[-1]['scenarios']} scenarios before the footer, saw {len(inner)}"
        raise AuthoringError(message, Place(file, len(lines)))
    return record_of(lines)


def _known_apis(header: Mapping[str, Any], place: Place) -> Iterator[str]:
    """The names of the APIs of a record, each once.

    Raises:
        AuthoringError: when this version does not know one, or how it was judged.
    """
    names = [stated["name"] for stated in header["apis"]]
    for stated in header["apis"]:
        name, profile = stated["name"], stated["profile"]
        known = api_facts(name).profiles if name in api_names() else None
        if known is None:
            message = f"expected an API: {' or '.join(api_names())}, saw {name!r}"
            raise AuthoringError(message, place)
        if profile not in known:
            message = f"expected the profile {' or '.join(known)} of {name}, saw {profile!r}"
            raise AuthoringError(message, place)
        if names.count(name) > 1:
            raise AuthoringError(f"expected each API once, saw {name!r} again", place)
        yield name


def lines_of(text: str) -> list[str]:
    """Lines that end in a newline; other characters that end lines may stand in a text."""
    return text.removesuffix("\n").split("\n") if text else []


def record_of(lines: Sequence[Mapping[str, Any]]) -> Record:
    """The record that these lines are: header, scenarios, and a footer unless it broke off."""
    footer = lines[-1] if lines[-1]["kind"] == "footer" else None
    inner = lines[1:-1] if footer else lines[1:]
    catalogues = {stated["name"]: _catalogue(stated) for stated in lines[0]["apis"]}
    return Record(lines[0], catalogues, tuple(map(scenario_of, inner)), footer)


def _catalogue(stated: Mapping[str, Any]) -> tuple[Requirement, ...]:
    requirements = values().structure(stated["requirements"], tuple[Requirement, ...])
    return tuple(evolve(requirement, apis=(stated["name"],)) for requirement in requirements)


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
