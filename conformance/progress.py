"""What a run says while it runs and when it ends, on a terminal or in a CI log."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from conformance.catalogue import requirements
from conformance.items import baseline_of
from conformance.record import PROPERTY, SHARED, Record, ScenarioLine, scenario_of
from conformance.recording import NAME, Recording
from conformance.report.known import Entry, Standing, covered, settled
from conformance.report.summary import Summary, profile_of
from conformance.report.text import failures_of, told, warnings_of
from conformance.report.views import unwritten_lines
from conformance.terminal import say
from conformance.values.known import Known
from conformance.values.requirement import Level
from conformance.values.verdict import Finding, Judgement, Outcome, RunVerdict

MOST_ALIKE = 8
"""So many requirements that were not judged for the same reason are named one by one."""
BASELINE = {
    Standing.KNOWN: "Failures that are known (baseline)",
    Standing.STALE: "Entries of the baseline that pass: take them away",
    Standing.EXPIRED: "Entries of the baseline that have expired, and count no more",
}
"""What is told of entries, by what has become of them."""
COLOURS = {
    RunVerdict.CONFORMS: "green",
    RunVerdict.DOES_NOT_CONFORM: "red",
    RunVerdict.INCOMPLETE: "yellow",
    RunVerdict.COULD_NOT_TELL: "yellow",
}


class Progress:
    """A pytest plugin in place of its terminal reporter."""

    def __init__(self, *, verbose: bool, live: bool) -> None:
        self.verbose = verbose
        self.live = live
        """Whether one line may be written over and over."""
        self.trouble: list[str] = []
        """Why nothing could run: wrong files, or a suite that failed."""
        self._total = 0
        self._done = 0
        self._failed = 0
        self._reasons: set[str] = set()
        """Why whole scenarios were not judged: each is told once."""
        self.recording: Recording | None = None
        self.error: BaseException | None = None
        """What broke the run off, of the suite or the machine that it runs on."""
        self._session: pytest.Session | None = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Remember who keeps the record, and whom to tell to stop."""
        self._session = session
        self.recording = session.config.pluginmanager.get_plugin(NAME)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Keep the error for the command, which reports it without pytest's traceback."""
        self.error = excinfo.value
        return True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be read stops the run before it begins."""
        if report.failed:
            self.trouble.append(str(report.longrepr))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """All scenarios are known."""
        self._total = len(session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """All scenarios are known to one of several processes, as to the others."""
        self._total = len(ids)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A scenario begins."""
        if self.live:
            name = nodeid.rpartition("::")[2]
            self._line(f"{self._done}/{self._total}  {self._failed} failed  {name}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A scenario has run, or could not even begin."""
        properties = dict(report.user_properties)
        if report.when == "setup" and report.failed:
            self._stop(str(report.longrepr))
        if report.when != "call":
            return
        self._done += 1
        if PROPERTY not in properties:
            self._stop(str(report.longrepr))
            return
        if "preflight" in json.loads(str(properties[SHARED])):
            self._stop("")
            return
        self._tell(scenario_of(json.loads(str(properties[PROPERTY]))))

    def pytest_sessionfinish(self) -> None:
        """Leave no half-written line behind."""
        if self.live:
            self._line("")

    def _tell(self, scenario: ScenarioLine) -> None:
        failures = list(failures_of(scenario, requirements()))
        warned = list(warnings_of(scenario, requirements()))
        self._failed += bool(failures)
        shown = scenario.findings if self.verbose else [*filter(self._is_news, failures), *warned]
        for name in dict.fromkeys(finding.requirement for finding in shown):
            worst = _worst([one for one in scenario.findings if one.requirement == name])
            self._say(scenario, worst)

    def _is_news(self, finding: Finding) -> bool:
        """Whether it says something of its own: what stopped the run stops all that follows."""
        known = finding.reason in self._reasons
        if finding.outcome is Outcome.CANT_TELL and not finding.step:
            self._reasons.add(finding.reason)
        return not known

    def _is_known(self, scenario: ScenarioLine, finding: Finding) -> bool:
        entries = baseline_of(self._session.config) if self._session else []
        return covered(entries, finding.requirement, scenario.name)

    def _say(self, scenario: ScenarioLine, finding: Finding) -> None:
        level = requirements()[finding.requirement].level
        word, colour = _word(finding.outcome, level)
        if finding.outcome is Outcome.FAILED and self._is_known(scenario, finding):
            word, colour = "known", None
        if self.live:
            self._line("")
        where = f"[{scenario.name} step {finding.step}]"
        number = f"  exchange {finding.exchange}" if finding.exchange else ""
        says = finding.reason or finding.came_back
        short = says if len(says) <= 90 else f"{says[:90]}…"
        detail = f"  {short}" if finding.outcome is not Outcome.PASSED else ""
        say(f"{word:<9}", colour=colour, end="")
        say(f" {finding.requirement} {level}{detail}  {where}{number}")

    def _stop(self, why: str) -> None:
        if why:
            self.trouble.append(why)
        if self._session is not None:
            self._session.shouldfail = why or "the preflight found trouble"

    def _line(self, text: str) -> None:
        say(f"\r\x1b[2K{text[:100]}", error=True, end="")


def _worst(findings: list[Finding]) -> Finding:
    ranks = [Outcome.FAILED, Outcome.CANT_TELL, Outcome.PASSED]
    return min(findings, key=lambda one: ranks.index(one.outcome) if one.outcome in ranks else 9)


def _word(outcome: Outcome, level: Level) -> tuple[str, str | None]:
    match outcome:
        case Outcome.FAILED if level is Level.MUST:
            return "FAIL", "red"
        case Outcome.FAILED:
            return ("WARN", "yellow") if level is Level.SHOULD else ("note", None)
        case Outcome.CANT_TELL:
            return "CAN'T TELL", "yellow"
        case Outcome.PASSED:
            return "pass", "green"
        case _:
            return outcome.lower(), None


def conclude(record: Record, summary: Summary) -> None:
    """Tell the end of a run: what failed, what was not judged, the verdict."""
    known = settled(record)
    for judgement in summary.of(Level.MUST, Outcome.FAILED):
        if not known.covers(judgement):
            say()
            say(_accusation(record, judgement))
    for standing, title in BASELINE.items():
        _tell_entries(title, known.of(standing))
    for title, judgements in (
        ("Warnings (a SHOULD that failed)", summary.of(Level.SHOULD, Outcome.FAILED)),
        ("MUST requirements that could not be told", summary.of(Level.MUST, Outcome.CANT_TELL)),
        ("MUST requirements that were not tested", summary.of(Level.MUST, Outcome.UNTESTED)),
        *_binding_shoulds(record, summary),
    ):
        if judgements and record.ended == "finished":
            say(f"\n{title}:")
            for line in _in_lines(judgements):
                say(line)
    if record.preflight:
        say("\nBefore anything could be judged:", colour="yellow")
        say(f"  tried      {record.preflight['tried']}")
        say(f"  came back  {record.preflight['came_back']}")
        say(f"  advice     {record.preflight['advice']}")
    say()
    say(summary.sentence, colour=COLOURS[summary.verdict])
    if record.role == "backpack":
        say(f"Profile: {profile_of(record)}")


def report_unwritten(folder: Path, unwritten: Mapping[str, OSError]) -> None:
    """Name the files of a run that could not be written."""
    for line in unwritten_lines(folder, unwritten):
        say(line, colour="red", error=True)


def _binding_shoulds(record: Record, summary: Summary) -> Iterator[tuple[str, Sequence[Judgement]]]:
    """What of a SHOULD was not judged: with --strict it is missing for the verdict."""
    if record.header.get("strict"):
        for outcome, how in (
            (Outcome.CANT_TELL, "could not be told"),
            (Outcome.UNTESTED, "were not tested"),
        ):
            yield f"SHOULD requirements that {how} (--strict)", summary.of(Level.SHOULD, outcome)


def _tell_entries(title: str, entries: Sequence[Entry]) -> None:
    if entries:
        say(f"\n{title}:")
    for entry in entries:
        say(f"  {_entry(entry.known)}")


def _entry(known: Known) -> str:
    """An entry of the baseline in a line."""
    scenario = f" in {known.scenario}" if known.scenario else ""
    ticket = f" ({known.ticket})" if known.ticket else ""
    return f"{known.requirement}{scenario}: {known.reason}{ticket}"


def _accusation(record: Record, judgement: Judgement) -> str:
    requirement = judgement.requirement
    found = list(record.accusing(requirement.id))
    scenario, finding = found[0]
    text = told(scenario, {requirement.id: requirement}, [finding])
    more = f"\n  and in     {len(found) - 1} more, see the report" if len(found) > 1 else ""
    return f"{text}{more}"


def _in_lines(judgements: Sequence[Judgement]) -> Iterator[str]:
    """A line for each requirement; where many have the same reason, those are counted."""
    reasons = Counter(one.reason for one in judgements)
    counted = {reason for reason, number in reasons.items() if number > MOST_ALIKE}
    for one in judgements:
        if one.reason not in counted:
            why = f": {one.reason}" if one.reason else ""
            yield f"  {one.requirement.id}  {one.requirement.statement}{why}"
    for reason in counted:
        yield f"  {reasons[reason]} more, since {reason}; the report names them"
