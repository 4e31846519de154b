"""The report shows everything in a record, and no content of it is active."""

import json
from collections import Counter
from typing import Any

import pytest
from attrs import evolve

from conformance.core.catalogue import requirement
from conformance.report.html import to_html
from conformance.report.summary import summarize, to_json
from conformance.report.views import VIEWS, remove_views, write_views
from tests.conformance.reading import attributes, text_of, tree
from tests.conformance.records import (
    ALL,
    MUST,
    PREFLIGHT,
    conforming,
    judged,
    line_of,
    passed,
    record,
)
from tests.conformance.runs import (
    REASON,
    RECORDS,
    TOKEN,
    broken_off,
    failing,
    incomplete,
    interrupted,
    stopped,
)

WITHOUT_TARGET = ("badge.svg", "badge.json", "wire.har")
"""Views that do not name the target."""

PARTS = [
    *("picture", "failures", "requirements", "warnings", "unjudged"),
    *("readings", "scenarios", "configuration", "trust"),
]

every = pytest.mark.parametrize("made", RECORDS.values(), ids=RECORDS)


@pytest.mark.slow
@every
def test_the_report_is_right_html(made):
    """A strict parser finds nothing to complain of."""
    assert tree(to_html(made())).tag == "html"


@pytest.mark.slow
@every
def test_links_within_the_report_lead_somewhere(made):
    """Every id is there once, and every link to one finds it."""
    found = attributes(to_html(made()))
    ids = Counter(value for name, value in found if name == "id")
    links = {value[1:] for name, value in found if name == "href" and value.startswith("#")}
    assert [name for name, times in ids.items() if times > 1] == []
    assert links - set(ids) == set()


def test_a_failure_tells_all_that_a_programmer_needs():
    """Sentence, source, expected, came back, exchange, curl, place and how to mend it."""
    text = text_of(to_html(failing()))
    wanted = requirement(TOKEN)
    for part in (
        wanted.cited,
        wanted.mend.replace("`", ""),
        wanted.statement.replace("`", ""),
        "a new pair",
        "401 {}",
        "curl -i -X GET -H 'A: 1' http://backpack.example/api/identity",
        "scenarios/token/one.backpack.yaml:12",
        '"message": "no"',
        "issuer-404",
        "alone.yaml reproduces it without generated values",
    ):
        assert part in text.replace("`", ""), part


def test_failures_come_before_everything_else():
    """The report of a failing target begins with the reasons."""
    text = text_of(to_html(failing()))
    order = ["MUST requirements failed", "Failures", "Requirements", "Warnings", "Scenarios"]
    places = [text.index(heading) for heading in order]
    assert places == sorted(places)


@pytest.mark.slow
@pytest.mark.parametrize("made", [incomplete, stopped, interrupted, broken_off, failing])
def test_a_report_never_says_conforms_of_another_run(made):
    """Only the report of a conforming run contains the word."""
    html = to_html(made())
    assert not text_of(html).startswith("Conforms")
    assert ("class", "verdict conforms") not in attributes(html)
    assert ("class", "verdict conforms") in attributes(to_html(conforming()))


def test_what_was_not_judged_says_why():
    """With the reason that was found."""
    text = text_of(to_html(incomplete()))
    assert f"{ALL[0]} MUST untested: {REASON}" in text
    assert f"{ALL[1]} MUST inconclusive: it broke before this at step 2" in text


def test_trouble_of_the_preflight_is_told_with_advice():
    """Tried, came back, advice; and whose fault it most likely is."""
    text = text_of(to_html(stopped()))
    assert all(sentence in text for sentence in PREFLIGHT.values())
    assert "Nothing was judged" in text


