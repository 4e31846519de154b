"""The scenarios of Open Badges 3.0 are complete: requirements, flaws and variants."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from conformance.apis.registry import APIS
from conformance.core.catalogue import of_role, requirements
from conformance.core.schemas import misfit, schema_names, validator
from conformance.scenario.load import load, shipped, shipped_rows
from conformance.scenario.model import Scenario
from conformance.scenario.references import filled
from tests.conformance.apis.credentials.answers import BREAKS, FITS

LANGUAGE = APIS["ob3"].language
ANSWERS = f"{LANGUAGE.answers}/documented"
NAMED = ("flaw", "variant")


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


@pytest.mark.slow
def test_every_named_answer_is_tried_and_used():
    """No answer without responses of both kinds, and none that no scenario names."""
    steps = [step for row in shipped_rows(LANGUAGE) for step in row.steps]
    terms = [expectation.terms for step in steps for expectation in step.expect]
    named = {str(each["answer"]) for each in terms if "answer" in each}
    named |= {name for each in terms for name in each.get("exactly", ())}
    assert set(FITS) == set(BREAKS) == set(schema_names(ANSWERS)) == named


@pytest.mark.parametrize("file", shipped(LANGUAGE), ids=lambda file: file.name.partition(".")[0])
def test_a_shipped_scenario_is_right(file):
    """It loads, says in a title and a story what it is about, and proves something."""
    scenario = load(file, LANGUAGE)
    assert file.name.startswith(f"{file.parent.name}-")
    assert scenario.title[0].isupper()
    assert scenario.story.endswith(".")
    assert all(row.requirements for row in scenario.each())


@pytest.mark.slow
def test_every_requirement_of_a_host_is_judged():
    """By at least one scenario; those of issuers by the mock, as far as it can."""
    judged = {name for row in shipped_rows(LANGUAGE) for name in row.requirements}
    assert judged == {requirement.id for requirement in of_role("backpack", LANGUAGE.name)}
    excluded = {
        requirement.id for requirement in of_role("issuer", LANGUAGE.name) if requirement.excluded
    }
    assert excluded == {"OB3-CLIENT-12", "OB3-CRED-14"}
    assert [name for name in judged if LANGUAGE.name not in requirements()[name].apis] == []


def signed(scenario: Scenario) -> Iterator[Mapping[str, Any]]:
    """The credentials that a row signs, but for generated ones."""
    for step in scenario.steps:
        if step.verb == "sign" and not scenario.for_all:
            yield filled(step.arguments.get("credential", {}), {"each": scenario.of_row})


@pytest.mark.parametrize("kind", NAMED)
def test_every_change_is_tried(kind):
    """Each flaw and each variant, in each kind of credential that can have it."""
    written = [
        content for row in shipped_rows(LANGUAGE) for content in signed(row) if kind in content
    ]
    tried = {(content[kind], content.get("jwt", False)) for content in written}
    known = LANGUAGE.flaws if kind == "flaw" else LANGUAGE.variants
    possible = {
        (name, jwt)
        for name, change in known.items()
        for jwt in (False, True)
        if (change.signed if jwt else change.hosted)
    }
    assert tried <= possible
    # as VC-JWTs these would show nothing new
    assert possible - tried <= {("large-image", True), ("encoded-id", True)}
