"""What a run prints while it runs, on a terminal or in a CI log."""

import json
import time
from collections import Counter

import pytest

from conformance.core.catalogue import requirements
from conformance.core.plain import one_line
from conformance.core.requirement import Level
from conformance.core.terminal import counted, line, say, say_over
from conformance.core.verdict import Finding, Outcome
from conformance.pytest_plugin.plan import Plan
from conformance.pytest_plugin.recording import NAME, Recording
from conformance.record.model import PROPERTY, SHARED, ScenarioLine
from conformance.record.reader import scenario_of
from conformance.report.standing import covered
from conformance.report.text import failures_of, warnings_of

MOST_SEEN = 110
MOST_EXPECTED = 70
"""Characters of a line about a failure."""
MOST_ALIKE = 3
"""Requirements that an earlier step left unjudged, printed for one reason."""
SECONDS = 10.0
"""Between two lines about how far a run has come, where no line can be rewritten."""


class Progress:
    """A pytest plugin in place of its terminal reporter."""

    def __init__(self, plan: Plan, *, verbose: bool, live: bool) -> None:
        self._known_failures = plan.known_failures
        self.verbose = verbose
        self.live = live
        """Whether one line may be written over and over."""
        self.trouble: list[str] = []
        """Why nothing could run: wrong files, or a suite that failed."""
        self._total = 0
        self._done = 0
        self._failed = 0
        self._begun = self._reported = time.monotonic()
        self._shown: set[tuple[str, str, Outcome]] = set()
        """What was printed already of an API: one requirement may fail in seventy rows."""
        self._reasons: set[str] = set()
        """Why whole scenarios were not judged; each reason is printed once."""
        self._alike: Counter[str] = Counter()
        """How many requirements were printed as unjudged, by reason."""
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
        self._count(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """All scenarios are known to one of several processes, as to the others."""
        if not self._total:
            self._count(len(ids))

    def _count(self, total: int) -> None:
        self._total = total
        if total and not self.live:
            say(f"Running {counted(total, 'scenario')}")

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
        if "preflight" in json.loads(str(properties[SHARED]))["measured"]:
            if self.recording is None or self.recording.cannot_start:
                self._stop("")
            return
        line = json.loads(str(properties[PROPERTY]))
        self._report(scenario_of({**line, "exchanges": []}))  # which are long, and not shown here
        self._report_progress()

    def _report_progress(self) -> None:
        """A line every so often, so that nobody takes a long run for a hanging one."""
        now = time.monotonic()
        if self.live or now - self._reported < SECONDS:
            return
        self._reported = now
        seconds = f"{now - self._begun:.0f} s"
        say(f"{self._done} of {self._total} scenarios, {self._failed} failed, {seconds}")

    def pytest_sessionfinish(self) -> None:
        """Leave no half-written line behind."""
        if self.live:
            self._line("")

    def _report(self, scenario: ScenarioLine) -> None:
        failures = list(failures_of(scenario, requirements()))
        warned = list(warnings_of(scenario, requirements()))
        self._failed += any(finding.outcome is Outcome.FAILED for finding in failures)
        shown = scenario.findings if self.verbose else [*filter(self._is_news, failures), *warned]
        for name in dict.fromkeys(finding.requirement for finding in shown):
            worst = _worst([each for each in scenario.findings if each.requirement == name])
            news = (scenario.api, name, worst.outcome)
            if self.verbose or (news not in self._shown and not self._is_repetition(worst)):
                self._print(scenario, worst)
            self._shown.add(news)

    def _is_repetition(self, finding: Finding) -> bool:
        """Whether an earlier step left it unjudged, for a reason printed often enough."""
        if finding.outcome is not Outcome.CANT_TELL or not finding.step:
            return False
        self._alike[finding.reason] += 1
        number = self._alike[finding.reason]
        if number == MOST_ALIKE + 1:
            if self.live:
                self._line("")
            reason = _cut(finding.reason, MOST_SEEN)
            say(line(f"… more are not judged for this reason; the report lists them: {reason}"))
        return number > MOST_ALIKE

    def _is_news(self, finding: Finding) -> bool:
        """Whether it says something of its own: what stopped the run stops all that follows."""
        known = finding.reason in self._reasons
        if finding.outcome is Outcome.CANT_TELL and not finding.step:
            self._reasons.add(finding.reason)
        return not known

    def _is_known(self, scenario: ScenarioLine, finding: Finding) -> bool:
        return covered(self._known_failures, finding.requirement, scenario.name)

    def _print(self, scenario: ScenarioLine, finding: Finding) -> None:
        level = requirements()[finding.requirement].level
        word, colour = _word(finding.outcome, level)
        if finding.outcome is Outcome.FAILED and self._is_known(scenario, finding):
            word, colour = "known", None
        if self.live:
            self._line("")
        where = f"[{scenario.name} step {finding.step}]" if finding.step else f"[{scenario.name}]"
        start = f"{word:<12} {finding.requirement} {level}"
        text = line(f"{start}  {_detail(finding)}  {where}", "", " " * 15)
        say(text[: len(word)], colour=colour, end="")
        say(text[len(word) :])

    def _stop(self, why: str) -> None:
        if why:
            self.trouble.append(why)
        if self._session is not None:
            self._session.shouldfail = why or "the run cannot start"

    def _line(self, text: str) -> None:
        say_over(text)


def _detail(finding: Finding) -> str:
    """The mismatch, then what was expected; the report has all of it."""
    if finding.outcome is Outcome.PASSED:
        return ""
    if finding.reason:
        return _cut(finding.reason, MOST_SEEN)
    seen = _cut(finding.came_back, MOST_SEEN)
    return f"{seen}; expected {_cut(finding.expected, MOST_EXPECTED)}"


def _cut(text: str, most: int) -> str:
    text = one_line(text)
    return text if len(text) <= most else f"{text[:most]}…"


def _worst(findings: list[Finding]) -> Finding:
    ranks = [Outcome.FAILED, Outcome.CANT_TELL, Outcome.PASSED]
    return min(
        findings,
        key=lambda finding: ranks.index(finding.outcome) if finding.outcome in ranks else 9,
    )


def _word(outcome: Outcome, level: Level) -> tuple[str, str | None]:
    match outcome:
        case Outcome.FAILED if level is Level.MUST:
            return "FAIL", "red"
        case Outcome.FAILED:
            return ("WARN", "yellow") if level is Level.SHOULD else ("note", None)
        case Outcome.CANT_TELL:
            return "INCONCLUSIVE", "yellow"
        case Outcome.PASSED:
            return "pass", "green"
        case _:
            return outcome.lower(), None
