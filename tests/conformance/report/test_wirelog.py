"""The report marks the part of an answer that shows the failure."""

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


def marked(*places: str) -> list[str]:
    """The lines of an answer that a finding marks."""
    finding = Finding(TOKEN, Outcome.FAILED, places=places)
    text = accused_text(Answer(200, "OK", HEADERS, BODY), finding)
    return [str(part.partition("</mark>")[0]) for part in text.split("<mark>")[1:]]


@pytest.mark.parametrize(
    ("places", "lines"),
    [
        (["status"], ["200 OK"]),
        (["headers.cache-control"], ["Cache-Control: public"]),
        (["body.refresh_token"], ['"refresh_token": "old"']),
        (["body.expires"], ['"expires": 3600,']),
        (["status", "body.expires"], ["200 OK", '"expires": 3600,']),
        (["body.badge.expires"], ['"expires": 3600,']),
        (["headers.expires", "body.cache-control"], []),
        (["body", "headers", "callback.error"], []),
        ([], []),
    ],
)
def test_the_line_that_a_finding_is_about_is_marked(places, lines):
    """Status, header or member of the body; nothing for a place that has no line."""
    escaped = [line.replace('"', "&#34;") for line in lines]
    assert [line.strip() for line in marked(*places)] == escaped


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "surrogate"])
def test_a_marked_line_does_nothing(name):
    """For any content of the marked line."""
    body = f'{{"token": "{name}"}}'.encode() + HOSTILE[name].encode()
    seen = exchange(1, body, ("Token", HOSTILE[name]))
    html = to_html(record(line_of(failed(TOKEN, places=("status",)), exchanges=[seen])))
    assert "<mark>401 Unauthorized</mark>" in html
    assert {"script", "img"}.isdisjoint(element.tag for element in tree(html).iter())


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
