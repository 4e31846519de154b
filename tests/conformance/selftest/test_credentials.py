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
    for scenario in scenarios(API):
        if (
            not is_slow(scenario)
            and not scenario.for_all
            and areas & set(map(area_of, scenario.requirements))
        ):
            firsts.setdefault(scenario.id, scenario)
    return list(firsts.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE)
def test_a_defect_breaks_what_it_names_and_no_more(name):
    """Of all scenarios in its area."""
    breaks = broken_by(name, API)
    result = run_all(API, TargetOptions(f"mock:{name}"), of_areas(breaks))
    assert result.having(Outcome.FAILED) == breaks


@pytest.mark.slow
def test_the_mock_is_never_accused():
    """No scenario fails, and none is inconclusive."""
    assert try_the_sound_mock(API).failed == frozenset()


@pytest.mark.slow
def test_every_requirement_can_fail():
    """A defect breaks each that a scenario judges."""
    assert list(unproven(API)) == []
