"""The mock as a host of Open Badges 3.0, and a sample of its defects, each caught exactly.

``backpack-conformance selftest --api ob3`` tries all of them, with all scenarios.
"""

import pytest

from conformance.core.verdict import Outcome
from conformance.scenario.model import Scenario
from conformance.selftest.matrix import unproven
from conformance.selftest.trial import (
    broken_by,
    is_slow,
    run_all,
    scenarios,
    try_the_sound_mock,
)
from conformance.target.opening import TargetOptions

API = "ob3"
SAMPLE = (
    *("discovery.http", "client.more-grant-types", "guard.upsert-reads"),
    *("collection.endless", "person.forgets", "imsx.extra", "safety.names-as-markup"),
)
"""A defect of some areas."""


def area_of(requirement: str) -> str:
    """The area of a requirement, such as ``OB3-REG``."""
    return requirement.rpartition("-")[0]


def of_areas(names: frozenset[str]) -> list[Scenario]:
    """Of each scenario about the areas of these requirements the first row."""
    areas, firsts = set(map(area_of, names)), dict[str, Scenario]()
    for one in scenarios(API):
        if not is_slow(one) and not one.for_all and areas & set(map(area_of, one.requirements)):
            firsts.setdefault(one.id, one)
    return list(firsts.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE)
def test_a_defect_breaks_what_it_names_and_no_more(name):
    """Of all scenarios in its area."""
    breaks = broken_by(name, API)
    told = run_all(API, TargetOptions(f"mock:{name}"), of_areas(breaks))
    assert told.having(Outcome.FAILED) == breaks


@pytest.mark.slow
def test_the_mock_is_never_accused():
    """No scenario fails, and none is inconclusive."""
    assert try_the_sound_mock(API).failed == frozenset()


def test_every_requirement_can_fail():
    """A defect breaks each that a scenario judges."""
    assert list(unproven(API)) == []
