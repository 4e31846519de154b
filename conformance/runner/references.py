"""References of a scenario: ``$name.member``, the only templating that there is."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from conformance.documents import Path_

WHOLE = re.compile(r"\$([A-Za-z_]\w*(?:\.\w+)*)", re.ASCII)
INSIDE = re.compile(r"\$\{([A-Za-z_]\w*(?:\.\w+)*)\}", re.ASCII)

BUILT_IN = frozenset({"each", "earner", "site", "target"})
"""Names that need not be saved: the row, the earners, the issuer site, the target."""


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
            yield from [whole[1]] if whole else INSIDE.findall(value)
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
    match value:
        case str():
            whole = WHOLE.fullmatch(value)
            if whole:
                return look_up(whole[1], variables)
            return INSIDE.sub(lambda found: str(look_up(found[1], variables)), value)
        case Mapping():
            return {name: resolve(one, variables) for name, one in value.items()}
        case list():
            return [resolve(one, variables) for one in value]
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
