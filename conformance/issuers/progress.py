"""What judging an issuer says on a terminal: a line for each situation, then the verdict."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from conformance.core.catalogue import requirements
from conformance.core.requirement import Level
from conformance.core.terminal import fold, say
from conformance.core.verdict import Finding, Judgement, Outcome, RunVerdict
from conformance.issuers.repeats import Repeats
from conformance.issuers.trial import SituationTrial
from conformance.record.model import Record, ScenarioLine
from conformance.report import conclusion
from conformance.report.summary import summarize
from conformance.report.text import findings_text
from conformance.report.views import HTML
from conformance.target.mock import known_situations

NARROWEST = 22
"""Characters of a column of names."""
WORDS = {
    Outcome.FAILED: ("FAIL", "red"),
    Outcome.CANT_TELL: ("INCONCLUSIVE", "yellow"),
    Outcome.PASSED: ("pass", "green"),
}
WORST = (Outcome.FAILED, Outcome.CANT_TELL, Outcome.UNTESTED, Outcome.PASSED, Outcome.INAPPLICABLE)


def width_of(names: Sequence[str]) -> int:
    """Characters of a column that has all of these names."""
    return max(NARROWEST, *(len(name) + 1 for name in names))


class IssuerProgress:
    """Prints each situation in a line, and what went wrong in it in a few more."""

    def __init__(self, names: Sequence[str], *, is_verbose: bool) -> None:
        self._total = len(names)
        self._width = width_of(names)
        self._done = 0
        self._is_verbose = is_verbose
        self._repeats = Repeats()
        self._habits: set[str] = set()
        """Those that have been printed."""

    def report(self, trial: SituationTrial) -> None:
        """Print a situation that has ended."""
        self._done += 1
        line = trial.line
        outcome = min((finding.outcome for finding in line.findings), key=WORST.index)
        word, colour = WORDS.get(outcome, (str(outcome), "yellow"))
        if outcome is Outcome.FAILED and not any(map(_binds, _accusing(line))):
            word, colour = "WARN", "yellow"
        say(f"{word:<12}", colour=colour, end="")
        seconds = f"{line.seconds:.1f} s"
        say(f" {line.name:<{self._width}} {seconds:>7}  {line.title}  [{self._done}/{self._total}]")
        for text in self._details(trial, line):
            say(fold(text, " " * 13, " " * 15))
        if trial.ended.trouble:  # in one piece, so that it can be copied
            say(f"             all of its output: {trial.ended.log}")

    def _details(self, trial: SituationTrial, line: ScenarioLine) -> Iterator[str]:
        accusing = _accusing(line)
        for name in dict.fromkeys(finding.requirement for finding in accusing):
            yield from self._accusation(
                line, [finding for finding in accusing if finding.requirement == name]
            )
        yield from _unjudged(trial, line)
        for habit in line.habits:
            if habit not in self._habits:
                self._habits.add(habit)
                yield f"habit, not an error: {habit}"
        if trial.ended.trouble:
            yield from (f"| {text}" for text in trial.ended.shown())

    def _accusation(self, line: ScenarioLine, findings: list[Finding]) -> Iterator[str]:
        """What is wrong, in full for the first time."""
        first = self._repeats.first(line.name, findings)
        for finding in findings:
            head = f"{finding.requirement} {requirements()[finding.requirement].level} "
            if first:
                yield f"{head} as before, in {first}"
                return
            yield f"{head} expected {finding.expected}; saw {finding.came_back}"
            if self._is_verbose:
                say(findings_text(line, requirements(), [finding]))


def _unjudged(trial: SituationTrial, line: ScenarioLine) -> Iterator[str]:
    """What of the situation was not judged: a line for each reason."""
    by_reason: dict[str, list[str]] = {}
    for finding in line.findings:
        if finding.outcome in (Outcome.CANT_TELL, Outcome.UNTESTED):
            by_reason.setdefault(finding.reason, []).append(finding.requirement)
    for reason, names in by_reason.items():
        yield f"{', '.join(names)}  not judged: {reason}"
    further = [text for text in (trial.trouble, trial.note) if text and text not in by_reason]
    if further:
        yield "; ".join(further)


def _accusing(line: ScenarioLine) -> list[Finding]:
    return [finding for finding in line.findings if finding.outcome is Outcome.FAILED]


def _binds(finding: Finding) -> bool:
    return requirements()[finding.requirement].level is Level.MUST


def conclude(record: Record, out: Path) -> RunVerdict:
    """Print the conclusion: what failed, the warnings, what was not judged, the verdict."""
    summary = summarize(record)
    conclusion.conclude(record, summary)
    unjudged = summary.of(Level.SHOULD, Outcome.UNTESTED, Outcome.CANT_TELL)
    if unjudged and record.ended == "finished":
        say("\nSHOULD requirements that were not judged:")
        for judgement in unjudged:
            where = _situation_of(record, judgement)
            say(fold(f"{judgement.requirement.id}  {where}{judgement.reason}", "  ", "    "))
    say(f"Report: {(out / HTML).resolve()}")
    return summary.verdict


def _situation_of(record: Record, judgement: Judgement) -> str:
    """Where it was inconclusive, though elsewhere it may have passed."""
    if judgement.outcome is not Outcome.CANT_TELL:
        return ""
    name = judgement.requirement.id
    names = [
        line.name
        for line in record.scenarios
        if any(
            finding.requirement == name and finding.outcome is Outcome.CANT_TELL
            for finding in line.findings
        )
    ]
    return f"inconclusive in {', '.join(names)}: "


def list_situations(api: str) -> None:
    """Every situation of an API: its name, what happens, what a good issuer is seen to do."""
    known = known_situations(api)
    width = width_of([situation["id"] for situation in known])
    for situation in known:
        say(f"{situation['id']:<{width}} {', '.join(situation['tests'])}")
        for text in (situation["does"], situation["sees"]):
            say(fold(text, "    "))
