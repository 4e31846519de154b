"""What a record says that a target leaves out is judged again, too."""

from pathlib import Path

import pytest
from attrs import evolve

from conformance.certificates.recheck import recheck
from conformance.certificates.suite import this_suite
from conformance.core.verdict import Outcome
from conformance.record.model import RECORD, Record
from conformance.record.reader import read_record
from tests.conformance.command import run_command

pytestmark = pytest.mark.slow

TOTAL = "OB3-GET-06"
SCENARIO = "listing-total"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """A run of one scenario against the mock, which sends X-Total-Count."""
    folder: Path = tmp_path_factory.mktemp("run")
    run_command("run", "mock", "--api", "ob3", "--select", SCENARIO, "--out", str(folder))
    return read_record(folder / RECORD)


def complaints(record: Record) -> tuple[str, ...]:
    """What contradicts the record."""
    return recheck(record, this_suite(["ob3"])).complaints


def test_what_was_judged_holds(record):
    [line] = record.scenarios
    assert (TOTAL, Outcome.PASSED) in [
        (finding.requirement, finding.outcome) for finding in line.findings
    ]
    assert complaints(record) == ()


def test_a_header_that_was_sent_is_not_inapplicable(record):
    [line] = record.scenarios
    findings = [
        evolve(finding, outcome=Outcome.INAPPLICABLE) if finding.requirement == TOTAL else finding
        for finding in line.findings
    ]
    forged = evolve(record, scenarios=(evolve(line, findings=tuple(findings)),))
    [complaint] = complaints(forged)
    assert complaint.endswith(
        f"{TOTAL} is recorded as inapplicable, but the answer has what it is about"
    )
