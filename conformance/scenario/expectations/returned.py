"""The badge in a response, compared with what its issuer wrote."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from conformance.core.schemas import brief
from conformance.scenario.expectations.evidence import (
    ResponseEvidence,
    TermResult,
    fulfilled,
    violated,
)

BADGE_ISSUER = ("badge", "issuer")


def matches_hosted(evidence: ResponseEvidence, documents: Mapping[str, Any]) -> TermResult:
    """The badge in the answer is the one that the issuer hosts (API document, section issue).

    ``documents`` holds ``assertion``, ``badge`` class and ``issuer`` as they are hosted.
    """
    return _compared(evidence, _hosted_values(**documents), "as hosted")


def keeps(evidence: ResponseEvidence, written: Mapping[str, Any]) -> TermResult:
    """The members that an issuer wrote into its documents come back unchanged.

    ``written`` is a badge as the ``host`` step takes it: ``members`` of the assertion,
    ``badge_class`` and ``issuer``.
    """
    members = (
        ((*above, name), value)
        for part, above in (("members", ()), ("badge_class", ("badge",)), ("issuer", BADGE_ISSUER))
        for name, value in written.get(part, {}).items()
    )
    return _compared(evidence, members, "as written")


def _compared(
    evidence: ResponseEvidence, members: Iterable[tuple[tuple[str, ...], Any]], how: str
) -> TermResult:
    """The members of the returned badge, each with its path, beside their right values."""
    returned = member(evidence.body, "badge")
    for (*above, name), value in members:
        holder = _at_path(returned, above)
        is_there = isinstance(holder, Mapping) and name in holder
        if not is_there or not is_same(holder[name], value):
            where = ".".join(("badge", *above, name))
            saw = f"{where} {brief(holder[name])}" if is_there else f"no {where}"
            return violated(f"{where} {brief(value)}, {how}", saw, f"body.{where}")
    return fulfilled(f"every member {how}")


def _hosted_values(
    assertion: Mapping[str, Any], badge: Mapping[str, Any], issuer: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in assertion.items():
        if name not in ("recipient", "badge"):
            yield (name,), value
    yield ("recipient",), assertion["recipient"]["identity"]
    for name, value in assertion["recipient"].items():
        yield ("_originalRecipient", name), value
    for name, value in badge.items():
        if name != "issuer":
            yield ("badge", name), value
    for name, value in issuer.items():
        yield (*BADGE_ISSUER, name), value
    parts = urlsplit(issuer["url"])
    yield (*BADGE_ISSUER, "origin"), f"{parts.scheme}://{parts.netloc}"
    yield ("badge", "_location"), assertion["badge"]
    yield (*BADGE_ISSUER, "_location"), badge["issuer"]


def is_same(first: Any, second: Any) -> bool:
    """Whether two JSON values are equal; unlike in Python, ``true`` differs from 1."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return first.keys() == second.keys() and all(
            is_same(first[name], second[name]) for name in first
        )
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(is_same, first, second))
    return bool(first == second)


def _at_path(value: Any, path: Sequence[str]) -> Any:
    for step in path:
        value = member(value, step)
    return value


def member(value: Any, name: str) -> Any:
    """A member of a JSON object; ``None`` where there is none."""
    return value.get(name) if isinstance(value, Mapping) else None
