"""Defects of the authorization server are written once, and break requirements of each API."""

from importlib import import_module
from pkgutil import walk_packages

import pytest

from conformance.core.catalogue import requirements
from conformance.selftest.trial import broken_by
from mock_backpack.apis.all import APIS
from mock_backpack.apis.oauth import defects
from mock_backpack.apis.oauth.facts import Fact
from mock_backpack.core.misbehaviours import Misbehaviour, Misbehaviours
from mock_backpack.faults.all import MISBEHAVIOURS

USERS = [api for api in APIS if defects.__name__ in api.defects]
"""The APIs that share the authorization server."""


def of_oauth() -> list[Misbehaviour]:
    """The defects as they are written."""
    found = walk_packages(defects.__path__, f"{defects.__name__}.")
    modules = [import_module(module.name) for module in found]
    values = (value for module in modules for value in vars(module).values())
    return [value for value in values if isinstance(value, Misbehaviour)]


def test_defects_of_oauth_name_facts_and_no_requirement_of_an_api():
    """So that another API takes them as they are."""
    assert {type(name) for entry in of_oauth() for name in entry.requirements} == {Fact}


def test_every_fact_is_broken_by_a_defect():
    """A fact that nothing breaks is not needed."""
    assert {name for entry in of_oauth() for name in entry.requirements} == set(Fact)


@pytest.mark.parametrize("api", USERS, ids=lambda api: api.name)
def test_an_api_has_requirements_for_facts(api):
    """Each is in its catalogue."""
    assert [name for name in api.facts.values() if api.name not in requirements()[name].apis] == []
    assert set(api.facts) <= set(Fact)


def test_every_fact_is_held_by_an_api():
    """What none asks for is no fact."""
    assert {fact for api in USERS for fact in api.facts} == set(Fact)


def test_a_fact_becomes_the_requirement_of_each_api():
    """An API without a requirement for it is not concerned."""
    facts = [{Fact.CODE_ONCE: "A-1"}, {Fact.CODE_ONCE: "B-7", Fact.CODE_EXPIRES: "B-8"}, {}]
    entry = Misbehaviours((), {defects.__name__: ()}, facts).entry("exchange.codes-work-again")
    assert entry.breaks == ("A-1", "B-7")
    late = Misbehaviours((), {defects.__name__: ()}, facts[:1]).entry("exchange.codes-live-on")
    assert late.breaks == ()


def test_a_defect_knows_the_apis_that_have_its_package():
    """One of what all share breaks all of them, with ids that they share."""
    entries = MISBEHAVIOURS.entries_of("defect")
    assert entries["safety.framable"].apis == tuple(api.name for api in APIS)
    assert entries["exchange.codes-work-again"].apis == tuple(api.name for api in USERS)
    assert entries["safety.hides-origin"].apis == ("connect",)
    assert broken_by("safety.hides-origin", "ob2.1") == frozenset()
