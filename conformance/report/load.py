"""The figures of a load run in a record, for the views that show them."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from conformance.record.model import Record

GROWS = "Pushes become slower with each badge of the earner"
"""How a Backpack is warned of that loses time with each badge."""


@frozen
class LoadFigures:
    """What the footer of a load run says."""

    members: Mapping[str, Any]

    @property
    def setting(self) -> str:
        """What the run was asked for, in a line."""
        earners, ramp, limit = (self.members.get(name) for name in ("earners", "ramp", "limit"))
        parts = [f"{earners} earner{'' if earners == 1 else 's'}"]
        parts += [f"all there after {ramp:g} s"] if ramp else []
        parts += [f"at most {limit:g} requests per second"] if limit else []
        return ", ".join(parts)

    @property
    def throughput(self) -> str:
        """How much was sent, in a line."""
        count, seconds, rate = (self.members[name] for name in ("requests", "seconds", "rate"))
        unanswered = self.members["unanswered"]
        rest = f", {unanswered} without a response" if unanswered else ""
        return f"{count} requests in {seconds:g} s, {rate:g} per second{rest}"

    @property
    def lost(self) -> str:
        """What became of the workers, where some are lost; else ``""``."""
        workers, lost = self.members.get("workers", 0), self.members.get("lost", 0)
        return f"{lost} of {workers} workers were lost, with what they had not told" if lost else ""

    @property
    def cut(self) -> list[str]:
        """Which tasks were cut short how often, and why."""
        return [
            f"{task['task']}: {count} of {task['runs']} cut short: {reason}"
            for task in self.members["tasks"]
            for reason, count in task.get("cut", {}).items()
        ]

    @property
    def growing(self) -> list[str]:
        """A warning for each API whose pushes become slower."""
        return [
            f"{GROWS} ({each['api']}): {each['few']:g} ms for earners with few badges, "
            f"{each['many']:g} ms at the same time for earners with many"
            for each in self.members["growth"]
            if each["grows"]
        ]


def load_of(record: Record) -> LoadFigures | None:
    """The figures of a load run; ``None`` for any other run."""
    members = (record.footer or {}).get("load")
    return None if members is None else LoadFigures(members)


def load_lines(record: Record) -> Iterator[str]:
    """The figures for a terminal."""
    figures = load_of(record)
    if figures is None:
        return
    yield f"Load: {figures.setting}"
    yield figures.throughput
    for each in figures.members["endpoints"]:
        times = ", ".join(f"{each[name]:g} ms {words}" for name, words in PERCENTILES.items())
        yield f"  {each['api']} {each['endpoint']}: {each['requests']} requests, {times}"
    yield from figures.cut
    yield from filter(None, [figures.lost])
    yield from (f"Warning: {warning}" for warning in figures.growing)


PERCENTILES = {"p50": "for half", "p95": "for 95 %", "p99": "for 99 %"}
