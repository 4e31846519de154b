"""The scenarios, the answers and the catalogue of Badge Connect belong together."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from conformance.core.api import api_facts
from conformance.core.catalogue import of_role, requirements
from conformance.core.schemas import (
    answer_names,
    answer_schema,
    misfit,
    profiles,
    schema_names,
    validator,
)
from conformance.scenario.load import shipped
from tests.conformance.apis.badge_connect import answers, badgr
from tests.conformance.providers import API, rows
from tests.conformance.responses import Response

ANSWERS = API.language.answers
OWN = {"documented": answers, "badgr": badgr}
"""The samples of each profile."""


def cases(tables: Mapping[str, Mapping[str, Sequence[Response]]]) -> list[Any]:
    """Each answer of each profile, with its samples."""
    return [
        pytest.param(f"{ANSWERS}/{profile}/{name}", responses, id=f"{profile} {name}")
        for profile, table in tables.items()
        for name, responses in table.items()
    ]


@pytest.mark.parametrize(
    ("name", "responses"), cases({profile: own.FITS for profile, own in OWN.items()})
)
def test_an_allowed_answer_fits(name, responses):
    """Every freedom that the specification leaves is left, and what Badgr answers is taken."""
    misfits = [misfit(validator(name), response) for response in responses]
    assert misfits == [None] * len(misfits)


@pytest.mark.parametrize(
    ("name", "responses"), cases({profile: own.BREAKS for profile, own in OWN.items()})
)
def test_an_answer_that_is_not_allowed_does_not_fit(name, responses):
    """What comes near is not good enough."""
    schema = validator(name)
    assert [response for response in responses if misfit(schema, response) is None] == []


@pytest.mark.parametrize(("name", "responses"), cases({"badgr": answers.FITS}))
def test_what_is_documented_is_right_by_every_profile(name, responses):
    """A provider that does as the specification says never fails for the profile of a run."""
    schema = validator(answer_schema(*name.rsplit("/", 1)))
    assert [response for response in responses if misfit(schema, response) is not None] == []


@pytest.mark.parametrize("name", badgr.FITS)
def test_an_answer_of_badgr_differs_from_the_documented_one(name):
    """Else the profile needs none of its own: it takes more, or looks into ``results`` as well."""
    schema = validator(f"{ANSWERS}/documented/{name}")
    takes_more = any(misfit(schema, response) for response in badgr.FITS[name])
    asks_more = any(misfit(schema, response) is None for response in badgr.BREAKS[name])
    assert takes_more or asks_more


def test_each_profile_tries_what_it_has_of_its_own():
    """With responses of both kinds; all other answers are the documented ones."""
    assert set(OWN) == set(profiles(ANSWERS)) == set(api_facts(API.name).profiles)
    names = set(schema_names(f"{ANSWERS}/badgr"))
    assert set(badgr.FITS) == set(badgr.BREAKS) == names
    assert names < set(schema_names(f"{ANSWERS}/documented"))


@pytest.mark.slow
def test_every_named_answer_is_tried_and_used():
    """No answer without responses of both kinds, and none that no scenario names."""
    terms = [
        expectation.terms for row in rows() for step in row.steps for expectation in step.expect
    ]
    named = {str(each["answer"]) for each in terms if "answer" in each}
    named |= {name for each in terms for name in each.get("exactly", ())}
    assert set(answers.FITS) == set(answers.BREAKS) == set(answer_names(ANSWERS)) == named


def test_a_scenario_lies_in_the_folder_of_its_area():
    """``post/post-hosted.backpack.yaml``, below the folder of its API; stories are of no area."""
    files = shipped(API.language)
    assert [file.name for file in files if not file.name.startswith(f"{file.parent.name}-")] == []
    areas = {requirement.area for requirement in requirements().values()}
    assert {file.parent.name for file in files} <= areas | {"stories"}


@pytest.mark.slow
def test_every_requirement_of_a_provider_is_judged():
    """By a row of a scenario; those of consumers are judged by the mock."""
    judged = {name for row in rows() for name in row.requirements}
    assert {requirement.id for requirement in of_role("backpack", API.name)} == judged


def test_every_flaw_is_tried_in_every_run():
    """Each flaw has a row, in a scenario of hosted badges or of signed ones."""
    tried = {str(row.row) for row in rows() if "flaw" in str(row.steps)}
    assert set(API.language.flaws) - tried == set()
    assert len(API.language.flaws) >= 60


def test_every_variant_is_tried():
    """Hosted and signed."""
    by_id = {row.id: set(row.rows) for row in rows() if row.id.startswith("post-variants")}
    variants = API.language.variants
    assert by_id["post-variants"] == set(variants)
    assert by_id["post-variants-signed"] == {name for name in variants if variants[name].signed}
