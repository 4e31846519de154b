"""Findings about issuers, and the judges by the requirement that they judge."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from attrs import frozen

from mock_backpack.core.entry import Entry
from mock_backpack.issuer.call import ApiCall
from mock_backpack.issuer.evidence import AccessVisit, Evidence, Stray

Shown: TypeAlias = ApiCall | AccessVisit | Stray | Entry


@frozen
class Finding:
    """One thing that was seen of an issuer."""

    passed: bool
    expected: str
    saw: str
    entry: Entry
    """The exchange that shows it."""


def passed(shown: Shown, expected: str) -> Finding:
    """The issuer did what is expected."""
    return Finding(passed=True, expected=expected, saw="", entry=_entry(shown))


def failed(shown: Shown, expected: str, saw: str) -> Finding:
    """The issuer did something else."""
    return Finding(passed=False, expected=expected, saw=saw, entry=_entry(shown))


def _entry(shown: Shown) -> Entry:
    return shown if isinstance(shown, Entry) else shown.entry


Findings: TypeAlias = Iterator[Finding]
Judgement: TypeAlias = Callable[[Evidence], Findings]
Reason: TypeAlias = Callable[[Evidence], str]


@frozen(eq=False)
class Criterion:
    """One requirement of the role issuer, and how it is judged."""

    requirement: str
    never: Reason
    """Why it is untested without findings, for an issuer that sent requests."""
    judge: Judgement


def judges(requirement: str, never: Reason) -> Callable[[Judgement], Criterion]:
    """Make a judge of a function that yields what it found."""

    def enter(judgement: Judgement) -> Criterion:
        return Criterion(requirement, never, judgement)

    return enter
