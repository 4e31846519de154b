"""The verdict on an issuer: each requirement passed, failed or untested, with what shows it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from attrs import evolve, frozen

from mock_backpack.core.attempts import Attempt
from mock_backpack.core.entry import Entry
from mock_backpack.core.journal import Journal
from mock_backpack.core.redaction import Redaction
from mock_backpack.core.sandbox import Sandbox
from mock_backpack.issuer.all import issuer_apis
from mock_backpack.issuer.finding import Criterion, Finding, Habit
from mock_backpack.issuer.observation import Evidence, Observation
from mock_backpack.issuer.situation import Situation
from mock_backpack.issuer.stage import Stage

Outcome = Literal["passed", "failed", "untested"]
MOST_FINDINGS = 5
"""Maximum number of findings per requirement in a verdict."""
DROPPED = "the journal was too short to keep all requests"


@frozen
class Ruling:
    """The outcome of one requirement."""

    requirement: str
    outcome: Outcome
    findings: tuple[Finding, ...]
    """Those that say the same as the outcome."""
    reason: str = ""
    """Why it is untested."""


@frozen
class Verdict:
    """The judgement of an issuer in one sandbox."""

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
        entries = [entry for entry in self.entries if is_whole or id(entry) in shown]
        return {
            "situation": self.situation.to_wire() if self.situation else None,
            "heard": self.heard,
            "failed": [
                ruling.requirement for ruling in self.rulings.values() if ruling.outcome == "failed"
            ],
            "requirements": [_ruling(ruling, redaction) for ruling in self.rulings.values()],
            "habits": [
                {"does": habit.does, "exchange": habit.entry.number} for habit in self.habits
            ],
            "exchanges": [
                entry.to_wire(self.attempts[entry.number], redaction) for entry in entries
            ],
        }

    def _shown(self) -> Iterable[Entry]:
        for ruling in self.rulings.values():
            yield from (finding.entry for finding in ruling.findings)
        yield from (habit.entry for habit in self.habits)


def _ruling(ruling: Ruling, redaction: Redaction | None) -> dict[str, Any]:
    text = redaction.text if redaction else str
    findings = [
        {
            "expected": text(finding.expected),
            "saw": text(finding.saw),
            "exchange": finding.entry.number,
        }
        for finding in ruling.findings
    ]
    why = {"reason": ruling.reason} if ruling.reason else {}
    return {"id": ruling.requirement, "outcome": ruling.outcome, **why, "findings": findings}


def verdict_of(sandbox: Sandbox, root: Sandbox) -> Verdict:
    """Judge the issuer that used a sandbox; ``root`` is what it may have used instead.

    Without a situation, it is judged by the requirements of every API.
    """
    stage = sandbox.observer if isinstance(sandbox.observer, Stage) else None
    entries = tuple(entry for entry in sandbox.journal if entry.is_done)
    abroad = () if root is sandbox else _renumbered(root.journal, sandbox.journal.last_number)
    rulings: dict[str, Ruling] = {}
    habits: list[Habit] = []
    strays: dict[int, Entry] = {}
    heard = 0
    for api in (stage.api,) if stage else issuer_apis():
        situation, watcher = (stage.situation, stage.watcher) if stage else (None, None)
        what = Observation(sandbox, situation, watcher, entries, abroad)
        evidence: Evidence = api.evidence(what)
        rulings |= {name: _judged(judge, evidence, what) for name, judge in api.criteria.items()}
        habits += api.habits(evidence)
        strays |= {stray.entry.number: stray.entry for stray in evidence.strays}
        heard += len(evidence.calls)
    last = sandbox.journal.last_number
    attempts = {last + number: attempt for number, attempt in _attempts(root.journal).items()}
    return Verdict(
        stage.situation if stage else None,
        heard,
        rulings,
        tuple(habits),
        (*entries, *strays.values()),
        {**attempts, **_attempts(sandbox.journal)},
    )


def _attempts(journal: Journal) -> dict[int, Attempt]:
    counted = journal.attempts()
    return {entry.number: counted.of(entry.number) for entry in journal}


def _renumbered(journal: Journal, last: int) -> tuple[Entry, ...]:
    """Exchanges of the root get numbers after those of the sandbox."""
    return tuple(evolve(entry, number=last + entry.number) for entry in journal if entry.is_done)


def _judged(criterion: Criterion, evidence: Evidence, observation: Observation) -> Ruling:
    findings = list(criterion.judge(evidence))
    wrong = [finding for finding in findings if not finding.passed]
    if wrong:
        return Ruling(criterion.requirement, "failed", _different(wrong))
    if findings and observation.sandbox.journal.dropped:
        return Ruling(criterion.requirement, "untested", (), DROPPED)
    if findings:
        return Ruling(criterion.requirement, "passed", _different(findings))
    nothing = criterion.never(evidence) if observation.entries else "the issuer sent no requests"
    return Ruling(criterion.requirement, "untested", (), nothing + _unread(observation.unread))


def _unread(unread: Sequence[str]) -> str:
    """A header that is broken into lines makes a request that nobody can read."""
    if not unread:
        return ""
    number = len(unread)
    which = "a request that is" if number == 1 else f"{number} requests that are"
    return f"; the mock received {which} not HTTP: {unread[0]}"


def _different(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The first finding of each kind."""
    kinds = {(finding.expected, finding.saw): finding for finding in reversed(list(findings))}
    return tuple(sorted(kinds.values(), key=lambda habit: habit.entry.number)[:MOST_FINDINGS])
