"""A comparison of records shows the differences first."""

import pytest
from attrs import evolve

from conformance.core.verdict import Outcome
from conformance.report.comparison import compare, to_html, to_markdown
from tests.conformance.reading import attributes, text_of, tree
from tests.conformance.records import ALL, conforming, judged
from tests.conformance.runs import HOSTILE, TOKEN, failing, hostile, incomplete

PAIR = compare([conforming(), incomplete()])


def test_what_differs_is_told_apart_from_what_does_not():
    """Each requirement is in one of the two parts, in the order of the catalogue."""
    assert [row.requirement.id for row in PAIR.different] == ALL[:2]
    assert [row.requirement.id for row in PAIR.alike] == ALL[2:]
    assert PAIR.different[0].outcomes == (Outcome.PASSED, Outcome.UNTESTED)
    assert PAIR.sentence == f"2 of {len(ALL)} requirements differ between 2 records."


@pytest.mark.parametrize("shown", [to_html(PAIR), to_markdown(PAIR)], ids=["html", "markdown"])
def test_differences_come_first(shown):
    """Then what is the same."""
    places = [shown.index(heading) for heading in ("requirements differ", "Different", "The same")]
    assert places == sorted(places)
    assert places[1] < shown.index(ALL[0]) < shown.index(ALL[1]) < places[2] < shown.index(ALL[2])


def test_a_requirement_that_one_record_does_not_know_differs():
    """It was not asked there: no outcome is made up."""
    fewer = evolve(conforming(), catalogues={"connect": conforming().requirements[1:]})
    for pair, outcomes in [
        ((fewer, conforming()), (None, Outcome.PASSED)),
        ((conforming(), fewer), (Outcome.PASSED, None)),
    ]:
        [row] = compare(pair).different
        assert (row.requirement.id, row.outcomes) == (ALL[0], outcomes)
        assert "not asked" in text_of(to_html(compare(pair)))
        assert "not asked" in to_markdown(compare(pair))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"catalogue": "0" * 64}, "by different catalogues of requirements"),
        ({"profile": "mozilla-v1"}, "by different profiles"),
        ({"suite": "2.0"}, "by different versions of the suite"),
    ],
)
def test_what_else_differs_is_told(changes, sentence):
    """A difference between the runs is none between the targets."""
    made = compare([conforming(), judged(conforming(), **changes)])
    assert sentence in text_of(to_html(made))
    assert sentence in to_markdown(made)
    assert PAIR.caveats == []


def test_the_records_stand_in_the_order_given():
    """Of one target over time, or of several targets."""
    made = compare([failing(), judged(conforming(), target="http://other.example/"), failing()])
    [row] = [row for row in made.different if row.requirement.id == TOKEN]
    assert row.outcomes == (Outcome.FAILED, Outcome.PASSED, Outcome.FAILED)
    assert "2. http://other.example/" in text_of(to_html(made))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "surrogate"])
def test_hostile_text_does_nothing(name):
    """Nor does hostile text of a record."""
    text = HOSTILE[name]
    made = to_html(compare([conforming(), judged(hostile(text), target=text)]))
    own = to_html(compare([conforming(), judged(hostile("x"), target="x")]))
    assert attributes(made) == attributes(own)
    assert [element.tag for element in tree(made).iter()] == [
        element.tag for element in tree(own).iter()
    ]


def test_a_failure_of_one_comes_before_what_was_only_not_tested():
    """A comparison of targets is about their failures."""
    made = compare([conforming(), incomplete(), failing()])
    failures = [Outcome.FAILED in row.outcomes for row in made.different]
    assert failures == sorted(failures, reverse=True)
    assert {True, False} == set(failures)
