"""A baseline: failures that are known do not fail a run, and never make a verdict better."""

import json
from pathlib import Path

import pytest
from attrs import asdict

from conformance.core.errors import AuthoringError
from conformance.core.verdict import ExitCode, RunVerdict
from conformance.record.model import Record
from conformance.record.reader import record_of
from conformance.report.baseline import KnownFailure, read_baseline, write_baseline
from conformance.report.html import to_html
from conformance.report.junit import to_junit
from conformance.report.standing import Standing, first_baseline, settled
from conformance.report.summary import summarize
from tests.conformance.command import run_command
from tests.conformance.records import ALL, conforming, failed, footer, header, line_of, passed

pytestmark = pytest.mark.slow

TOKEN, OTHER = "BC-TOKEN-01", "BC-ISSUE-01"
YESTERDAY, TOMORROW = "2013-01-01", "2999-12-31"


def judged(entries: list[KnownFailure], *broken: str, name: str = "one") -> Record:
    """A run in which just these requirements failed, with a baseline."""
    findings = [failed(name) if name in broken else passed(name) for name in ALL]
    known = [{name: value for name, value in asdict(entry).items() if value} for entry in entries]
    return record_of([header(baseline=known), line_of(*findings, name=name), footer()])


def test_a_known_failure_fails_no_run_and_does_not_conform():
    """The exit code is 0; the verdict, the sentence and the badge stay honest."""
    summary = summarize(judged([KnownFailure(TOKEN, "soon")], TOKEN))
    assert summary.exit_code is ExitCode.CONFORMS
    assert summary.verdict is RunVerdict.DOES_NOT_CONFORM
    assert "1 of 67 MUST requirements failed, all in the baseline" in summary.sentence


def test_a_failure_that_is_not_known_fails_the_run():
    """The baseline contains one of two failures."""
    summary = summarize(judged([KnownFailure(TOKEN, "soon")], TOKEN, OTHER))
    assert summary.exit_code is ExitCode.DOES_NOT_CONFORM
    assert "2 of 67 MUST requirements failed, 1 in the baseline" in summary.sentence


def test_an_entry_that_passes_is_stale_and_fails_the_run():
    """Though everything passes, and the verdict says so."""
    summary = summarize(judged([KnownFailure(TOKEN, "soon")]))
    assert summary.verdict is RunVerdict.CONFORMS
    assert summary.exit_code is ExitCode.DOES_NOT_CONFORM
    assert "1 entry of the baseline passes, remove it" in summary.sentence


def test_an_expired_entry_counts_no_more():
    """The failure fails the run again, and the entry is reported as expired."""
    late, alive = (
        KnownFailure(TOKEN, "soon", expires=YESTERDAY),
        KnownFailure(TOKEN, "soon", expires=TOMORROW),
    )
    assert summarize(judged([late], TOKEN)).exit_code is ExitCode.DOES_NOT_CONFORM
    assert summarize(judged([alive], TOKEN)).exit_code is ExitCode.CONFORMS
    assert [entry.standing for entry in settled(judged([late], TOKEN)).entries] == [
        Standing.EXPIRED
    ]


@pytest.mark.parametrize(
    ("scenario", "code"),
    [("one", ExitCode.CONFORMS), ("one[row]", ExitCode.CONFORMS), ("two", 1), ("one[other]", 1)],
)
def test_an_entry_may_be_about_one_scenario(scenario: str, code: int):
    """Or about one row of it; the same failure elsewhere is not known."""
    entry = KnownFailure(TOKEN, "soon", scenario=scenario)
    assert summarize(judged([entry], TOKEN, name="one[row]")).exit_code == code


def test_an_entry_that_nothing_looked_at_is_not_stale():
    """A part of the scenarios says nothing of the rest."""
    found = settled(judged([KnownFailure(TOKEN, "soon", scenario="two")]))
    assert [entry.standing for entry in found.entries] == [Standing.UNSEEN]
    assert not found.is_stale


