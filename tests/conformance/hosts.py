"""Choose scenarios to judge a host of Open Badges 3.0 by: what tests of miniatures share."""

from collections import Counter
from functools import cache

from conformance.apis.registry import APIS
from conformance.core.catalogue import of_role
from conformance.scenario.load import shipped_rows
from conformance.scenario.model import Scenario
from conformance.selftest.trial import is_slow
from tests.conformance.providers import without_waiting_stories

API = APIS["ob3"]
SOME, FEW = 9, 6
"""Rows of a scenario about what is broken, and other scenarios in its areas."""


@cache
def rows() -> tuple[Scenario, ...]:
    """All shipped scenarios of the API that a host on this machine can be run with, by row."""
    return without_waiting_stories(shipped_rows(API.language))


def waits(scenario: Scenario) -> bool:
    """Whether it waits for a token to expire."""
    return "advance" in {step.verb for step in scenario.steps}


def everything() -> frozenset[str]:
    """All requirements of hosts."""
    return frozenset(requirement.id for requirement in of_role("backpack", API.name))


def area_of(name: str) -> str:
    """The area of a requirement, such as ``OB3-REG``."""
    return name.rpartition("-")[0]


def about(breaks: frozenset[str], some: int = SOME, few: int = FEW) -> list[Scenario]:
    """Some rows of the scenarios about what is broken, and of a few others in their areas."""
    areas, chosen = {area_of(name) for name in breaks}, list[Scenario]()
    counts, near = Counter[str](), 0
    for scenario in rows():
        names = set(scenario.requirements)
        if is_slow(scenario) or scenario.for_all:
            continue
        if breaks & names and counts[scenario.id] < some:
            chosen.append(scenario)
            counts[scenario.id] += 1
        elif areas & {area_of(name) for name in names} and not counts[scenario.id] and near < few:
            chosen.append(scenario)
            counts[scenario.id], near = 1, near + 1
    return chosen
