"""Facts about an API in addition to its requirements."""

import pytest

from conformance.core.api import DEFAULT, api_facts, api_names, areas
from conformance.core.catalogue import about, requirements
from conformance.core.errors import AuthoringError
from conformance.core.requirement import Level, Subject
from conformance.core.schemas import load, profiles
from conformance.target.mock import defects


def test_the_api_of_those_who_name_none_is_the_first():
    """Records and configurations were written before there was a second."""
    assert api_names()[0] == DEFAULT == api_facts().name
    assert load("target")["properties"]["api"]["items"]["enum"] == list(api_names())


def test_an_unknown_api_is_told():
    """With those that there are."""
    with pytest.raises(
        AuthoringError, match=r"expected an API: connect or ob2\.1 or ob3, saw 'soap'"
    ):
        api_facts("soap")


@pytest.mark.parametrize("name", api_names())
def test_facts_are_of_what_there_is(name):
    """Areas, profiles, requirements and defects that are named exist."""
    facts = api_facts(name)
    assert set(facts.areas) <= set(areas())
    assert set(facts.profiles) == set(profiles(f"answers/{facts.folder}"))
    assert set(facts.open_points) <= set(requirements())
    named = {*facts.selftest.only_in_stories, facts.selftest.never_ends} - {""}
    assert named <= set(defects())
    assert all(requirements()[name].level is Level.MAY for name in facts.selftest.unmet)
    assert facts.push in facts.requests.values()
    assert facts.answered >= {*facts.requests, *facts.landing}


@pytest.mark.parametrize("subject", Subject)
def test_a_requirement_is_about_each_subject(subject):
    """Engines ask the catalogue, and know no id."""
    assert about(subject)
    if subject is Subject.LIVENESS:
        assert len(about(subject)) == 1
