"""Each named answer takes every answer that the document allows, and none that comes near."""

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.schemas import load, misfit, reading, schema_names, validator
from tests.conformance.answers import BREAKS, FITS
from tests.conformance.responses import Response

FOLDER = "answers/documented"


def cases(table: Mapping[str, list[Response]]) -> list[Any]:
    """One case for each response of each answer."""
    return [
        pytest.param(name, response, id=f"{name} {number}")
        for name, responses in table.items()
        for number, response in enumerate(responses)
    ]


@pytest.mark.parametrize(("name", "response"), cases(FITS))
def test_an_allowed_answer_fits(name, response):
    """Every freedom that the document leaves is left."""
    assert misfit(validator(f"{FOLDER}/{name}"), response) is None


@pytest.mark.parametrize(("name", "response"), cases(BREAKS))
def test_an_answer_that_is_not_allowed_does_not_fit(name, response):
    """What comes near is not good enough."""
    assert misfit(validator(f"{FOLDER}/{name}"), response) is not None


@pytest.mark.parametrize("table", [FITS, BREAKS], ids=["fits", "breaks"])
def test_every_named_answer_is_tried(table):
    """No answer without responses of both kinds, and none that is gone."""
    assert {name for name, responses in table.items() if responses} == set(schema_names(FOLDER))


@pytest.mark.parametrize(
    ("name", "number", "told"),
    [
        ("already-added", 0, "304 without a body"),
        ("already-added", 1, "409"),
        ("already-added", 3, "2xx with exists true"),
        ("access-refused", 0, "an error page: 4xx without a redirect"),
        ("access-refused", 3, "the callback told an error"),
    ],
)
def test_the_reading_of_an_open_point_is_told(name, number, told):
    """The report says which of the allowed answers a target gives."""
    assert reading(load(f"{FOLDER}/{name}"), FITS[name][number]) == told
