"""References in a scenario: ``$name.member``, the only form of templating."""

import re
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any

from attrs import frozen

from conformance.core.documents import Path_

NAME = r"[A-Za-z_]\w*(?:\.\w+)*"
WHOLE = re.compile(rf"(\$+)({NAME})", re.ASCII)
INSIDE = re.compile(rf"(\$+)\{{({NAME})\}}", re.ASCII)
"""One dollar sign is a reference; more of them are a text with the first one as an escape."""

BEGUN = re.compile(r"\$(\w+)\.", re.ASCII)

BUILT_IN = frozenset({"each", "earner", "site", "target"})
"""Names that exist without being saved: the row, the earners, the issuer site, the target."""

Match = re.Match[str]


@frozen
class Unresolved(Exception):
    """A reference without a value: the response that was saved lacks the member."""

    reference: str

    def __str__(self) -> str:
        return f"${self.reference} has no value"


def references(value: Any) -> Iterator[str]:
    """All dotted names that a value refers to."""
    match value:
        case str():
            whole = WHOLE.fullmatch(value)
            matches = [whole] if whole else INSIDE.finditer(value)
            yield from (match[2] for match in matches if match[1] == "$")
        case Mapping():
            for member in value.values():
                yield from references(member)
        case list():
            for member in value:
                yield from references(member)


def located(value: Any, path: Path_) -> Iterator[tuple[str, Path_]]:
    """All dotted names that a value refers to, each with the path of its text."""
    for text, place in _texts(value, path):
        for reference in references(text):
            yield reference, place


def misspelled(value: Any, path: Path_, known: Container[str]) -> Iterator[tuple[str, Path_]]:
    """All texts that begin like a reference to a known name, and are none, each with its path."""
    for text, place in _texts(value, path):
        begun = BEGUN.match(text)
        if begun and begun[1] in known and not WHOLE.fullmatch(text):
            yield text, place


def _texts(value: Any, path: Path_) -> Iterator[tuple[str, Path_]]:
    match value:
        case str():
            yield value, path
        case Mapping():
            for name, member in value.items():
                yield from _texts(member, (*path, name))
        case list():
            for number, member in enumerate(value):
                yield from _texts(member, (*path, number))


def resolve(value: Any, variables: Mapping[str, Any]) -> Any:
    """A value with its references replaced; a text that is one reference gets the value's type.

    Raises:
        Unresolved: when a reference has no value.
    """

    def replaced(match: Match) -> Any:
        return look_up(match[2], variables) if match[1] == "$" else match[0][1:]

    return _replaced(value, replaced)


def literal(value: Any) -> Any:
    """A value as written in a scenario, with texts that look like references escaped."""
    return _replaced(value, lambda match: f"${match[0]}")


def filled(
    value: Any, variables: Mapping[str, Any], written: Callable[[Any], Any] = literal
) -> Any:
    """A value with only the references to these variables replaced, as written in a scenario.

    Raises:
        Unresolved: when such a reference has no value.
    """

    def replaced(match: Match) -> Any:
        known = match[1] == "$" and match[2].split(".")[0] in variables
        return written(look_up(match[2], variables)) if known else match[0]

    return _replaced(value, replaced)


def _replaced(value: Any, replace: Callable[[Match], Any]) -> Any:
    match value:
        case str():
            whole = WHOLE.fullmatch(value)
            return replace(whole) if whole else INSIDE.sub(lambda match: str(replace(match)), value)
        case Mapping():
            return {name: _replaced(member, replace) for name, member in value.items()}
        case list():
            return [_replaced(member, replace) for member in value]
        case _:
            return value


def look_up(reference: str, variables: Mapping[str, Any]) -> Any:
    """The value of a dotted name.

    Raises:
        Unresolved: when it has no value.
    """
    value: Any = variables
    for name in reference.split("."):
        if not isinstance(value, Mapping) or name not in value:
            raise Unresolved(reference)
        value = value[name]
    return value
