"""The interoperability profile says what a target does where it may choose."""

import pytest

from conformance.core.exchange import Answer
from conformance.report.html import to_html
from conformance.report.interop import MOST_SHOWN, form_of, interop
from tests.conformance.reading import text_of
from tests.conformance.records import exchange, failed, line_of, passed, record
from tests.conformance.runs import TOKEN

JSON = ("Content-Type", "application/json")


@pytest.mark.parametrize(
    ("headers", "body", "form"),
    [
        ((JSON,), b'{"b": 1, "a": 2}', "200, JSON: a, b"),
        ((JSON,), b"{}", "200, JSON: an empty object"),
        ((JSON,), b"[1]", "200, JSON: an array"),
        ((), b"", "200, no body"),
        ((("content-type", "text/HTML; charset=x"),), b"<p>", "200, HTML"),
        ((("Content-Type", "text/javascript"),), b"x", "200, a script"),
        ((), b"Bad Request", "200, text"),
    ],
)
def test_an_answer_is_told_by_its_code_and_form(headers, body, form):
    """In a few words."""
    assert form_of(Answer(200, "OK", headers, body)) == form


def test_many_and_long_members_are_not_shown_in_full():
    """A target may make as many as it likes."""
    body = b"{%s}" % b",".join(b'"%d%s": 1' % (n, b"x" * 999) for n in range(100))
    assert len(form_of(Answer(200, "", (), body))) < 400


def test_right_answers_are_told_each_way_once():
    """Of requirements about an answer as a whole; what failed is no habit to rely on."""
    exchanges = [exchange(n, b'{"%d": 1}' % (n // 2)) for n in range(1, 16)]
    findings = [passed(TOKEN, exchange=n) for n in range(1, 16)]
    made = interop(
        record(line_of(*findings, failed("BC-TOKEN-02"), exchanges=exchanges)).sections[0]
    )
    [habit] = made.habits
    assert habit.requirement.id == TOKEN
    assert habit.answers == ("401, JSON: 0", "401, JSON: 1", "401, JSON: 2", "401, JSON: 3")
    assert (len(habit.answers), habit.more) == (MOST_SHOWN, 4)


def test_a_choice_is_told_in_the_report():
    """With both readings where the target takes now one, now the other."""
    readings = [passed("BC-ISSUE-11", reading=reading) for reading in ("200", "409", "409")]
    made = record(line_of(*readings))
    assert interop(made.sections[0]).readings == (("A badge that already exists", "200 or 409"),)
    assert "200 or 409" in text_of(to_html(made))