def test_reports_tell_what_has_become_of_each_entry():
    """In HTML as a table; in JUnit a known failure is skipped, and a stale entry fails."""
    entries = [KnownFailure(TOKEN, "a slow vendor", ticket="T-7"), KnownFailure(OTHER, "mended")]
    page, junit = to_html(judged(entries, TOKEN)), to_junit(judged(entries, TOKEN)).decode()
    assert "Known failures" in page
    assert "T-7" in page
    assert "passes: remove the entry" in page
    assert 'skipped message="known: a slow vendor (T-7)"' in junit
    assert 'failure message="passes: remove the entry"' in junit


def test_a_report_without_a_baseline_has_no_such_part():
    """Without a baseline the report does not mention it."""
    assert "Known failures" not in to_html(conforming())


def test_a_first_baseline_covers_what_fails(tmp_path: Path):
    """It is written with a reason to mend, reads back, and lets the same run end well."""
    entries = first_baseline(judged([], TOKEN))
    write_baseline(tmp_path / "baseline.toml", entries)
    assert read_baseline(tmp_path / "baseline.toml") == entries
    assert summarize(judged(entries, TOKEN)).exit_code is ExitCode.CONFORMS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[[known]]\nreason = "x"\nrequirement = "BC-TOKN-04"',
            ":3:1: no requirement is called 'BC-TOKN-04': did you mean BC-TOKEN-04",
        ),
        ('[[known]]\nrequirement = "BC-TOKEN-04"', "expected a text that says why"),
        (
            '[[known]]\nrequirement = "BC-TOKEN-04"\nreason = "x"\ntiket = "1"',
            "did you mean ticket?",
        ),
        (
            '[[known]]\nrequirement = "BC-TOKEN-04"\nreason = "x"\nexpires = "soon"',
            "expected a date such as 2027-01-31, saw 'soon'",
        ),
        ("[[known]", "expected TOML"),
    ],
)
def test_a_wrong_baseline_says_where(text: str, message: str, tmp_path: Path):
    """File, line, what was expected, and what was probably meant."""
    file = tmp_path / "baseline.toml"
    file.write_text(text)
    with pytest.raises(AuthoringError) as caught:
        read_baseline(file)
    assert message in str(caught.value)


def test_a_date_may_be_written_as_toml_has_them(tmp_path: Path):
    """Without quotes."""
    file = tmp_path / "baseline.toml"
    file.write_text('[[known]]\nrequirement = "BC-TOKEN-04"\nreason = "x"\nexpires = 2027-01-31\n')
    assert read_baseline(file)[0].expires == "2027-01-31"


def test_the_command_writes_and_keeps_a_baseline(tmp_path: Path):
    """Failures of a first run are known to the next; fixed ones make entries stale."""
    file, out = tmp_path / "baseline.toml", str(tmp_path / "out")
    few = ("--select", "token-refresh", "--out", out, "--allow-incomplete")
    first = run_command("run", "mock:token.no-rotation", *few, "--write-baseline", str(file))
    assert (first.code, "BC-TOKEN-04" in file.read_text()) == (1, True)
    known = run_command("run", "mock:token.no-rotation", *few, "--baseline", str(file))
    assert "all in the baseline" in known.out
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["exit_code"] == 4
    assert known.code == 0
    mended = run_command("run", "mock", *few, "--baseline", str(file))
    assert mended.code == 1
    assert "remove it" in mended.out


def test_a_first_baseline_overwrites_none(tmp_path: Path):
    """An existing file stays."""
    file = tmp_path / "baseline.toml"
    file.write_text("# mine\n")
    ended = run_command("run", "mock", "--write-baseline", str(file))
    assert ended.code == 2
    assert "the file already exists" in ended.err
    assert file.read_text() == "# mine\n"


def test_a_wrong_baseline_stops_the_command(tmp_path: Path):
    """Before anything runs."""
    file = tmp_path / "baseline.toml"
    file.write_text('[[known]]\nrequirement = "BC-NOTHING"\nreason = "x"\n')
    for words in (("run", "mock", "--baseline"), ("check",)):
        ended = run_command(*words, str(file))
        assert ended.code == 2
        assert "no requirement is called 'BC-NOTHING'" in ended.err
