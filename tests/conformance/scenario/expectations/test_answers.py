"""Each named answer of each set takes what it allows, and nothing that comes near."""

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.core.catalogue import requirements
from conformance.core.requirement import Level
from conformance.core.schemas import (
    answer_names,
    answer_schema,
    load,
    misfit,
    profiles,
    reading,
    schema_names,
    validator,
)
from tests.conformance import answers, historical
from tests.conformance.responses import Response

Table = Mapping[str, list[Response]]

FITS = {"documented": answers.FITS, "mozilla-v1": historical.FITS}
BREAKS = {"documented": answers.BREAKS, "mozilla-v1": historical.BREAKS}


def cases(tables: Mapping[str, Table]) -> list[Any]:
    """One case for each answer of each set, with its responses."""
    return [
        pytest.param(f"answers/connect/{profile}/{name}", responses, id=f"{profile} {name}")
        for profile, table in tables.items()
        for name, responses in table.items()
    ]


@pytest.mark.parametrize(("name", "responses"), cases(FITS))
def test_an_allowed_answer_fits(name, responses):
    """Every freedom that the document leaves is left; the historical answer is taken."""
    misfits = [misfit(validator(name), response) for response in responses]
    assert misfits == [None] * len(misfits)


@pytest.mark.parametrize(("name", "responses"), cases(BREAKS))
def test_an_answer_that_is_not_allowed_does_not_fit(name, responses):
    """Similar answers do not match."""
    schema = validator(name)
    assert [response for response in responses if misfit(schema, response) is None] == []


@pytest.mark.parametrize(("name", "responses"), cases({"documented": historical.FITS}))
def test_the_historical_server_did_as_the_document_says(name, responses):
    """Everything that matches a historical answer matches the documented one of that name."""
    misfits = [misfit(validator(name), response) for response in responses]
    assert misfits == [None] * len(misfits)


@pytest.mark.parametrize("profile", profiles("answers/connect"))
@pytest.mark.parametrize("tables", [FITS, BREAKS], ids=["fits", "breaks"])
def test_every_named_answer_is_tried(tables, profile):
    """No answer without responses of both kinds, and none that is gone."""
    tried = {name for name, responses in tables[profile].items() if responses}
    assert tried == set(schema_names(f"answers/connect/{profile}"))


def test_an_answer_that_a_profile_does_not_have_is_the_documented_one():
    """So a profile holds what differs, and a scenario can name every documented answer."""
    profile = "answers/connect/mozilla-v1"
    own, all_names = schema_names(profile), answer_names("answers/connect")
    assert set(own) < set(all_names)
    assert {answer_schema(profile, name) for name in own} == {f"{profile}/{name}" for name in own}
    assert answer_schema(profile, "identity") == "answers/connect/documented/identity"


def test_the_document_comes_first():
    """It is the default profile, whatever the names of the others."""
    assert profiles("answers/connect") == ("documented", "mozilla-v1")
    assert profiles("answers/badge_connect") == ("documented", "badgr")


@pytest.mark.parametrize(
    ("profile", "name", "number", "words"),
    [
        ("documented", "already-added", 0, "304 without a body"),
        ("documented", "already-added", 1, "409"),
        ("documented", "already-added", 3, "2xx with exists true"),
        ("documented", "access-refused", 0, "an error page: 4xx without a redirect"),
        ("documented", "access-refused", 3, "an error at the callback"),
        ("mozilla-v1", "already-added", 0, "304 without a body"),
        ("mozilla-v1", "access-refused", 0, "callback expected"),
        ("mozilla-v1", "access-refused", 1, "scope expected"),
        ("mozilla-v1", "access-refused", 2, "invalid scope: …"),
        ("mozilla-v1", "access-refused", 3, "invalid callback: …"),
        ("mozilla-v1", "token-invalid", 0, "in JSON"),
        ("mozilla-v1", "token-missing", 2, "in plain text"),
        ("mozilla-v1", "method-not-allowed", 0, "404, as for an unknown path"),
        ("mozilla-v1", "method-not-allowed", 1, "405"),
    ],
)
def test_the_reading_of_an_open_point_is_told(profile, name, number, words):
    """The report says which of the allowed answers a target gives."""
    assert reading(load(f"answers/connect/{profile}/{name}"), FITS[profile][name][number]) == words


REFUSALS = sorted(
    {
        requirement.answer
        for requirement in requirements().values()
        if requirement.answer in answers.REFUSING and requirement.level is Level.MUST
    }
)


@pytest.mark.parametrize("name", REFUSALS)
@pytest.mark.parametrize("body", [None, {}, "no", {"message": ""}], ids=str)
def test_a_documented_refusal_holds_no_fact_of_another_requirement(name, body):
    """A message, a header or an exact code is a SHOULD; a refusal without them is one all the same.

    One missing message fails one requirement, and not nine.
    """
    for status in (400, 401, 403, 404, 409, 422):
        bare = {"status": status, "headers": {}, "body": body, "landed": None}
        assert misfit(validator(f"answers/connect/documented/{name}"), bare) is None
