"""References of a scenario: ``$name.member``, the only templating that there is."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen

from conformance.core.documents import Path_

NAME = r"[A-Za-z_]\w*(?:\.\w+)*"
WHOLE = re.compile(rf"(\$+)({NAME})", re.ASCII)
INSIDE = re.compile(rf"(\$+)\{{({NAME})\}}", re.ASCII)
"""One dollar sign refers; with more of them it is a text, written with one too many."""

BUILT_IN = frozenset({"each", "earner", "site", "target"})
"""Names that need not be saved: the row, the earners, the issuer site, the target."""

Match = re.Match[str]


@frozen
class Unresolved(Exception):
    """A name has no such member: the answer that it was saved from lacked it."""

    reference: str

    def __str__(self) -> str:
        return f"there is no ${self.reference}"


def references(value: Any) -> Iterator[str]:
    """All dotted names that a value refers to."""
    match value:
        case str():
            whole = WHOLE.fullmatch(value)
            found = [whole] if whole else INSIDE.finditer(value)
            yield from (one[2] for one in found if one[1] == "$")
        case Mapping():
            for one in value.values():
                yield from references(one)
        case list():
            for one in value:
                yield from references(one)


def located(value: Any, path: Path_) -> Iterator[tuple[str, Path_]]:
    """The same, each with the path of the text that it stands in."""
    match value:
        case str():
            for reference in references(value):
                yield reference, path
        case Mapping():
            for name, one in value.items():
                yield from located(one, (*path, name))
        case list():
            for number, one in enumerate(value):
                yield from located(one, (*path, number))


def resolve(value: Any, variables: Mapping[str, Any]) -> Any:
    """A value with its references replaced; a whole value keeps its type.

    Raises:
        Unresolved: when a name has no such member.
    """

    def replaced(found: Match) -> Any:
        return look_up(found[2], variables) if found[1] == "$" else found[0][1:]

    return _replaced(value, replaced)


def literal(value: Any) -> Any:
    """A value as a scenario writes it down, so that a text that looks like a reference is none."""
    return _replaced(value, lambda found: f"${found[0]}")


def filled(
    value: Any, variables: Mapping[str, Any], written: Callable[[Any], Any] = literal
) -> Any:
    """A value in which references to these variables alone are replaced, as they are written down.

    Raises:
        Unresolved: when one of them has no such member.
    """

    def replaced(found: Match) -> Any:
        known = found[1] == "$" and found[2].split(".")[0] in variables
        return written(look_up(found[2], variables)) if known else found[0]

    return _replaced(value, replaced)


def _replaced(value: Any, replace: Callable[[Match], Any]) -> Any:
    match value:
        case str():
            whole = WHOLE.fullmatch(value)
            return replace(whole) if whole else INSIDE.sub(lambda one: str(replace(one)), value)
        case Mapping():
            return {name: _replaced(one, replace) for name, one in value.items()}
        case list():
            return [_replaced(one, replace) for one in value]
        case _:
            return value


def look_up(reference: str, variables: Mapping[str, Any]) -> Any:
    """The value of a dotted name.

    Raises:
        Unresolved: when it has none.
    """
    value: Any = variables
    for name in reference.split("."):
        if not isinstance(value, Mapping) or name not in value:
            raise Unresolved(reference)
        value = value[name]
    return value
