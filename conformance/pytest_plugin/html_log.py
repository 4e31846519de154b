"""What is ours in pytest-html's run log: which requirements, what was found, and the wire log."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

import pytest

from conformance.core.catalogue import requirements
from conformance.core.plain import readable
from conformance.record.model import PROPERTY, ScenarioLine
from conformance.record.reader import scenario_of
from conformance.report.text import wire


def requirement_cells(report: pytest.TestReport) -> list[str]:
    """Three table cells; empty ones for tests that are no scenarios."""
    findings = _line(report).get("findings", [])
    names = dict.fromkeys(one["requirement"] for one in findings)
    levels = dict.fromkeys(str(requirements()[name].level) for name in names)
    outcomes = dict.fromkeys(one["outcome"] for one in findings)
    return [f"<td>{escape(', '.join(texts))}</td>" for texts in (names, levels, outcomes)]


def wire_log(report: pytest.TestReport) -> str:
    """The exchanges of a scenario as they were on the wire, escaped; ``""`` when there is none."""
    line = _line(report)
    return escape(readable("\n".join(_told(scenario_of(line))))) if line else ""


def _line(report: pytest.TestReport) -> dict[str, Any]:
    """The line of the record, which went with the report from whatever process ran the scenario."""
    told = dict(report.user_properties).get(PROPERTY) if report.when == "call" else None
    line: dict[str, Any] = json.loads(str(told)) if told else {}
    return line


def _told(scenario: ScenarioLine) -> Iterator[str]:
    for exchange in scenario.exchanges:
        yield f"{f' exchange {exchange.number} ':-^80}"
        yield from wire(exchange)
