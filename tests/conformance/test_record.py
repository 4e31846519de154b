"""What a run wrote can be read again as it was, and nothing else is taken for a record."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.record import read_record, record_of
from conformance.recorder import LONGEST_BODY
from conformance.redaction import Secrets
from conformance.runner.runner import open_runner
from conformance.scenarios import load, shipped
from conformance.schemas import misfit, validator
from conformance.session import RunOptions
from conformance.values.errors import AuthoringError
from conformance.values.exchange import Answer, Exchange, Landing, Request
from conformance.values.verdict import Finding, Outcome, RunVerdict
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
    "header in Latin-1": exchange(
        1, b"", ("Server", b"caf\xe9".decode("utf-8", "surrogateescape"))
    ),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a record is written."""
    return tmp_path / "folder" / "record.jsonl"


@pytest.mark.parametrize("name", EXCHANGES)
def test_an_exchange_reads_back_as_it_was(file, name):
    """Requests, answers, troubles and landings, whatever their bytes."""
    line = line_of(*FINDINGS, exchanges=[EXCHANGES[name]])
    write(file, header(), line, footer())
    assert read_record(file).scenarios[0].exchanges == (EXCHANGES[name],)


def test_findings_read_back_as_they_were(file):
    """Every outcome, with expected, came back, reason, step, line and exchange."""
    write(file, header(), line_of(*FINDINGS, exchanges=[exchange()]), footer())
    assert read_record(file).scenarios[0].findings == FINDINGS


def test_a_record_reads_back_equal(file):
    """Header, scenarios with what was drawn, footer."""
    drawn = {"assertion": {"members": {"x-☃": [1, None, "a\u2028b"]}}}
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
    files = [one for one in shipped() if one.name.partition(".")[0] in chosen]
    from conformance.recorder import scenario_line  # noqa: PLC0415

    with open_runner(RunOptions(seed=1)) as runner:
        return [scenario_line(runner.run(one), 0.5) for file in files for one in load(file).each()]


def test_lines_of_a_real_run_fit_the_schema(file, ran):
    """What a runner yields is what the schema says."""
    write(file, header(), *ran, footer(len(ran)))
    assert read_record(file) == record_of([header(), *ran, footer(len(ran))])


def test_a_long_body_is_cut_and_says_so():
    """A record keeps the beginning, and how much is missing."""
    body = line_of(exchanges=[exchange(1, b"x" * (LONGEST_BODY + 5))])["exchanges"][0]["answer"]
    assert body["body"] == {"text": "x" * LONGEST_BODY, "cut": 5}


def test_a_text_that_is_cut_within_a_character_stays_a_text():
    """Only the last character is lost."""
    kept = line_of(exchanges=[exchange(1, b"x" + "é".encode() * LONGEST_BODY)])
    assert kept["exchanges"][0]["answer"]["body"]["text"].startswith("xéé")


@pytest.mark.parametrize(
    "body",
    [
        b"the-token-1",
        b"a" * LONGEST_BODY + b"the-token-1",
        b"a" * (LONGEST_BODY - 5) + b"the-token-1",
        b"\xff the-token-1",
        b"\xff\xff the-token-1",
        b"the-token-1" + b"x" + "é".encode() * LONGEST_BODY,
    ],
    ids=["text", "behind the cut", "within the cut", "bytes", "bytes again", "cut character"],
)
def test_a_secret_is_written_in_no_body(file, body):
    """Neither as text, nor for whoever decodes the bytes, nor its beginning."""
    secrets = Secrets()
    secrets.add("the-token-1", "token")
    write(file, header(), line_of(exchanges=[exchange(1, body)], secrets=secrets), footer())
    found = read_record(file).scenarios[0].exchanges[0].answer.body
    assert b"the-t" not in found
    assert b"the-t" not in file.read_bytes()


def test_cookies_are_never_written():
    """Who has one is logged in; name and attributes stay to be seen."""
    answer = exchange(1, b"", ("Set-Cookie", "sid=abc; Path=/; HttpOnly"), ("X", "a=b"))
    request = Request("GET", "http://backpack.example/", (("Cookie", "sid=abc; b=c"),))
    line = line_of(exchanges=[answer, Exchange(2, request, None, 0.5)])
    assert line["exchanges"][0]["answer"]["headers"] == [
        ["Set-Cookie", "sid=«cookie»; Path=/; HttpOnly"],
        ["X", "a=b"],
    ]
    assert line["exchanges"][1]["request"]["headers"] == [["Cookie", "sid=«cookie»; b=«cookie»"]]


