"""The mock as a provider of Open Badges 2.1, and what can be confirmed of a record of it."""

from pathlib import Path

import pytest

from conformance.certificates.recheck import recheck
from conformance.certificates.suite import this_suite
from conformance.record.reader import read_record
from conformance.scenario.load import shipped_rows
from conformance.selftest.trial import try_the_sound_mock
from tests.conformance.command import run_command
from tests.conformance.providers import API

pytestmark = pytest.mark.slow


def test_the_mock_is_never_accused():
    """No scenario fails, and none is inconclusive."""
    assert try_the_sound_mock(API.name).failed == frozenset()


@pytest.mark.exhaustive
def test_a_record_can_be_judged_again(tmp_path: Path):
    """From its exchanges, as a certificate is."""
    out = tmp_path / "out"
    selected = "authorization or get or exchange or manifest or safety"
    run_command("run", "mock", "--api", API.name, "--select", selected, "--out", str(out))
    record = read_record(out / "record.jsonl")
    judged_again = recheck(record, this_suite([API.name]))
    assert judged_again.complaints == ()
    assert judged_again.confirmed > 100
    assert {line.name for line in record.scenarios} <= {
        row.name for row in shipped_rows(API.language)
    }
