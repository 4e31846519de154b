"""Find defects by their names."""

import difflib
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from mock_backpack.seams import Defect


class UnknownDefect(ValueError):
    """A defect was asked for that is in no catalogue."""


@cache
def defects() -> Mapping[str, Defect]:
    """All defects by name, in the order in which they are written."""
    from mock_backpack import defects as written  # noqa: PLC0415 - a correct mock loads no defects

    found = [
        one for area in written.AREAS for one in vars(area).values() if isinstance(one, Defect)
    ]
    return MappingProxyType({one.name: one for one in found})


def defects_named(names: Iterable[str]) -> tuple[Defect, ...]:
    """The defects with these names.

    Raises:
        UnknownDefect: with the names that come close.
    """
    wanted = tuple(names)
    return tuple(_defect(name) for name in wanted) if wanted else ()


def _defect(name: str) -> Defect:
    if name in defects():
        return defects()[name]
    close = difflib.get_close_matches(name.lower(), defects(), n=3)
    advice = f"did you mean {' or '.join(close)}?" if close else "see mock-backpack defects"
    raise UnknownDefect(f"no defect is called {name!r}: {advice}")