@pytest.mark.parametrize(
    ("made", "code", "verdict"),
    [
        (conforming, 0, "conforms"),
        (failing, 1, "does not conform"),
        (stopped, 3, "could not tell"),
        (interrupted, 3, "could not tell"),
        (broken_off, 3, "could not tell"),
        (incomplete, 4, "incomplete"),
    ],
)
def test_the_summary_has_the_exit_code_of_the_run(made, code, verdict):
    """A program reads the same as a person."""
    summary = json.loads(to_json(made()))
    assert (summary["exit_code"], summary["verdict"]) == (code, verdict)
    assert summary["sentence"] == summarize(made()).sentence
    assert list(summary["requirements"]) == ALL


def test_the_summary_gives_every_outcome_with_its_reason():
    """Level and outcome of each requirement, and why it is open."""
    requirements = json.loads(to_json(incomplete()))["requirements"]
    assert requirements[ALL[0]] == {"level": "MUST", "outcome": "untested", "reason": REASON}
    assert requirements[ALL[2]]["outcome"] == "passed"
    assert "reason" not in requirements[ALL[2]]


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (conforming, f"Conforms: {len(MUST)} of {len(MUST)} MUST requirements passed."),
        (failing, f"Does not conform: 1 of {len(MUST)} MUST requirements failed; 1 warning; "),
        (incomplete, f"Incomplete: {len(MUST) - 2} of {len(MUST)} MUST requirements passed; 1 "),
        (stopped, "Inconclusive: GET /access: no connection."),
        (interrupted, "Inconclusive: the run was interrupted after 1 scenarios; "),
        (broken_off, "Inconclusive: the run ended early; "),
    ],
)
def test_a_run_is_told_in_a_sentence_with_numbers(made, sentence):
    """The verdict first."""
    assert summarize(made()).sentence.startswith(sentence)


def test_all_views_are_written_and_removed(tmp_path):
    """None of an earlier run is taken for the new run's."""
    write_views(conforming(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(VIEWS)
    assert all(path.stat().st_size for path in tmp_path.iterdir())
    (tmp_path / "notes.txt").write_text("mine")
    remove_views(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.slow
def test_a_view_is_a_function_of_the_record():
    """The same record gives the same bytes."""
    same: list[Any] = [[view(failing()) for view in VIEWS.values()] for _ in range(2)]
    assert same[0] == same[1]
    other = evolve(failing(), header={**failing().header, "target": "another"})
    naming = [view for name, view in VIEWS.items() if name not in WITHOUT_TARGET]
    assert all(view(other) != view(failing()) for view in naming)


@pytest.mark.slow
def test_the_report_has_all_its_parts_in_their_order():
    """From the verdict to the reasons to trust it."""
    html = to_html(failing())
    sections = [value for name, value in attributes(html) if name == "id" and value in PARTS]
    assert sections == PARTS


def test_the_configuration_is_told():
    """Enough to run it again."""
    text = text_of(to_html(failing()))
    [section], header = failing().sections, failing().header
    names = (header["command"], header["budget"], section.catalogue, section.found)
    for name in names:
        assert name in text.partition("Configuration")[2], name


def test_the_score_of_another_catalogue_is_not_claimed():
    """A score says something of the requirements that it was measured with."""
    other = judged(failing(), catalogue="0" * 64)
    assert "There is no score of the suite\u2019s own test for the catalogue" in text_of(
        to_html(other)
    )


@pytest.mark.slow
def test_two_thousand_scenarios_can_be_reported():
    """Each is there, and can be linked to."""
    lines = [line_of(passed(TOKEN), name=f"many[{number}]") for number in range(2000)]
    made = record(*lines)
    html = to_html(made)
    assert html.count('<details id="s-many-') == 2000
    assert summarize(made).sentence.startswith("Incomplete: 1 of ")


def test_a_strict_run_says_which_shoulds_are_missing():
    """Every MUST passed, and the verdict is incomplete: the sentence says why."""
    made = record(line_of(*map(passed, MUST)), strict=True)
    sentence = summarize(made).sentence
    assert sentence.startswith("Incomplete: ")
    assert "SHOULD untested (--strict)" in sentence
    assert "--strict" not in summarize(record(line_of(*map(passed, MUST)))).sentence
