"""``run --failed`` and ``--maxfail``: shorter runs while a Backpack is being mended."""

from pathlib import Path

import pytest

from conformance.core.verdict import ExitCode
from conformance.record.model import RECORD, Record
from conformance.record.reader import read_record
from tests.conformance.command import run_command

pytestmark = pytest.mark.slow

WRONG = "mock:token.no-rotation"
REFRESHES = ("token-refresh", "token-old-pair", "identity-told")


def ran(out: Path, *words: str) -> Record:
    """A run by Backpack Connect, and its record."""
    ended = run_command("run", *words, "--api", "connect", "--out", str(out))
    assert "Traceback" not in ended.err, ended.err
    return read_record(out / RECORD)


def names(record: Record) -> set[str]:
    """The scenarios that ran."""
    return {scenario.name for section in record.sections for scenario in section.scenarios}


@pytest.mark.parametrize("jobs", ["1", pytest.param("2", marks=pytest.mark.exhaustive)])
def test_only_what_failed_runs_again(tmp_path, jobs):
    """Until nothing fails any more; then all that is selected runs."""
    select = ("--select", " or ".join(REFRESHES), "--jobs", jobs)
    assert names(ran(tmp_path, WRONG, *select)) >= set(REFRESHES)
    again = ran(tmp_path, WRONG, "--failed", "--jobs", jobs)
    assert names(again) == {"token-refresh", "token-old-pair"}
    assert names(ran(tmp_path, "mock", "--failed")) == names(again)
    ended = run_command("run", "mock", "--failed", *select, "--out", str(tmp_path))
    assert "no scenario failed in the last run; all run" in ended.out
    assert names(read_record(tmp_path / RECORD)) >= set(REFRESHES)


def test_it_needs_the_record_of_a_run(tmp_path):
    """It says where it looked."""
    ended = run_command("run", "mock", "--failed", "--out", str(tmp_path))
    assert ended.code == ExitCode.USAGE
    assert f"--failed: expected the record of a run in {tmp_path}, saw none" in ended.err


def test_a_run_stops_after_some_failures(tmp_path):
    """What has failed until then counts; the rest is untested."""
    select = "token-refresh or token-without-grant-type"
    record = ran(tmp_path, WRONG, "--select", select, "--maxfail", "1")
    assert names(record) == {"token-refresh"}
    assert record.verdict().in_words == "does not conform"
