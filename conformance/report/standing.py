"""What a baseline says of a record: which failures are known, which entries are out of date."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from attrs import frozen

from conformance.core.requirement import Level, Requirement
from conformance.core.verdict import Judgement, Outcome
from conformance.record.model import Record, Section
from conformance.report.baseline import KnownFailure


class Standing(StrEnum):
    """What has become of an entry."""

    KNOWN = "still fails"
    STALE = "passes"
    EXPIRED = "has expired"
    UNSEEN = "was not judged"


@frozen
class BaselineEntry:
    """An entry of the baseline, and what the run showed of it."""

    known: KnownFailure
    standing: Standing


@frozen
class Settled:
    """A record beside its baseline."""

    entries: Sequence[BaselineEntry]
    unknown: frozenset[str]
    """Requirements that fail in a way that no entry covers."""

    def of(self, standing: Standing) -> list[BaselineEntry]:
        """The entries of which this has become."""
        return [entry for entry in self.entries if entry.standing is standing]

    @property
    def is_stale(self) -> bool:
        """Whether an entry has to be taken away."""
        return bool(self.of(Standing.STALE))

    def covers(self, judgement: Judgement) -> bool:
        """Whether a requirement fails only in ways that are known."""
        failed = judgement.outcome is Outcome.FAILED
        return failed and judgement.requirement.id not in self.unknown

    def reason(self, requirement: str) -> str:
        """Why a requirement is known to fail, with its ticket."""
        known = [failure.known for failure in self.of(Standing.KNOWN)]
        failure = next(failure for failure in known if failure.requirement == requirement)
        return f"{failure.reason} ({failure.ticket})" if failure.ticket else failure.reason


def settled(record: Record | Section) -> Settled:
    """The baseline as it stood on the day of the run: all of it, or what is about a section."""
    entries = [KnownFailure(**failure) for failure in record.header.get("baseline", ())]
    if isinstance(record, Section):
        own = {requirement.id for requirement in record.requirements}
        entries = [entry for entry in entries if entry.requirement in own]
    alive = [entry for entry in entries if entry.counts_on(record.header["started"])]
    standings = [
        BaselineEntry(entry, _standing(record, entry) if entry in alive else Standing.EXPIRED)
        for entry in entries
    ]
    unknown = {
        finding.requirement
        for scenario in record.scenarios
        for finding in scenario.findings
        if finding.outcome is Outcome.FAILED
        and not covered(alive, finding.requirement, scenario.name)
    }
    return Settled(standings, frozenset(unknown))


def covered(entries: Iterable[KnownFailure], requirement: str, scenario: str) -> bool:
    """Whether an entry is about a requirement as a scenario judges it."""
    return any(entry.covers(requirement, scenario) for entry in entries)


def _standing(record: Record | Section, entry: KnownFailure) -> Standing:
    outcomes = {
        finding.outcome
        for scenario in record.scenarios
        for finding in scenario.findings
        if entry.covers(finding.requirement, scenario.name)
    }
    if Outcome.FAILED in outcomes:
        return Standing.KNOWN
    return Standing.STALE if outcomes == {Outcome.PASSED} else Standing.UNSEEN


def first_baseline(record: Record) -> list[KnownFailure]:
    """An entry for every requirement that binds or should, and fails."""
    day = str(record.header["started"])[:10]
    return [
        KnownFailure(judgement.requirement.id, f"not fixed yet, first seen on {day}")
        for judgement in record.worst_judgements().values()
        if judgement.outcome is Outcome.FAILED and _counts(judgement.requirement)
    ]


def _counts(requirement: Requirement) -> bool:
    return requirement.level in (Level.MUST, Level.SHOULD)
