"""What a run prints while it runs."""

import json
import re
from types import SimpleNamespace

import pytest

from conformance.core.verdict import Finding, Outcome
from conformance.pytest_plugin import progress
from conformance.pytest_plugin.progress import Progress
from conformance.record.model import PROPERTY, SHARED
from tests.conformance.records import failed, line_of


def report_of(finding: Finding) -> pytest.TestReport:
    """What pytest reports of a scenario with a finding."""
    properties = [
        (PROPERTY, json.dumps(line_of(finding))),
        (SHARED, json.dumps({"measured": {}})),
    ]
    place = ("one.backpack.yaml", 1, "one")
    return pytest.TestReport("one", place, {}, "passed", None, "call", user_properties=properties)


def test_what_is_inconclusive_has_not_failed(capsys, monkeypatch):
    """A target that hangs leaves hundreds of scenarios unjudged, and none of them accuses it."""
    monkeypatch.setattr(progress, "SECONDS", 0.0)
    shown = Progress(SimpleNamespace(known_failures=[]), verbose=False, live=False)
    unclear = Finding("BC-TOKEN-01", Outcome.CANT_TELL, reason="it stopped responding")
    for finding in (unclear, failed("BC-TOKEN-01")):
        shown.pytest_runtest_logreport(report_of(finding))
    counts = re.findall(r"(\d) of 0 scenarios, (\d) failed", capsys.readouterr().out)
    assert counts == [("1", "0"), ("2", "1")]
