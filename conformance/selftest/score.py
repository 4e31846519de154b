"""The kill matrix: what the suite says of targets that are known to be wrong."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from attrs import frozen

from conformance.core.api import DEFAULT
from conformance.core.verdict import RunVerdict


class Catch(StrEnum):
    """How well the suite saw a defect."""

    EXACT = "caught"
    MISSED = "missed"
    """A requirement that the defect breaks did not fail."""
    ACCUSED = "false positives"
    """A requirement failed that the defect does not break."""


@frozen
class DefectTrial:
    """One run of the suite against the mock with one defect."""

    defect: str
    does: str
    breaks: frozenset[str]
    """The requirements that the defect names."""
    failed: frozenset[str]
    """The requirements that failed."""

    @property
    def missed(self) -> frozenset[str]:
        """Broken, and not seen."""
        return self.breaks - self.failed

    @property
    def accused(self) -> frozenset[str]:
        """Failed, and not broken."""
        return self.failed - self.breaks

    @property
    def catch(self) -> Catch:
        """What the trial says of the suite."""
        if self.missed:
            return Catch.MISSED
        return Catch.ACCUSED if self.accused else Catch.EXACT


@frozen
class BadRun:
    """One run of the suite against something that is no Backpack."""

    target: str
    does: str
    verdict: RunVerdict
    passed: tuple[str, ...]
    """The requirements that it should keep."""
    may_pass: bool
    """Whether it answers some requests as a Backpack would."""

    @property
    def is_seen(self) -> bool:
        """Whether the suite was not deceived."""
        return self.verdict is not RunVerdict.CONFORMS and (self.may_pass or not self.passed)


@frozen
class Matrix:
    """All trials of one version of the suite."""

    trials: Sequence[DefectTrial]
    bad_runs: Sequence[BadRun]
    sound: DefectTrial
    """The run against the mock without a defect, where nothing may fail."""
    unproven: Sequence[str] = ()
    """Requirements that are judged, and that no defect breaks."""
    left_out: int = 0
    """How many defects nobody asked for."""
    api: str = DEFAULT
    """The API whose scenarios ran."""
    loaded: Sequence[DefectTrial] = ()
    """Trials of defects that show only under load."""

    @property
    def is_perfect(self) -> bool:
        """Whether every defect was caught exactly, and nobody was accused or deceived."""
        trials = (*self.trials, *self.loaded, self.sound)
        caught = all(trial.catch is Catch.EXACT for trial in trials)
        return caught and all(run.is_seen for run in self.bad_runs) and not self.unproven

    @property
    def score(self) -> str:
        """The matrix in a sentence."""
        exact = _count(trial.catch is Catch.EXACT for trial in self.trials)
        seen = _count(run.is_seen for run in self.bad_runs)
        proven = len({name for trial in self.trials for name in trial.breaks})
        sentence = (
            f"{exact} of {len(self.trials)} defects caught exactly, "
            f"{seen} of {len(self.bad_runs)} bad targets recognized, "
            f"{proven} requirements broken by a defect"
        )
        parts = [sentence]
        found = _count(trial.catch is Catch.EXACT for trial in self.loaded)
        parts += [f"{found} of {len(self.loaded)} found by load"] if self.loaded else []
        parts += [f"{len(self.unproven)} unproven"] if self.unproven else []
        parts += [f"{self.left_out} defects not tested"] if self.left_out else []
        return f"{'; '.join(parts)}."


def _count(holds: Iterable[bool]) -> int:
    return sum(holds)
