"""A written record is bounded, and contains no secret."""

from pathlib import Path

import pytest

from conformance.core.exchange import Exchange, Request
from conformance.core.redaction.secrets import Secrets
from conformance.record.conversion import LONGEST_BODY
from conformance.record.reader import read_record
from tests.conformance.records import exchange, footer, header, line_of, write


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a record."""
    return tmp_path / "folder" / "record.jsonl"


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
        pytest.param(b"the-token-1", id="text"),
        pytest.param(b"a" * LONGEST_BODY + b"the-token-1", id="behind the cut"),
        pytest.param(
            b"a" * (LONGEST_BODY - 5) + b"the-token-1",
            id="within the cut",
        ),
        pytest.param(b"\xff the-token-1", id="bytes"),
        pytest.param(
            b"\xff\xff the-token-1",
            id="bytes that line up",
        ),
        pytest.param(
            b"\xff" + b"the-token-1".join([b"x" * 5, "é".encode() * LONGEST_BODY]),
            id="long bytes",
        ),
    ],
)
def test_a_secret_is_written_in_no_body(file, body):
    """Neither as text nor as bytes, nor its first characters."""
    secrets = Secrets()
    secrets.add("the-token-1", "token")
    write(file, header(), line_of(exchanges=[exchange(1, body)], secrets=secrets), footer())
    found = read_record(file).scenarios[0].exchanges[0].answer.body
    assert b"the-t" not in found
    assert b"the-t" not in file.read_bytes()


def test_cookies_are_never_written():
    """A cookie is a login; its name and attributes stay visible."""
    answer = exchange(1, b"", ("Set-Cookie", "sid=abc; Path=/; HttpOnly"), ("X", "a=b"))
    request = Request("GET", "http://backpack.example/", (("Cookie", "sid=abc; b=c"),))
    line = line_of(exchanges=[answer, Exchange(2, request, None, 0.5)])
    assert line["exchanges"][0]["answer"]["headers"] == [
        ["Set-Cookie", "sid=«cookie»; Path=/; HttpOnly"],
        ["X", "a=b"],
    ]
    assert line["exchanges"][1]["request"]["headers"] == [["Cookie", "sid=«cookie»; b=«cookie»"]]
