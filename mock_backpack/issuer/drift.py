"""Differences of a document between two fetches."""

from collections.abc import Iterator
from typing import Any

from mock_backpack.core.strict_json import NotJson, strict_json
from mock_backpack.openbadges.complaint import Complaint, quoted

EXPECTED = "the same bytes at each fetch"
MISSING = object()


def drift(first: bytes, second: bytes) -> list[Complaint]:
    """A complaint for each member of an assertion that differs between two fetches."""
    if first == second:
        return []
    try:
        once, again = strict_json(first), strict_json(second)
    except NotJson:
        return [Complaint("assertion", "", EXPECTED, "other bytes at the second")]
    differences = list(_differences(once, again, ""))
    return differences or [Complaint("assertion", "", EXPECTED, "other bytes, which say the same")]


def _differences(once: Any, again: Any, place: str) -> Iterator[Complaint]:
    if isinstance(once, dict) and isinstance(again, dict):
        for name in dict.fromkeys([*once, *again]):
            inner = f"{place}.{name}" if place else name
            yield from _differences(once.get(name, MISSING), again.get(name, MISSING), inner)
    elif once != again:
        saw = f"{_shown(once)}, then {_shown(again)}"
        yield Complaint("assertion", place, "the same at each fetch", saw)


def _shown(value: Any) -> str:
    return "no such member" if value is MISSING else quoted(value)
