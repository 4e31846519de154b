"""Judge a provider of Open Badges 2.1: what tests of the second API share."""

from collections.abc import Callable, Iterable
from functools import cache

import pytest

from conformance.apis.registry import APIS
from conformance.core.catalogue import of_role, requirements
from conformance.core.requirement import Level
from conformance.core.verdict import Outcome
from conformance.engine.api import Api
from conformance.engine.runner import open_runner
from conformance.engine.session import RunOptions
from conformance.scenario.load import shipped_rows
from conformance.scenario.model import Scenario
from conformance.selftest.trial import is_slow, is_story
from conformance.target.opening import TargetOptions
from conformance.target.target import PagePaths
from tests.miniatures.modern import ModernProvider

API = APIS["ob2.1"]
PAGES = PagePaths(**ModernProvider.paths)
NEVER = frozenset({"BC21-MANI-08", "BC21-TOKEN-11", "BC-SAFE-06"})
"""Nobody waits ten minutes for a code, on this machine http is allowed, and no address is
forbidden."""


Choose = Callable[[frozenset[str]], list[Scenario]]
"""Chooses the scenarios to run against a provider that breaks these requirements."""


@cache
def rows() -> tuple[Scenario, ...]:
    """All shipped scenarios of the API that a provider on this machine can be run with."""
    return without_waiting_stories(shipped_rows(API.language))


def without_waiting_stories(scenarios: Iterable[Scenario]) -> tuple[Scenario, ...]:
    """All but the stories in which a token expires: too many of them wait for that."""
    return tuple(
        scenario for scenario in scenarios if not (is_story(scenario) and "clock" in scenario.needs)
    )


def judged(
    root: str,
    chosen: Iterable[Scenario],
    wait: float = 0.0,
    timeout: float = 20.0,
    pages: PagePaths = PAGES,
) -> dict[str, set[Outcome]]:
    """The outcomes of every requirement of Open Badges 2.1 that was looked at."""
    return judged_as(API, root, chosen, wait, timeout, pages)


def judged_as(
    api: Api,
    root: str,
    chosen: Iterable[Scenario],
    wait: float = 0.0,
    timeout: float = 20.0,
    pages: PagePaths = PAGES,
) -> dict[str, set[Outcome]]:
    """The outcomes of every requirement of an API that was looked at."""
    target = TargetOptions(f"{root}/", pages=pages, wait_expiry=wait)
    outcomes: dict[str, set[Outcome]] = {}
    with open_runner(api, RunOptions(target=target, seed=1, timeout=timeout)) as runner:
        assert runner.trouble is None, str(runner.trouble)
        for result in map(runner.run, chosen):
            assert not result.trouble, result.trouble
            for finding in result.findings:
                outcomes.setdefault(finding.requirement, set()).add(finding.outcome)
    return outcomes


def accused(outcomes: dict[str, set[Outcome]]) -> set[str]:
    """The requirements that failed and are more than a MAY."""
    failed = {name for name, found in outcomes.items() if Outcome.FAILED in found}
    return {name for name in failed if requirements()[name].level is not Level.MAY}


def left_open(outcomes: dict[str, set[Outcome]]) -> set[str]:
    """The requirements of a provider that neither passed nor failed."""
    decided = ({Outcome.PASSED}, {Outcome.FAILED})
    backpack = {requirement.id for requirement in of_role("backpack", API.name)}
    return {name for name in backpack if outcomes.get(name) not in decided}


def area_of(name: str) -> str:
    """The area of a requirement, such as ``BC21-REG``."""
    return name.rpartition("-")[0]


def about(breaks: frozenset[str]) -> list[Scenario]:
    """The scenarios that judge what is broken; stories are left to the whole runs."""
    return [row for row in ordinary() if breaks & set(row.requirements)]


def ordinary() -> list[Scenario]:
    """The rows that are neither slow nor stories."""
    return [row for row in rows() if not is_slow(row) and not is_story(row)]


def of_areas(breaks: frozenset[str]) -> list[Scenario]:
    """The scenarios of the areas in which something is broken; of each, all rows only if needed."""
    areas, begun = {area_of(name) for name in breaks}, set[str]()
    chosen = list[Scenario]()
    for scenario in ordinary():
        is_near = bool(areas & {area_of(name) for name in scenario.requirements})
        is_about = bool(breaks & set(scenario.requirements))
        if is_about or (is_near and scenario.id not in begun):
            chosen.append(scenario)
            begun.add(scenario.id)
    return chosen


each_choice = pytest.mark.parametrize(
    "choose", [about, pytest.param(of_areas, marks=[pytest.mark.slow, pytest.mark.exhaustive])]
)
