"""An editor that knows the schema of scenarios can complete and explain every key of one."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conformance.apis.connect.drawing import STRATEGIES
from conformance.apis.connect.verbs import VERBS
from conformance.apis.registry import DEFAULT
from conformance.apis.verbs.deriving import CHANGES
from conformance.core.documents import read_yaml
from conformance.core.schemas import load, schema_names
from conformance.scenario.expectations.terms import TERMS
from conformance.scenario.load import shipped

SCHEMA = load("scenario")
DEFS: Mapping[str, Any] = SCHEMA["$defs"]


def keys(schema: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All keys that a scenario may have, with what is said of them."""
    if isinstance(schema, dict):
        for name, described in schema.get("properties", {}).items():
            yield f"{path}.{name}".lstrip("."), described
        for name, part in schema.items():
            yield from keys(part, path if name == "properties" else f"{path}.{name}")
    elif isinstance(schema, list):
        for part in schema:
            yield from keys(part, path)


def description(described: Mapping[str, Any]) -> str:
    """The description that an editor shows for a key, directly or by reference."""
    wanted = described.get("$ref", "").removeprefix("#/$defs/")
    return str(described.get("description") or DEFS.get(wanted, {}).get("description", ""))


def test_every_key_is_described():
    """In a sentence."""
    described = {path: description(key) for path, key in keys(SCHEMA)}
    sentence = re.compile(r"[A-Z`$].*\.", re.DOTALL)
    assert [path for path, text in described.items() if not sentence.fullmatch(text)] == []


def test_every_verb_and_term_can_be_completed():
    """The schema knows what the runner knows."""
    assert set(VERBS) <= set(DEFS["step"]["properties"])
    assert set(TERMS) < set(DEFS["expectation"]["properties"])


@pytest.mark.parametrize(
    ("described", "known"),
    [
        (DEFS["derive"]["properties"]["change"], CHANGES),
        (DEFS["expectation"]["properties"]["answer"], schema_names("answers/connect/documented")),
        (
            SCHEMA["properties"]["for_all"]["additionalProperties"]["properties"]["strategy"],
            STRATEGIES,
        ),
    ],
    ids=["change", "answer", "strategy"],
)
def test_what_an_editor_suggests_is_right(described, known):
    """No suggestion that `check` would refuse."""
    assert set(described["examples"]) <= set(known)


@pytest.mark.slow
def test_the_schema_stands_alone():
    """An editor reads one file, and does not resolve references."""
    alone = Draft202012Validator(SCHEMA)
    for file in shipped(DEFAULT.language):
        assert alone.is_valid(read_yaml(file).value), file