def spoil(number: int, change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    """Change one line, counted from 1."""
    return lambda lines: [
        change(line) if at == number else line for at, line in enumerate(lines, start=1)
    ]


def other(name: str, to: Any) -> Callable[[str], str]:
    """The line with another value of a member."""
    return lambda line: json.dumps({**json.loads(line), name: to})


def of_body(**body: Any) -> Callable[[str], str]:
    """The line with another body in its first answer."""

    def change(line: str) -> str:
        told = json.loads(line)
        told["exchanges"][0]["answer"]["body"] = body
        return json.dumps(told)

    return change


WRITTEN = [header(), line_of(failed(ALL[0]), exchanges=[exchange()]), line_of(), footer(2)]


def refused(file: Path, change: Callable[[list[str]], list[str]]) -> str:
    """What is said of a record after a change, behind its name."""
    lines = change([json.dumps(one) for one in WRITTEN])
    file.parent.mkdir()
    file.write_text("\n".join(lines))
    with pytest.raises(AuthoringError) as caught:
        read_record(file)
    return str(caught.value).removeprefix(str(file))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(lambda _: [], ":1: expected the header of a record", id="empty"),
        pytest.param(lambda lines: lines[1:], ":1: expected the header", id="no header"),
        pytest.param(lambda lines: ["", *lines], ":1: expected JSON", id="blank line first"),
        pytest.param(spoil(4, lambda line: line[:-9]), ":4: expected JSON", id="cut in a line"),
        pytest.param(spoil(2, lambda line: line[:-9]), ":2: expected JSON", id="cut before"),
        pytest.param(lambda lines: [lines[0], *lines], ":2: expected a scenario, saw", id="twice"),
        pytest.param(
            lambda lines: [*lines, lines[1]], ":4: expected a scenario, saw another", id="after"
        ),
        pytest.param(
            spoil(2, lambda _: "[]"), ":2: expected a line of a record, saw []", id="array"
        ),
        pytest.param(spoil(2, lambda _: "{}"), ":2: kind: expected", id="object"),
        pytest.param(spoil(2, other("kind", "page")), ":2: kind: expected one of", id="kind"),
        pytest.param(spoil(2, other("verdict", 1)), ":2: verdict: expected one of", id="more"),
        pytest.param(
            spoil(2, other("findings", [{"requirement": "a", "outcome": "good"}])),
            ":2: findings.0.outcome: expected one of 'passed'",
            id="outcome",
        ),
        pytest.param(spoil(1, other("format", 2)), ":1: format: expected 1, saw 2", id="format"),
        pytest.param(spoil(1, other("started", "now")), ":1: started: expected", id="time"),
        pytest.param(spoil(4, other("ended", "well")), ":4: ended: expected one of", id="ended"),
        pytest.param(spoil(4, other("scenarios", 3)), ":4", id="a scenario was taken out"),
        pytest.param(spoil(3, lambda _: "[" * 9999), ":3: expected JSON", id="deep"),
        pytest.param(
            spoil(
                2,
                of_body(cut=1),
            ),
            ":2: ",
            id="neither text nor bytes",
        ),
        pytest.param(
            spoil(
                2,
                of_body(base64="a"),
            ),
            ":2: ",
            id="no base64",
        ),
        pytest.param(
            spoil(1, other("requirements", [{**header()["requirements"][0], "level": "WOULD"}])),
            ":1: requirements.0.level",
            id="level",
        ),
        pytest.param(
            spoil(1, other("requirements", [{"id": "BC", "level": "MUST", "statement": "It is."}])),
            ":1: requirements.0",
            id="half a requirement",
        ),
    ],
)
def test_a_spoiled_record_is_refused_with_the_number_of_the_line(file, change, told):
    """Truncated, altered or empty: it is no record, and says where."""
    assert refused(file, change).startswith(told)


@pytest.mark.parametrize(
    ("content", "told"), [(None, "cannot be read"), (b"\xff\xfe{}", "expected UTF-8")]
)
def test_what_is_no_text_is_no_record(tmp_path, content, told):
    """A missing or binary file is told by its name."""
    file = tmp_path / "record.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(AuthoringError, match=told):
        read_record(file)


def test_a_record_without_a_footer_could_not_tell(file):
    """Whatever passed before the run broke off."""
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
    """And judges by the catalogue that stands in it."""
    assert conforming().verdict() is RunVerdict.CONFORMS
    assert [one.id for one in conforming().requirements] == ALL


def test_the_trouble_of_the_suite_is_kept(file):
    """A traceback of ours is in the record, for whoever mends us."""
    write(file, header(), line_of(trouble="Traceback: ours"), footer())
    assert read_record(file).scenarios[0].trouble == "Traceback: ours"
    assert result().trouble == ""
