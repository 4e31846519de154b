"""A truncated or altered record is refused, and the message says where."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.core.errors import AuthoringError
from conformance.record.reader import read_record
from tests.conformance.records import ALL, exchange, failed, footer, header, line_of, stated

REQUIREMENT = stated()["requirements"][0]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a record."""
    return tmp_path / "folder" / "record.jsonl"


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
        scenario = json.loads(line)
        scenario["exchanges"][0]["answer"]["body"] = body
        return json.dumps(scenario)

    return change


WRITTEN = [header(), line_of(failed(ALL[0]), exchanges=[exchange()]), line_of(), footer(2)]


def refused(file: Path, change: Callable[[list[str]], list[str]]) -> str:
    """The message for a changed record, without its file name."""
    lines = change([json.dumps(entry) for entry in WRITTEN])
    file.parent.mkdir()
    file.write_text("\n".join(lines))
    with pytest.raises(AuthoringError) as caught:
        read_record(file)
    return str(caught.value).removeprefix(str(file))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda _: [], ":1: expected", id="empty"),
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
        pytest.param(
            spoil(4, other("scenarios", 3)),
            ":4",
            id="a scenario was taken out",
        ),
        pytest.param(
            spoil(1, other("apis", [stated(name="soap")])),
            ":1: expected an API: connect or ob2.1 or ob3, saw 'soap'",
            id="an unknown API",
        ),
        pytest.param(
            spoil(1, other("apis", [stated(profile="loud")])),
            ":1: expected the profile documented or mozilla-v1 of connect, saw 'loud'",
            id="an unknown profile",
        ),
        pytest.param(
            spoil(1, other("apis", [stated(), stated()])),
            ":1: expected each API once, saw 'connect' again",
            id="an API twice",
        ),
        pytest.param(spoil(1, other("apis", [])), ":1: apis: expected", id="no API"),
        pytest.param(
            spoil(2, other("api", "ob2.1")),
            ":2: expected a scenario of connect, saw one of 'ob2.1'",
            id="a scenario of another API",
        ),
        pytest.param(
            spoil(3, lambda _: "[" * 9999),
            ":3: expected JSON",
            id="deep",
        ),
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
            spoil(1, other("apis", [stated(requirements=[{**REQUIREMENT, "level": "WOULD"}])])),
            ":1: apis.0.requirements.0.level",
            id="level",
        ),
        pytest.param(
            spoil(1, other("apis", [stated(requirements=[{"id": "BC", "level": "MUST"}])])),
            ":1: apis.0.requirements.0",
            id="half a requirement",
        ),
    ],
)
def test_a_spoiled_record_is_refused_with_the_number_of_the_line(file, change, message):
    """Truncated, altered or empty: it is no record, and says where."""
    assert refused(file, change).startswith(message)


@pytest.mark.parametrize(
    ("content", "message"), [(None, "cannot be read"), (b"\xff\xfe{}", "expected UTF-8")]
)
def test_what_is_no_text_is_no_record(tmp_path, content, message):
    """For a missing or binary file the message has its name."""
    file = tmp_path / "record.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(AuthoringError, match=message):
        read_record(file)
