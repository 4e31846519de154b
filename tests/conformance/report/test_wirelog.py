"""What accuses a target is marked in the answer that it gave."""

import pytest

from conformance.core.exchange import Answer
from conformance.core.verdict import Finding, Outcome
from conformance.report.html import command, moment, to_html
from conformance.report.wirelog import accused_text
from tests.conformance.reading import tree
from tests.conformance.records import exchange, failed, line_of, record
from tests.conformance.runs import HOSTILE, TOKEN

HEADERS = (("Cache-Control", "public"), ("Content-Type", "application/json"))
BODY = b'{"expires": 3600, "access_token": "new", "refresh_token": "old"}'


def marked(expected: str, came_back: str = "200 {}", body: bytes = BODY) -> list[str]:
    """The lines of an answer that a finding marks."""
    finding = Finding(TOKEN, Outcome.FAILED, expected, came_back)
    text = accused_text(Answer(200, "OK", HEADERS, body), finding)
    return [str(part.partition("</mark>")[0]) for part in text.split("<mark>")[1:]]


@pytest.mark.parametrize(
    ("expected", "came_back", "lines"),
    [
        ("status 4xx", "200 {}", ["200 OK"]),
        ("a refusal of the refresh token: 4xx", "200 {}", ["200 OK"]),
        ("headers with cache-control (no-store)", "200 {}", ["Cache-Control: public"]),
        ("another access_token", "200 {} (the same refresh_token)", ['"refresh_token": "old"']),
        ("body with expires (a number above 9000)", "200 {}", ['"expires": 3600,']),
        ("an answer that tells nothing of the inside", "200 {}", []),
    ],
)
def test_the_line_that_a_finding_is_about_is_marked(expected, came_back, lines):
    """Status, header or member of the body; nothing where one cannot tell."""
    escaped = [one.replace('"', "&#34;") for one in lines]
    assert [one.strip() for one in marked(expected, came_back)] == escaped


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "surrogate"])
def test_a_marked_line_does_nothing(name):
    """Whatever stands in the line that is marked."""
    body = f'{{"token": "{name}"}}'.encode() + HOSTILE[name].encode()
    one = exchange(1, body, ("Token", HOSTILE[name]))
    html = to_html(record(line_of(failed(TOKEN, expected="a token, 2xx"), exchanges=[one])))
    assert "<mark>401 Unauthorized</mark>" in html
    assert {"script", "img"}.isdisjoint(one.tag for one in tree(html).iter())


def test_the_words_of_a_command_stay_whole():
    """Escaped each; copied out of the page, it is the same command."""
    assert str(command("run --seed <1>")) == (
        '<span class="word">run</span> <span class="word">--seed</span> '
        '<span class="word">&lt;1&gt;</span>'
    )


def test_a_time_is_read_aloud():
    """Other texts stay as they are."""
    assert moment("2024-01-02T03:04:05+00:00") == "2024-01-02 03:04:05 UTC"
    assert moment("someday") == "someday"
