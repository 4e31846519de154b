"""A written record reads back unchanged, and nothing else is accepted as a record."""

from pathlib import Path
from typing import Any

import pytest

from conformance.apis.registry import DEFAULT
from conformance.core.exchange import Answer, Exchange, Landing, Request
from conformance.core.schemas import misfit, validator
from conformance.core.verdict import Finding, Outcome, RunVerdict
from conformance.engine.runner import open_runner
from conformance.engine.session import RunOptions
from conformance.pytest_plugin.measured import scenario_line
from conformance.record.reader import read_record, record_of
from conformance.scenario.load import load, shipped
from tests.conformance.records import (
    ALL,
    conforming,
    exchange,
    failed,
    footer,
    header,
    line_of,
    parsed,
    passed,
    record,
    result,
    write,
)

REQUEST = Request(
    "POST", "http://backpack.example/é", (("X-One", "1"), ("x-one", "☃")), b'{"a": 1}'
)


FINDINGS = (
    failed(ALL[0], reading="409"),
    passed(ALL[1], expected="2xx"),
    Finding(ALL[2], Outcome.CANT_TELL, reason="it broke", line=7),
    Finding(ALL[3], Outcome.UNTESTED, reason="no clock"),
    Finding(ALL[4], Outcome.INAPPLICABLE),
)
EXCHANGES = {
    "text": Exchange(1, REQUEST, Answer(201, "Created", (), "né\r\n☃\x00".encode()), 0.5),
    "line ends of all kinds": exchange(1, "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg".encode()),
    "bytes": exchange(1, bytes(range(256))),
    "no body": exchange(1, b""),
    "trouble": Exchange(1, REQUEST, None, 0.5, "no answer within 40 seconds"),
    "landing": Exchange(
        1, REQUEST, Answer(302), 0.5, landing=Landing("http://i/", {"a": ["1", "2"]}, acted=True)
    ),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a record."""
    return tmp_path / "folder" / "record.jsonl"


@pytest.mark.parametrize("name", EXCHANGES)
def test_an_exchange_reads_back_as_it_was(file, name):
    """Requests, answers, errors and landings, with any bytes."""
    line = line_of(*FINDINGS, exchanges=[EXCHANGES[name]])
    write(file, header(), line, footer())
    assert read_record(file).scenarios[0].exchanges == (EXCHANGES[name],)


def test_findings_read_back_as_they_were(file):
    """Every outcome, with expected, came back, reason, step, line and exchange."""
    write(file, header(), line_of(*FINDINGS, exchanges=[exchange()]), footer())
    assert read_record(file).scenarios[0].findings == FINDINGS


def test_a_record_reads_back_equal(file):
    """Header, scenarios with what was drawn, footer."""
    drawn = {"assertion": {"members": {"x-☃": [1, None, "ab"]}}}
    line = line_of(*FINDINGS, drawn=drawn, examples=15, trouble="Traceback\n  …")
    lines = [header(), line, line_of(passed(ALL[0])), footer(2, product="mock 1")]
    write(file, *lines)
    assert read_record(file) == record_of(parsed(file)) == record_of(lines)
    assert read_record(file).scenarios[0].drawn == drawn


@pytest.mark.parametrize("ended", ["finished", "interrupted", "preflight"])
def test_every_line_fits_the_schema(file, ended):
    """``schemas/record.json`` is what other programs read a record by."""
    exchanges = list(EXCHANGES.values())[:-1]
    write(file, header(), line_of(*FINDINGS, exchanges=exchanges), footer(1, ended))
    assert [misfit(validator("record"), line) for line in parsed(file)] == [None] * 3


@pytest.fixture(scope="module")
def ran() -> list[Any]:
    """Lines of a run against the mock: plain, with rows, and with drawn examples."""
    chosen = ("connect-granted", "issue-recipients", "issue-any-hosted", "token-old-pair")
    files = [file for file in shipped(DEFAULT.language) if file.name.partition(".")[0] in chosen]
    with open_runner(DEFAULT, RunOptions(seed=1)) as runner:
        return [
            scenario_line("connect", runner.run(row), 0.5)
            for file in files
            for row in load(file, DEFAULT.language).each()
        ]


@pytest.mark.slow
def test_lines_of_a_real_run_fit_the_schema(file, ran):
    """The lines of a runner match the schema."""
    write(file, header(), *ran, footer(len(ran)))
    assert read_record(file) == record_of([header(), *ran, footer(len(ran))])


def test_a_record_without_a_footer_could_not_tell(file):
    """Even if everything passed before the run was interrupted."""
    write(file, header(), line_of(*map(passed, ALL)))
    found = read_record(file)
    assert (found.ended, found.verdict()) == ("broke off", RunVerdict.COULD_NOT_TELL)


@pytest.mark.parametrize("ended", ["interrupted", "preflight"])
def test_a_run_that_did_not_finish_could_not_tell(ended):
    """Nor is a failure in it a verdict on the whole."""
    for finding in (passed, failed):
        found = record(line_of(*map(finding, ALL)), ended=ended)
        assert found.verdict() is RunVerdict.COULD_NOT_TELL


@pytest.mark.parametrize(
    ("strict_run", "strict_view", "verdict"),
    [
        (False, False, RunVerdict.CONFORMS),
        (True, False, RunVerdict.DOES_NOT_CONFORM),
        (False, True, RunVerdict.DOES_NOT_CONFORM),
    ],
)
def test_a_strict_run_is_judged_strictly(strict_run, strict_view, verdict):
    """Also when the record is read again."""
    line = line_of(*map(passed, ALL), failed("BC-SAFE-02"))
    assert record(line, strict=strict_run).verdict(strict=strict_view) is verdict


def test_a_record_in_which_all_passed_conforms():
    """It is judged by the catalogue in the record."""
    assert conforming().verdict() is RunVerdict.CONFORMS
    assert [requirement.id for requirement in conforming().requirements] == ALL


def test_the_trouble_of_the_suite_is_kept(file):
    """The record contains the traceback of an internal error, for debugging."""
    write(file, header(), line_of(trouble="Traceback: ours"), footer())
    assert read_record(file).scenarios[0].trouble == "Traceback: ours"
    assert result().trouble == ""
