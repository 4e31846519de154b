"""Scenarios that are written like one of another API: the same steps, with other words.

Such a file has an ``id`` of its own; ``like``, the folder and the id of the other scenario; and
``judges``, which says what each of its requirements is called here. Expectations of requirements
that are not named there are left out.
"""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from conformance.core.api import api_facts, api_names
from conformance.core.documents import Document, read_yaml
from conformance.core.errors import AuthoringError
from conformance.core.resources import SCENARIO, folder

LIKE = "like"
MEMBERS = {"id", LIKE, "judges"}


def retold(document: Document) -> Document:
    """The document with the steps of the scenario that it is like; any other one as it is.

    Raises:
        AuthoringError: when there is no such scenario, or when a member is missing or unknown.
    """
    value = document.value
    if not isinstance(value, Mapping) or LIKE not in value:
        return document
    if set(value) != MEMBERS:
        message = f"expected {', '.join(sorted(MEMBERS))}, saw {', '.join(sorted(value))}"
        raise AuthoringError(message, document.place())
    file = folder("scenarios") / f"{value[LIKE]}{SCENARIO}"
    if not file.is_file():
        message = f"no scenario is called {value[LIKE]!r}"
        raise AuthoringError(message, document.place((LIKE,)))
    original = read_yaml(file)
    adapted = _with(original.value, _words(document))
    steps = [_judging(step, value["judges"]) for step in adapted["steps"]]
    judged = {name for step in original.value["steps"] for name in step.get("expect", ())}
    for name in set(value["judges"]) - judged:
        message = f"{value[LIKE]} does not judge {name}"
        raise AuthoringError(message, document.place(("judges", name)))
    return evolve(document, value={**adapted, "id": value["id"], "steps": steps})


def _words(document: Document) -> Mapping[str, str]:
    """The words of the API in whose folder a file is."""
    names = {api_facts(name).folder: name for name in api_names()}
    own = next((part for part in document.file.parts[::-1] if part in names), None)
    return api_facts(names[own]).retold if own else {}


def _with(value: Any, words: Mapping[str, str]) -> Any:
    """A value with other words in all its texts."""
    match value:
        case str():
            for old, new in words.items():
                value = value.replace(old, new)
            return value
        case Mapping():
            return {name: _with(member, words) for name, member in value.items()}
        case list():
            return [_with(member, words) for member in value]
    return value


def _judging(step: Mapping[str, Any], judges: Mapping[str, str]) -> Mapping[str, Any]:
    """A step with the requirements of this API.

    One that judges nothing any more is no prerequisite either: it was there to be judged.
    """
    expect = {
        judges[name]: terms for name, terms in step.get("expect", {}).items() if name in judges
    }
    rest = {name: member for name, member in step.items() if name != "expect"}
    if expect or "expect" not in step:
        return {**rest, "expect": expect} if expect else rest
    return {"must": None, **rest}
