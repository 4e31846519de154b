"""Findings, and how they roll up to the verdict of a requirement and of a run."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import IntEnum, StrEnum
from typing import Any

from attrs import field, frozen

from conformance.core.requirement import Level, Requirement


class Outcome(StrEnum):
    """What is known of a requirement: the five outcomes of W3C EARL."""

    PASSED = "passed"
    FAILED = "failed"
    CANT_TELL = "cantTell"
    INAPPLICABLE = "inapplicable"
    UNTESTED = "untested"


WORST_FIRST = (
    Outcome.FAILED,
    Outcome.CANT_TELL,
    Outcome.PASSED,
    Outcome.INAPPLICABLE,
    Outcome.UNTESTED,
)


@frozen
class Finding:
    """What one expectation yielded for one requirement."""

    requirement: str
    outcome: Outcome
    expected: str = ""
    came_back: str = ""
    reason: str = ""
    """Why it could not be judged; empty when it was."""
    step: int = 0
    """From 1."""
    line: int = 0
    """Line of the expectation in the scenario's file."""
    exchange: int | None = None
    """Number of the exchange that shows it."""
    reading: str = ""
    """Which of several allowed answers the target gave."""
    example: Mapping[str, Any] = field(factory=dict)
    """The drawn values that show it, of a scenario with ``for_all``."""
    alone: str = ""
    """The file of a scenario that shows it without drawing anything."""
    places: tuple[str, ...] = ()
    """Where the answer does not match: ``status``, ``headers.<name>``, ``body.<member>``."""
    suite_failed: bool = False
    """Whether it could not be judged because the suite itself failed."""


class RunVerdict(StrEnum):
    """The conclusion of a run about a target."""

    CONFORMS = "conforms"
    DOES_NOT_CONFORM = "does not conform"
    INCOMPLETE = "incomplete"
    COULD_NOT_TELL = "could not tell"

    @property
    def in_words(self) -> str:
        """The verdict in sentences for people; its value is for programs."""
        return "inconclusive" if self is RunVerdict.COULD_NOT_TELL else self.value


class ExitCode(IntEnum):
    """Exit codes of the command line."""

    CONFORMS = 0
    DOES_NOT_CONFORM = 1
    USAGE = 2
    COULD_NOT_TELL = 3
    INCOMPLETE = 4


EXIT_CODES = {
    RunVerdict.CONFORMS: ExitCode.CONFORMS,
    RunVerdict.DOES_NOT_CONFORM: ExitCode.DOES_NOT_CONFORM,
    RunVerdict.INCOMPLETE: ExitCode.INCOMPLETE,
    RunVerdict.COULD_NOT_TELL: ExitCode.COULD_NOT_TELL,
}


WORST_VERDICT_FIRST = (
    RunVerdict.DOES_NOT_CONFORM,
    RunVerdict.COULD_NOT_TELL,
    RunVerdict.INCOMPLETE,
    RunVerdict.CONFORMS,
)


def worst_verdict(verdicts: Iterable[RunVerdict]) -> RunVerdict:
    """The verdict of a run that has one for each of its APIs; there is at least one."""
    return min(verdicts, key=WORST_VERDICT_FIRST.index)


def worst_code(codes: Iterable[ExitCode]) -> ExitCode:
    """The exit code of a run that has one for each of its APIs; there is at least one."""
    ranks = [EXIT_CODES[verdict] for verdict in WORST_VERDICT_FIRST]
    return min(codes, key=ranks.index)


NOT_SELECTED = "no selected scenario tests it"
PARTLY_SELECTED = "not all of its scenarios were selected"
NOBODY_LOOKED = {
    "backpack": "no scenario of the run tests it",
    "issuer": "no situation of the run tests it",
}


@frozen
class Judgement:
    """A requirement with everything that was found of it."""

    requirement: Requirement
    outcome: Outcome
    findings: Sequence[Finding] = field(factory=tuple)
    is_unselected: bool = False
    """Whether a scenario that tests it was not selected for the run."""

    @property
    def reason(self) -> str:
        """Why it was not judged; ``""`` when it was."""
        if self.outcome in (Outcome.PASSED, Outcome.FAILED):
            return ""
        given = [f.reason for f in self.findings if f.outcome is self.outcome and f.reason]
        if self.is_unselected and self.outcome is Outcome.UNTESTED:
            return f"{PARTLY_SELECTED}; {given[0]}" if given else NOT_SELECTED
        return given[0] if given else NOBODY_LOOKED[self.requirement.role]


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome that counts when there are several; untested when there is none."""
    return min(outcomes, key=WORST_FIRST.index, default=Outcome.UNTESTED)


def judge(
    requirements: Iterable[Requirement],
    findings: Mapping[str, Sequence[Finding]],
    unselected: Collection[str] = (),
) -> list[Judgement]:
    """The outcome of every requirement, in the order of the catalogue."""
    return [
        Judgement(
            requirement,
            worst(f.outcome for f in judged),
            tuple(judged),
            requirement.id in unselected,
        )
        for requirement in requirements
        for judged in [findings.get(requirement.id, ())]
    ]


def run_verdict(judgements: Iterable[Judgement], *, strict: bool) -> RunVerdict:
    """What the outcomes say of the target; with ``strict`` a SHOULD binds like a MUST."""
    binding = (Level.MUST, Level.SHOULD) if strict else (Level.MUST,)
    outcomes = {
        judgement.outcome for judgement in judgements if judgement.requirement.level in binding
    }
    if Outcome.FAILED in outcomes:
        return RunVerdict.DOES_NOT_CONFORM
    if not outcomes or outcomes & {Outcome.UNTESTED, Outcome.CANT_TELL}:
        return RunVerdict.INCOMPLETE
    return RunVerdict.CONFORMS
