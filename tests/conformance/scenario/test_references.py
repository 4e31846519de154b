"""``$name.member`` is the only templating that there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.scenario.references import (
    Unresolved,
    filled,
    literal,
    look_up,
    references,
    resolve,
)

VARIABLES = {
    "grant": {"access_token": "a/b", "scope": ["issue"], "none": None, "deep": {"er": 7}},
    "number": 7,
}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("$grant.access_token", "a/b"),
        ("$grant.scope", ["issue"]),
        ("$grant.none", None),
        ("$grant.deep", {"er": 7}),
        ("$grant.deep.er", 7),
        ("$number", 7),
    ],
)
def test_a_whole_value_keeps_its_type(value, found):
    """A list stays a list, null stays null."""
    assert resolve(value, VARIABLES) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Bearer ${grant.access_token}", "Bearer a/b"),
        ("${number}${number}", "77"),
        ("${grant.deep.er}-${grant.access_token}", "7-a/b"),
    ],
)
def test_a_reference_inside_a_text_becomes_text(value, found):
    """Each of several is put in its place."""
    assert resolve(value, VARIABLES) == found


@pytest.mark.parametrize(
    "text",
    ["", "grant", "a $grant.access_token b", "$", "$7", "$$", "${grant", "$grant.", "$ grant"],
)
def test_other_texts_stay_as_they_are(text):
    """A dollar sign alone means nothing."""
    assert resolve(text, VARIABLES) == text
    assert list(references(text)) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("$$grant", "$grant"),
        ("$$$grant.access_token", "$$grant.access_token"),
        ("a $${number} b", "a ${number} b"),
        ("$$${number}${number}", "$${number}7"),
    ],
)
def test_a_dollar_sign_more_makes_a_text_of_a_reference(written, meant):
    """Texts that look like references can be written."""
    assert resolve(written, VARIABLES) == meant


@given(value=st.text(alphabet="$a{}.", max_size=12))
def test_a_literal_means_itself(value):
    """Any literal is read back unchanged, and contains no reference."""
    assert resolve(literal(value), {}) == value
    assert list(references(literal(value))) == []


def test_only_some_references_are_filled_in():
    """The others are left for the time when the scenario runs; what is put in stays a text."""
    value = {"a": "$drawn.x", "b": "$grant", "c": ["${drawn.y} ${grant.z}"]}
    drawn = {"drawn": {"x": {"n": 1}, "y": "$no"}}
    assert filled(value, drawn) == {"a": {"n": 1}, "b": "$grant", "c": ["$$no ${grant.z}"]}


@pytest.mark.parametrize("value", [7, 0.5, True, None])
def test_other_values_stay_as_they_are(value):
    """A value that is no text contains no reference."""
    assert resolve(value, VARIABLES) is value


def test_references_are_found_however_deep():
    """Mappings and lists are walked; keys are left alone."""
    value = {"$number": [{"a": "$number"}, ["x${grant.deep.er}y${number}"]]}
    assert resolve(value, VARIABLES) == {"$number": [{"a": 7}, ["x7y7"]]}
    assert list(references(value)) == ["number", "grant.deep.er", "number"]


def test_what_was_put_in_is_not_looked_at_again():
    """An answer of the target that looks like a reference is a text."""
    assert resolve("$mine", {"mine": "$other", "other": 1}) == "$other"
    assert resolve("<${mine}>", {"mine": "${other}", "other": 1}) == "<${other}>"


@pytest.mark.parametrize(
    "reference", ["nobody", "grant.refresh_token", "number.of", "grant.scope.0", "grant.none.x"]
)
def test_a_member_that_is_not_there_is_told_by_its_name(reference):
    """The scenario cannot go on, and says what it lacks."""
    with pytest.raises(Unresolved, match=rf"^\${reference} has no value$"):
        look_up(reference, VARIABLES)


def test_a_text_with_a_missing_member_is_not_half_filled():
    """Nothing is sent with a hole in it."""
    with pytest.raises(Unresolved):
        resolve({"a": "${number} ${grant.nothing}"}, VARIABLES)
