"""What a load run has measured so far; the tallies of several processes add up to one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, field, frozen

from conformance.load.growth import Growth
from conformance.load.histogram import Histogram


@frozen
class Sent:
    """A request as the figures need it."""

    endpoint: str
    milliseconds: float
    is_answered: bool
    length: int
    """Bytes of the body of the answer."""


@frozen
class TaskReport:
    """What one task of one earner adds to a tally."""

    api: str
    task: str
    sent: tuple[Sent, ...]
    passed: tuple[str, ...]
    """A requirement for each finding that passed."""
    failed: tuple[str, ...]
    pushes: tuple[tuple[int, float], ...]
    """Badges that the earner had, and milliseconds."""
    cut: str = ""
    trouble: str = ""
    line: Mapping[str, Any] | None = None
    """The line of a record, where this run of the task is worth to be kept."""


@define
class Tally:
    """Counts and times; keys are texts with blanks, as JSON has no others."""

    runs: Counter[str] = field(factory=Counter)
    """By API and task: how often it was done."""
    cut: Counter[str] = field(factory=Counter)
    """By API, task and reason: how often it was cut short."""
    passed: Counter[str] = field(factory=Counter)
    """By API, task and requirement."""
    failed: Counter[str] = field(factory=Counter)
    unanswered: Counter[str] = field(factory=Counter)
    """By API and endpoint."""
    seconds: dict[int, Histogram] = field(factory=dict)
    """By the second of the run."""
    endpoints: dict[str, Histogram] = field(factory=dict)
    """By API and endpoint."""
    growth: dict[str, Growth] = field(factory=dict)
    """By API."""
    lines: list[Mapping[str, Any]] = field(factory=list)
    """The lines of a record that are kept."""
    trouble: str = ""
    """The last traceback of the suite itself."""

    def add(self, at: float, report: TaskReport) -> None:
        """Count a task that ended at so many seconds of the run."""
        key = f"{report.api} {report.task}"
        self.runs[key] += 1
        self.passed.update(f"{key} {name}" for name in report.passed)
        self.failed.update(f"{key} {name}" for name in report.failed)
        if report.cut:
            self.cut[f"{key} {report.cut}"] += 1
        for sent in report.sent:
            endpoint = f"{report.api} {sent.endpoint}"
            if not sent.is_answered:
                self.unanswered[endpoint] += 1
                continue
            self.seconds.setdefault(int(at), Histogram()).add(sent.milliseconds)
            self.endpoints.setdefault(endpoint, Histogram()).add(sent.milliseconds)
        for badges, milliseconds in report.pushes:
            self.growth.setdefault(report.api, Growth()).add(at, badges, milliseconds)
        if report.line is not None:
            self.lines.append(report.line)
        self.trouble = report.trouble or self.trouble

    def to_wire(self) -> dict[str, Any]:
        """The tally as a JSON object."""
        return {
            **{name: dict(getattr(self, name)) for name in COUNTERS},
            "seconds": _written((str(second), each) for second, each in self.seconds.items()),
            "endpoints": _written(self.endpoints.items()),
            "growth": {api: each.to_wire() for api, each in self.growth.items()},
            "lines": list(self.lines),
            "trouble": self.trouble,
        }

    def merge(self, written: Mapping[str, Any]) -> None:
        """Add the tally that another process wrote."""
        for name in COUNTERS:
            getattr(self, name).update(written[name])
        for second, histogram in written["seconds"].items():
            known = self.seconds.setdefault(int(second), Histogram())
            known.counts.update(Histogram.of(histogram).counts)
        for endpoint, histogram in written["endpoints"].items():
            known = self.endpoints.setdefault(endpoint, Histogram())
            known.counts.update(Histogram.of(histogram).counts)
        for api, growth in written["growth"].items():
            self.growth.setdefault(api, Growth()).merge(growth)
        self.lines += written["lines"]
        self.trouble = written["trouble"] or self.trouble


COUNTERS = ("runs", "cut", "passed", "failed", "unanswered")


def _written(histograms: Iterable[tuple[str, Histogram]]) -> dict[str, dict[str, int]]:
    return {name: histogram.to_wire() for name, histogram in histograms}


@frozen
class LoadEnded:
    """A load that has come to its end."""

    tally: Tally
    seconds: float
    is_interrupted: bool
