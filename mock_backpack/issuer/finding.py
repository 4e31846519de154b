"""Findings about issuers, and the judges by the requirement that they judge."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType, ModuleType
from typing import Any, TypeAlias

from attrs import frozen

from mock_backpack.core.entry import Entry
from mock_backpack.issuer.observation import Shown


@frozen
class Finding:
    """One thing that was seen of an issuer."""

    passed: bool
    expected: str
    saw: str
    entry: Entry
    """The exchange that shows it."""


def passed(shown: Shown | Entry, expected: str) -> Finding:
    """The issuer did what is expected."""
    return Finding(passed=True, expected=expected, saw="", entry=_entry(shown))


def failed(shown: Shown | Entry, expected: str, saw: str) -> Finding:
    """The issuer did something else."""
    return Finding(passed=False, expected=expected, saw=saw, entry=_entry(shown))


def _entry(shown: Shown | Entry) -> Entry:
    return shown if isinstance(shown, Entry) else shown.entry


@frozen
class Habit:
    """Something that this Backpack takes, and others may refuse: no fault."""

    does: str
    entry: Entry


Findings: TypeAlias = Iterator[Finding]
Judgement: TypeAlias = Callable[[Any], Findings]
"""Called with the evidence of its API."""
Reason: TypeAlias = Callable[[Any], str]


@frozen(eq=False)
class Criterion:
    """One requirement of the role issuer, and how it is judged."""

    requirement: str
    never: Reason
    """Why it is untested without findings, for an issuer that sent requests."""
    judge: Judgement


Criteria: TypeAlias = Mapping[str, Criterion]
"""By requirement, in the order of the ids."""


def judges(requirement: str, never: Reason) -> Callable[[Judgement], Criterion]:
    """Make a judge of a function that yields what it found."""

    def enter(judgement: Judgement) -> Criterion:
        return Criterion(requirement, never, judgement)

    return enter


def criteria_in(areas: Iterable[ModuleType]) -> Criteria:
    """The judges that these modules define."""
    values = (value for area in areas for value in vars(area).values())
    known = (value for value in values if isinstance(value, Criterion))
    ordered = sorted(known, key=lambda criterion: criterion.requirement)
    return MappingProxyType({criterion.requirement: criterion for criterion in ordered})
