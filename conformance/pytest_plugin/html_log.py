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
    names = dict.fromkeys(finding["requirement"] for finding in findings)
    levels = dict.fromkeys(str(requirements()[name].level) for name in names)
    outcomes = dict.fromkeys(finding["outcome"] for finding in findings)
    return [f"<td>{escape(', '.join(texts))}</td>" for texts in (names, levels, outcomes)]


def wire_log(report: pytest.TestReport) -> str:
    """The exchanges of a scenario as they were on the wire, escaped; ``""`` when there is none."""
    line = _line(report)
    return escape(readable("\n".join(_exchange_lines(scenario_of(line))))) if line else ""


def _line(report: pytest.TestReport) -> dict[str, Any]:
    """The line of the record, which went with the report from whatever process ran the scenario."""
    text = dict(report.user_properties).get(PROPERTY) if report.when == "call" else None
    line: dict[str, Any] = json.loads(str(text)) if text else {}
    return line


def _exchange_lines(scenario: ScenarioLine) -> Iterator[str]:
    for exchange in scenario.exchanges:
        yield f"{f' exchange {exchange.number} ':-^80}"
        yield from wire(exchange)
