"""What a baseline says of a record: which failures are known, which entries are out of date."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from attrs import frozen

from conformance.core.requirement import Level, Requirement
from conformance.core.verdict import Judgement, Outcome
from conformance.record.model import Record
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
        return [one for one in self.entries if one.standing is standing]

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
        known = [one.known for one in self.of(Standing.KNOWN)]
        found = next(one for one in known if one.requirement == requirement)
        return f"{found.reason} ({found.ticket})" if found.ticket else found.reason


def settled(record: Record) -> Settled:
    """The baseline of a record, as it stood on the day of the run."""
    entries = [KnownFailure(**one) for one in record.header.get("baseline", ())]
    alive = [one for one in entries if one.counts_on(record.header["started"])]
    standings = [
        BaselineEntry(one, _standing(record, one) if one in alive else Standing.EXPIRED)
        for one in entries
    ]
    unknown = {
        one.requirement
        for scenario in record.scenarios
        for one in scenario.findings
        if one.outcome is Outcome.FAILED and not covered(alive, one.requirement, scenario.name)
    }
    return Settled(standings, frozenset(unknown))


def covered(entries: Iterable[KnownFailure], requirement: str, scenario: str) -> bool:
    """Whether an entry is about a requirement as a scenario judges it."""
    return any(one.covers(requirement, scenario) for one in entries)


def _standing(record: Record, entry: KnownFailure) -> Standing:
    outcomes = {
        one.outcome
        for scenario in record.scenarios
        for one in scenario.findings
        if entry.covers(one.requirement, scenario.name)
    }
    if Outcome.FAILED in outcomes:
        return Standing.KNOWN
    return Standing.STALE if outcomes == {Outcome.PASSED} else Standing.UNSEEN


def first_baseline(record: Record) -> list[KnownFailure]:
    """An entry for every requirement that binds or should, and fails."""
    day = str(record.header["started"])[:10]
    return [
        KnownFailure(one.requirement.id, f"not mended yet, first seen on {day}")
        for one in record.judgements()
        if one.outcome is Outcome.FAILED and _counts(one.requirement)
    ]


def _counts(requirement: Requirement) -> bool:
    return requirement.level in (Level.MUST, Level.SHOULD)
