"""The verdict on an issuer: each requirement passed, failed or untested, with what shows it."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from attrs import evolve, frozen

from mock_backpack.core.attempts import Attempt
from mock_backpack.core.entry import Entry
from mock_backpack.core.journal import Journal
from mock_backpack.core.redaction import Redaction
from mock_backpack.core.sandbox import Sandbox
from mock_backpack.issuer.call import is_form
from mock_backpack.issuer.evidence import Evidence, evidence_of
from mock_backpack.issuer.finding import Finding, Judge
from mock_backpack.issuer.judges import JUDGES
from mock_backpack.issuer.situations import Situation

Outcome = Literal["passed", "failed", "untested"]
MOST_FINDINGS = 5
"""Findings that a verdict tells of one requirement."""
DROPPED = "the journal was too short to keep all that was heard"
FORM = "a form body in place of JSON"


@frozen
class Ruling:
    """What is known of one requirement."""

    requirement: str
    outcome: Outcome
    findings: tuple[Finding, ...]
    """Those that say the same as the outcome."""
    reason: str = ""
    """Why it is untested."""


@frozen
class Habit:
    """Something that the historical Backpack took, and others may refuse: no fault."""

    does: str
    entry: Entry


@frozen
class Verdict:
    """Everything that can be said of an issuer in one sandbox."""

    situation: Situation | None
    heard: int
    """How many requests to the API there were."""
    rulings: Mapping[str, Ruling]
    """By requirement."""
    habits: tuple[Habit, ...]
    entries: tuple[Entry, ...]
    """All exchanges of the sandbox, and those elsewhere that a finding needs."""
    attempts: Mapping[int, Attempt]
    """By the number of an exchange."""

    def to_wire(self, redaction: Redaction | None, *, is_whole: bool) -> dict[str, Any]:
        """The verdict as a JSON object; with all exchanges, or with those that show something."""
        shown = set(map(id, self._shown()))
        entries = [one for one in self.entries if is_whole or id(one) in shown]
        return {
            "situation": self.situation.to_wire() if self.situation else None,
            "heard": self.heard,
            "failed": [one.requirement for one in self.rulings.values() if one.outcome == "failed"],
            "requirements": [_ruling(one, redaction) for one in self.rulings.values()],
            "habits": [{"does": one.does, "exchange": one.entry.number} for one in self.habits],
            "exchanges": [one.to_wire(self.attempts[one.number], redaction) for one in entries],
        }

    def _shown(self) -> Iterable[Entry]:
        for ruling in self.rulings.values():
            yield from (one.entry for one in ruling.findings)
        yield from (one.entry for one in self.habits)


def _ruling(ruling: Ruling, redaction: Redaction | None) -> dict[str, Any]:
    text = redaction.text if redaction else str
    findings = [
        {"expected": text(one.expected), "saw": text(one.saw), "exchange": one.entry.number}
        for one in ruling.findings
    ]
    why = {"reason": ruling.reason} if ruling.reason else {}
    return {"id": ruling.requirement, "outcome": ruling.outcome, **why, "findings": findings}


def verdict_of(sandbox: Sandbox, root: Sandbox) -> Verdict:
    """Judge the issuer that used a sandbox; ``root`` is the one that it may have used instead."""
    last = sandbox.journal.last_number
    evidence = _renumbered(evidence_of(sandbox, root), last)
    abroad = {last + number: one for number, one in _attempts(root.journal).items()}
    has_dropped = sandbox.journal.dropped > 0
    found = {name: _judged(judge, evidence, has_dropped) for name, judge in JUDGES.items()}
    strays = tuple(one.entry for one in evidence.strays)
    return Verdict(
        evidence.situation,
        len(evidence.calls),
        found,
        tuple(_habits(evidence)),
        (*evidence.entries, *strays),
        {**abroad, **_attempts(sandbox.journal)},
    )


def _attempts(journal: Journal) -> dict[int, Attempt]:
    counted = journal.attempts()
    return {entry.number: counted.of(entry.number) for entry in journal}


def _renumbered(evidence: Evidence, last: int) -> Evidence:
    """Exchanges of the root get numbers after those of the sandbox."""
    abroad = tuple(evolve(one, number=last + one.number) for one in evidence.abroad)
    return evolve(evidence, abroad=abroad)


def _judged(judge: Judge, evidence: Evidence, has_dropped: bool) -> Ruling:  # noqa: FBT001 - a fact
    findings = list(judge.judge(evidence))
    wrong = [one for one in findings if not one.passed]
    if wrong:
        return Ruling(judge.requirement, "failed", _different(wrong))
    if findings and has_dropped:
        return Ruling(judge.requirement, "untested", (), DROPPED)
    if findings:
        return Ruling(judge.requirement, "passed", _different(findings))
    nothing = judge.never(evidence) if evidence.entries else "the issuer was not heard"
    return Ruling(judge.requirement, "untested", (), nothing + _unread(evidence))


def _unread(evidence: Evidence) -> str:
    """A header that is broken into lines makes a request that nobody can read."""
    if not evidence.unread:
        return ""
    number = len(evidence.unread)
    which = "a request that is" if number == 1 else f"{number} requests that are"
    return f"; the mock got {which} no HTTP: {evidence.unread[0]}"


def _different(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The first finding of each kind."""
    kinds = {(one.expected, one.saw): one for one in reversed(list(findings))}
    return tuple(sorted(kinds.values(), key=lambda one: one.entry.number)[:MOST_FINDINGS])


def _habits(evidence: Evidence) -> Iterable[Habit]:
    found: dict[str, Entry] = {}
    for call in evidence.calls:
        if call.credentials.habit:
            found.setdefault(call.credentials.habit, call.entry)
        if call.entry.body.strip() and is_form(call.entry):
            found.setdefault(FORM, call.entry)
    for push in evidence.pushes:
        inspection = evidence.inspections.of(push.badge) if evidence.inspections else None
        for note in inspection.notes if inspection else ():
            found.setdefault(note, push.entry)
    return [Habit(does, entry) for does, entry in found.items()]
