"""Our JSON Schemas are valid, and mismatches are reported in plain words."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conformance.core.errors import AuthoringError
from conformance.core.resources import folder
from conformance.core.schemas import (
    FORMATS,
    SHOWN_LENGTH,
    Misfit,
    all_schemas,
    brief,
    compiled,
    every_misfit,
    load,
    misfit,
    misfits,
    reading,
    validator,
)

SHIPPED = {
    str(file.relative_to(folder("schemas")).with_suffix("")): file.read_text()
    for file in sorted(folder("schemas").rglob("*.json"))
}
"""The text of each schema by its name."""

ROOT = "backpack-conformance:"


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """All objects of a JSON value."""
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        yield from parts(part)


def trouble(schema: dict[str, Any], value: object) -> Misfit:
    """The mismatch of a value."""
    found = misfit(compiled(schema), value)
    assert found is not None
    return found


@pytest.mark.slow
def test_a_shipped_schema_is_one_of_2020_12():
    """It says which draft it is, and is right by that draft."""
    for name, text in SHIPPED.items():
        schema = json.loads(text)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema", name
        Draft202012Validator.check_schema(schema)


def test_a_shipped_schema_uses_only_formats_that_are_checked():
    """An unchecked format would accept everything."""
    for name, text in SHIPPED.items():
        formats = [part.get("format") for part in parts(json.loads(text))]
        assert {used for used in formats if isinstance(used, str)} <= set(FORMATS.checkers), name


@pytest.mark.slow
def test_references_of_a_shipped_schema_lead_to_a_schema():
    """Every ``$ref`` can be followed."""
    for name, text in SHIPPED.items():
        for part in parts(json.loads(text)):
            if isinstance(wanted := part.get("$ref"), str):
                whole = f"{ROOT}{name}.json{wanted}" if wanted.startswith("#") else wanted
                compiled({"$ref": whole}).errors({})


def test_a_shipped_schema_has_no_key_twice():
    """JSON readers keep the last of two, so that the first would say nothing."""
    twice: list[str] = []

    def read(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice.extend(name for name, times in Counter(key for key, _ in pairs).items() if times > 1)
        return dict(pairs)

    for name, text in SHIPPED.items():
        json.loads(text, object_pairs_hook=read)
        assert twice == [], name


def test_a_named_answer_says_what_it_is():
    """The report quotes the title of the answer, and of each alternative."""
    answers = [name for name in all_schemas() if name.startswith("answers/")]
    assert len(answers) > 100
    for name in answers:
        schema = load(name)
        assert all("title" in part for part in [schema, *schema.get("anyOf", ())]), name


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        pytest.param(
            {"required": ["a"]}, {}, "a: expected a member a, saw no such member", id="required"
        ),
        pytest.param(
            {"required": ["a"], "properties": {"a": {"title": "a token"}}},
            {},
            "a: expected a token, saw no such member",
            id="required and described",
        ),
        pytest.param(
            {"additionalProperties": False, "properties": {"title": {}, "story": {}}},
            {"titel": 1},
            "titel: expected one of title, story, saw 'titel'",
            id="unknown member",
        ),
        pytest.param({"const": 5}, 6, "expected 5, saw 6", id="const"),
        pytest.param(
            {"properties": {"a": {"enum": ["x", "y"]}}},
            {"a": "z"},
            "a: expected one of 'x', 'y', saw 'z'",
            id="enum",
        ),
        pytest.param({"pattern": "^x"}, "z", "expected a text like ^x, saw 'z'", id="pattern"),
        pytest.param({"type": "string"}, 3, "expected string, saw 3", id="type"),
        pytest.param({"type": ["string", "null"]}, 3, "expected string or null, saw 3", id="types"),
        pytest.param({"minLength": 1}, "", "expected a non-empty string, saw ''", id="empty"),
        pytest.param({"minimum": 3}, 1, "expected at least 3, saw 1", id="minimum"),
        pytest.param({"exclusiveMinimum": 3}, 3, "expected more than 3, saw 3", id="more than"),
        pytest.param({"format": "uri"}, "no uri", "expected a uri, saw 'no uri'", id="format"),
        pytest.param(
            {"not": {"title": "a token", "required": ["a"]}},
            {"a": 1},
            'expected not a token, saw {"a": 1}',
            id="not",
        ),
        pytest.param(
            {"properties": {"a": {"items": {"title": "a salt", "minLength": 9}}}},
            {"a": ["123456789", "12"]},
            "a.1: expected a salt, saw '12'",
            id="title of an item",
        ),
        pytest.param(
            {"title": "one or two", "anyOf": [{"const": 1}, {"const": 2}]},
            3,
            "expected one or two, saw 3",
            id="anyOf of values",
        ),
        pytest.param(
            {
                "anyOf": [
                    {"required": ["a", "b"], "properties": {"a": {"const": 1}}},
                    {"required": ["c"]},
                ]
            },
            {"a": 2, "b": 1},
            "a: expected 1, saw 2",
            id="the anyOf branch that comes nearest",
        ),
        pytest.param(
            {
                "properties": {"status": {"const": 400}},
                "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
            },
            {"status": 422},
            "status: expected 400, saw 422",
            id="what is wrong beside alternatives",
        ),
    ],
)
def test_a_misfit_is_told_in_words(schema, value, message):
    """Where, what was expected, what was seen."""
    assert str(trouble(schema, value)) == message


def test_an_unknown_member_is_told_with_those_that_are_known():
    """The known keys are shown for a mistyped one."""
    schema = {
        "additionalProperties": False,
        "properties": {"save": {}, "must": {}},
        "patternProperties": {"^x-": {}},
    }
    wrong = trouble(schema, {"x-own": 1, "save": 2, "mast": 3})
    assert (wrong.unknown_key, wrong.known_keys) == ("mast", ("save", "must"))


def test_every_misfit_is_found():
    """A file with two mistakes gets two messages."""
    schema = {"properties": {"a": {"const": 1}, "b": {"const": 2}}}
    assert [misfit.where for misfit in misfits(compiled(schema), {"a": 0, "b": 0})] == ["a", "b"]


def test_every_missing_member_is_told_by_its_name():
    """And not the first of them twice."""
    found = misfits(compiled({"required": ["a", "ab", "b"]}), {"ab": 1})
    assert [misfit.where for misfit in found] == ["a", "b"]


def test_what_fits_has_no_misfit():
    """A valid value has no mismatch."""
    assert misfit(compiled({"const": 1}), 1) is None


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        pytest.param({"minLength": 3}, "ab", id="minLength"),
        pytest.param({"maximum": 3}, 1234, id="maximum"),
        pytest.param({"maxItems": 1}, list(range(9999)), id="maxItems"),
        pytest.param({"uniqueItems": True}, ["ab", "ab"], id="uniqueItems"),
        pytest.param({"contains": {"const": 1}}, ["ab"], id="contains"),
        pytest.param({"anyOf": [{"type": "null"}, {"type": "array"}]}, 1234, id="anyOf"),
        pytest.param({"oneOf": [{"minimum": 1}, {"minimum": 2}]}, 1234, id="oneOf"),
    ],
)
def test_what_is_expected_is_never_told_by_what_was_seen(schema, value):
    """``expected 1234 is greater than the maximum of 3`` is no sentence, and has no bounds."""
    assert str(value)[:4] not in trouble(schema, value).expected


def test_a_member_that_must_not_be_there_is_told():
    """``false`` is a schema too, which nothing matches."""
    wrong = trouble({"properties": {"email": False}}, {"email": "ada"})
    assert (wrong.expected, wrong.saw) == ("no such member", "'ada'")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "null"),
        (True, "true"),
        ({"hashed": [False]}, '{"hashed": [false]}'),
        ("no uri", "'no uri'"),
        (1.5, "1.5"),
        ([date(2014, 6, 26)], "[datetime.date(2014, 6, 26)]"),
    ],
)
def test_a_value_in_a_message_is_in_the_words_of_json(value, shown):
    """Not of Python, except for what only TOML has."""
    assert brief(value) == shown


def test_a_value_in_a_message_is_bounded():
    """A body of megabytes does not fill the report."""
    assert len(brief("x" * 100_000)) == SHOWN_LENGTH + 1
    assert len(str(trouble({"const": 1}, "x" * 100_000))) < SHOWN_LENGTH + 50


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("https://example.org/a?b#c", True),
        ("urn:isbn:1", True),
        ("/path", False),
        ("example.org", False),
        ("http://a b/", False),
        (7, True),
    ],
)
def test_a_uri_is_absolute(value, right):
    """RFC 3986; what is no text is judged by ``type`` and not by ``format``."""
    assert compiled({"format": "uri"}).is_valid(value) is right


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("2014-06-26T14:22:57Z", True),
        ("2014-06-26t14:22:57.5+02:00", True),
        ("2014-06-26", False),
        ("2014-13-26T14:22:57Z", False),
        ("the other day", False),
        (None, True),
    ],
)
def test_a_time_is_one_of_rfc_3339(value, right):
    """With date, time and zone."""
    assert compiled({"format": "date-time"}).is_valid(value) is right


def test_a_fitting_value_is_told_by_its_branch():
    """The report shows which of several allowed answers the target gave."""
    schema = {"anyOf": [{"title": "a text", "type": "string"}, {"title": "none", "type": "null"}]}
    assert [reading(schema, value) for value in ("a", None, 7)] == ["a text", "none", ""]


@pytest.mark.parametrize(
    ("schema", "value", "fits"),
    [
        pytest.param({"maxLength": 1}, "\ud800", True, id="half a pair"),
        pytest.param({"pattern": "^a"}, "\udfff", False, id="half a pair, wrong"),
        pytest.param({"pattern": r"^(?P<x>a)(?P=x)\Z"}, "aa", True, id="pattern of Python"),
        pytest.param({"pattern": r"^(?P<x>a)(?P=x)\Z"}, "ab", False, id="other text"),
        pytest.param({"pattern": r"^\S+$"}, "a\x1c", False, id="white space of Python"),
        pytest.param({"pattern": r"^\d$"}, "\u0663", True, id="digit of Python"),
        pytest.param({"const": 1}, True, False, id="true is not 1"),
        pytest.param({"type": "integer"}, 1.0, True, id="1.0 is whole"),
        pytest.param({"maximum": 10**400}, 10**401, False, id="long number"),
        pytest.param({"type": "number"}, float("nan"), True, id="not a number"),
    ],
)
def test_a_value_is_judged_whatever_reads_it(schema, value, fits):
    """What the quick validator cannot take is judged by the thorough one."""
    assert compiled(schema).is_valid(value) is fits
    assert (misfit(compiled(schema), value) is None) is fits


def test_a_schema_that_is_not_there_is_told_by_its_file():
    """A mistyped name is an error of the author."""
    with pytest.raises(AuthoringError, match=r"schemas/nothing\.json: cannot be read"):
        validator("nothing")


def test_everything_that_does_not_fit_is_told_at_once():
    """Each missing or wrong member, one line for each part."""
    schema = {
        "type": "object",
        "required": ["one", "two", "three"],
        "properties": {"three": {"type": "string", "minLength": 3}},
    }
    found = every_misfit(compiled(schema), {"three": ""})
    assert sorted(misfit.where for misfit in found) == ["one", "three", "two"]
    assert every_misfit(compiled(schema), {"one": 1, "two": 2, "three": "333"}) == []


def test_of_alternatives_the_closest_is_told_in_full():
    """The expectations of the other alternatives do not help."""
    near = {"type": "object", "required": ["name", "kind", "url"], "properties": {}}
    schema = {"anyOf": [{"type": "string"}, near]}
    found = every_misfit(compiled(schema), {"name": "x"})
    assert sorted(misfit.where for misfit in found) == ["kind", "url"]
