"""What judging an issuer says on a terminal: a line for each situation, then the verdict."""

from collections.abc import Iterator
from pathlib import Path

import click

from conformance import progress
from conformance.catalogue import requirements
from conformance.issuers.trial import Trial
from conformance.record import Record, ScenarioLine, scenario_of
from conformance.report.summary import summarize
from conformance.report.text import told
from conformance.report.views import HTML
from conformance.target.mock import known_situations
from conformance.terminal import say
from conformance.values.requirement import Level
from conformance.values.verdict import Finding, Outcome, RunVerdict

NAME_WIDTH = 22
WORDS = {
    Outcome.FAILED: ("FAIL", "red"),
    Outcome.CANT_TELL: ("CAN'T TELL", "yellow"),
    Outcome.PASSED: ("pass", "green"),
}
WORST = (Outcome.FAILED, Outcome.CANT_TELL, Outcome.UNTESTED, Outcome.PASSED, Outcome.INAPPLICABLE)


class Teller:
    """Tells each situation in a line, and what went wrong in it in a few more."""

    def __init__(self, total: int, *, is_verbose: bool) -> None:
        self._total = total
        self._done = 0
        self._is_verbose = is_verbose

    def tell(self, trial: Trial) -> None:
        """A situation has ended."""
        self._done += 1
        line = scenario_of(trial.line)
        outcome = min((one.outcome for one in line.findings), key=WORST.index)
        word, colour = WORDS.get(outcome, (str(outcome), "yellow"))
        if outcome is Outcome.FAILED and not any(map(_binds, _accusing(line))):
            word, colour = "WARN", "yellow"
        say(f"{word:<10}", colour=colour, end="")
        seconds = f"{line.seconds:.1f} s"
        say(f" {line.name:<{NAME_WIDTH}} {seconds:>7}  {line.title}  [{self._done}/{self._total}]")
        for text in self._details(trial, line):
            say(click.wrap_text(text, 100, "           ", "             "))

    def _details(self, trial: Trial, line: ScenarioLine) -> Iterator[str]:
        for finding in _accusing(line):
            level = requirements()[finding.requirement].level
            seen = f"expected {finding.expected}; saw {finding.came_back}"
            yield f"{finding.requirement} {level}  {seen}"
            if self._is_verbose:
                say(told(line, requirements(), [finding]))
        yield from (f"habit, no fault: {one}" for one in line.habits)
        if line.trouble:
            yield line.trouble
        if trial.ended.trouble:
            yield from (f"| {text}" for text in trial.ended.tail())


def _accusing(line: ScenarioLine) -> list[Finding]:
    return [one for one in line.findings if one.outcome is Outcome.FAILED]


def _binds(finding: Finding) -> bool:
    return requirements()[finding.requirement].level is Level.MUST


def conclude(record: Record, out: Path) -> RunVerdict:
    """Tell the end: what failed, the warnings, what was not judged, the verdict."""
    summary = summarize(record)
    progress.conclude(record, summary)
    if warned := summary.of(Level.SHOULD, Outcome.UNTESTED, Outcome.CANT_TELL):
        names = ", ".join(one.requirement.id for one in warned)
        say(f"SHOULD requirements that were not judged: {names}.")
    say(f"Report: {(out / HTML).resolve()}")
    return summary.verdict


def list_situations() -> None:
    """Every situation: its name, what happens, what a good issuer is seen to do."""
    for one in known_situations():
        say(f"{one['id']:<{NAME_WIDTH}} {', '.join(one['tests'])}")
        for text in (one["does"], one["sees"]):
            say(click.wrap_text(text, 100, "    ", "    "))
