"""Our columns in pytest-html's run log: which requirements, and what was found of them."""

import json
from html import escape

import pytest

from conformance.record import PROPERTY


def requirement_cells(report: pytest.TestReport) -> list[str]:
    """Two table cells; empty ones for tests that are no scenarios."""
    told = dict(report.user_properties).get(PROPERTY)
    findings = json.loads(str(told))["findings"] if told else []
    names = dict.fromkeys(one["requirement"] for one in findings)
    outcomes = dict.fromkeys(one["outcome"] for one in findings)
    return [f"<td>{escape(', '.join(texts))}</td>" for texts in (names, outcomes)]
