"""``summary.md`` says what counts, and a target cannot write into it."""

import pytest
from markdown_it import MarkdownIt

from conformance.core.catalogue import requirement
from conformance.report.markdown import cell, code, to_markdown
from conformance.report.summary import summarize
from tests.conformance.reading import attributes, text_of
from tests.conformance.records import PREFLIGHT
from tests.conformance.runs import HOSTILE, REASON, RECORDS, TOKEN, failing, hostile, incomplete

READER = MarkdownIt("gfm-like", {"html": True})


def page(markdown: str) -> str:
    """The file as HTML of a third-party renderer."""
    return f"<!DOCTYPE html><title>x</title><body>{READER.render(markdown)}</body>"


@pytest.mark.parametrize("made", RECORDS.values(), ids=RECORDS)
def test_the_verdict_stands_first(made):
    """As a heading, in the sentence of all views."""
    shown = text_of(page(to_markdown(made())))
    assert summarize(made()).sentence.rstrip(".") in shown.partition("Target")[0]


def test_a_failure_says_what_was_expected_and_how_to_mend_it():
    """With its sentence; a warning is separate."""
    shown = text_of(page(to_markdown(failing())))
    wanted = requirement(TOKEN)
    for part in (wanted.statement, wanted.mend, "expected a new pair", "came back 401 {}"):
        assert part.replace("`", "") in shown
    assert shown.index(TOKEN) < shown.index("Warnings") < shown.index("BC-SAFE-02")


def test_what_was_not_judged_says_why():
    """With the reason that was found."""
    assert f"untested: {REASON}" in text_of(page(to_markdown(incomplete())))


def test_trouble_of_the_preflight_is_told_with_advice():
    """Tried, came back, what to do."""
    shown = text_of(page(to_markdown(RECORDS["preflight"]())))
    assert all(sentence in shown for sentence in PREFLIGHT.values())


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "surrogate"])
def test_hostile_text_is_shown_and_does_nothing(name):
    """No element, no attribute and no link that came from the wire."""
    made = page(to_markdown(hostile(HOSTILE[name])))
    own = page(to_markdown(hostile("harmless")))
    assert attributes(made) == attributes(own)
    assert [line.strip()[:3] for line in made.splitlines()] == [
        line.strip()[:3] for line in own.splitlines()
    ]


@pytest.mark.parametrize(
    "text",
    ["a\n\n# b", "```", "` `` ```", "[a](http://b)", "http://b.example", "a|b", "<b>", "", "\\"],
)
def test_a_text_of_the_wire_is_code(text):
    """One line that nothing gets out of, in a list and in a table."""
    shown = READER.render(f"- {code(text)}")
    assert shown.count("<") == len(["<ul>", "<li>", "<code>", "</code>", "</li>", "</ul>"])
    table = READER.render(f"| a | b |\n|---|---|\n| {cell(code(text))} | c |")
    assert table.count("<td>") == 2
    assert "<td>c</td>" in table


def test_a_long_text_is_bounded():
    """A job's summary has little room."""
    assert len(code("x" * 9999)) < 400


def test_a_may_that_failed_is_no_failure():
    """It has its own row in the table, and does not affect the verdict."""
    table = [line for line in to_markdown(failing()).splitlines() if line.startswith("| issue |")]
    assert len(table) == 1
    assert "1 MAY" in table[0]
