"""The samples of reports are what this version writes."""

import pytest

from conformance.core.verdict import Outcome, RunVerdict
from conformance.record.model import RECORD, Record
from conformance.record.reader import read_record
from tests.conformance.command import run_command
from tests.samples import RUNS, SAMPLES, views, words

VERDICTS = {
    "conforming": RunVerdict.CONFORMS,
    "failing": RunVerdict.DOES_NOT_CONFORM,
    "incomplete": RunVerdict.INCOMPLETE,
}


def outcomes(record: Record) -> dict[str, list[tuple[str, Outcome, int]]]:
    """The outcomes of a run, without values that differ in every run: ports, tokens, times."""
    return {
        scenario.name: [
            (finding.requirement, finding.outcome, finding.step) for finding in scenario.findings
        ]
        for scenario in record.scenarios
    }


@pytest.mark.parametrize("name", RUNS)
def test_a_sample_is_what_its_record_is_shown_as(name):
    """After a change of a view: ``python -m tests.samples``."""
    for file, content in views(name):
        assert file.read_bytes() == content, file


@pytest.mark.parametrize("name", RUNS)
def test_a_sample_has_the_verdict_in_its_name(name):
    """One of each kind."""
    assert read_record(SAMPLES / name / RECORD).verdict() is VERDICTS[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["failing", "incomplete"])
def test_a_run_finds_what_the_sample_says(name, tmp_path):
    """After a change of scenarios or mock: ``python -m tests.samples run``."""
    run_command(*words(name, str(tmp_path)), cwd=SAMPLES.parent.parent)
    assert outcomes(read_record(tmp_path / RECORD)) == outcomes(
        read_record(SAMPLES / name / RECORD)
    )
