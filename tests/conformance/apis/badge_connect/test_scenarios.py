"""The scenarios, the answers and the catalogue of Badge Connect belong together."""

import pytest

from conformance.core.catalogue import of_role, requirements
from conformance.core.schemas import misfit, schema_names, validator
from conformance.scenario.load import shipped
from tests.conformance.apis.badge_connect.answers import BREAKS, FITS
from tests.conformance.providers import API, rows

ANSWERS = f"{API.language.answers}/documented"


@pytest.mark.parametrize("name", FITS)
def test_an_allowed_answer_fits(name):
    """Every freedom that the specification leaves is left."""
    misfits = [misfit(validator(f"{ANSWERS}/{name}"), response) for response in FITS[name]]
    assert misfits == [None] * len(misfits)


@pytest.mark.parametrize("name", BREAKS)
def test_an_answer_that_is_not_allowed_does_not_fit(name):
    """What comes near is not good enough."""
    schema = validator(f"{ANSWERS}/{name}")
    assert [response for response in BREAKS[name] if misfit(schema, response) is None] == []


def test_every_named_answer_is_tried_and_used():
    """No answer without responses of both kinds, and none that no scenario names."""
    terms = [
        expectation.terms for row in rows() for step in row.steps for expectation in step.expect
    ]
    named = {str(each["answer"]) for each in terms if "answer" in each}
    named |= {name for each in terms for name in each.get("exactly", ())}
    assert set(FITS) == set(BREAKS) == set(schema_names(ANSWERS)) == named


def test_a_scenario_lies_in_the_folder_of_its_area():
    """``post/post-hosted.backpack.yaml``, below the folder of its API; stories are of no area."""
    files = shipped(API.language)
    assert [file.name for file in files if not file.name.startswith(f"{file.parent.name}-")] == []
    areas = {one.area for one in requirements().values()}
    assert {file.parent.name for file in files} <= areas | {"stories"}


def test_every_requirement_of_a_provider_is_judged():
    """By a row of a scenario; those of consumers are judged by the mock."""
    judged = {name for row in rows() for name in row.requirements}
    assert {one.id for one in of_role("backpack", API.name)} == judged


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
