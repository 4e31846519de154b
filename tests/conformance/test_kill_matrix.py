"""Every check can fail, and none says more than it knows."""

import pytest

from conformance.catalogue import of_role, requirements
from conformance.runner.steps import PLAY
from conformance.target.mock import defects
from conformance.values.requirement import Level
from conformance.values.scenario import Scenario
from tests.conftest import Judge, failed, needs_browser

ONLY_IN_A_BROWSER = ("BC-CONNECT-02",)
ONLY_IN_STORIES = (
    "bearer.refreshed-never-expires",
    "issue.adds-again-after-refresh",
    "token.later-refresh-revives-the-first",
    "token.refresh-takes-the-other-origin",
    "revoke.spares-twice-refreshed",
    "revoke.kills-what-was-refreshed",
)
"""Defects that show after several things have happened in some order, and in no other way."""
STORIES = 150
"""As many as the budget ``ci`` plays."""


def _cases() -> list[object]:
    found = (one for one in defects().values() if one.name not in ONLY_IN_STORIES)
    return [
        pytest.param(
            one,
            id=one.name,
            marks=needs_browser if set(one.breaks) & set(ONLY_IN_A_BROWSER) else (),
        )
        for one in found
    ]


@pytest.mark.parametrize("defect", _cases())
def test_a_defect_breaks_what_it_names_and_no_more(defect, judge_target: Judge, scenarios):
    """A mock with one defect fails exactly the requirements that the defect names."""
    in_browser = bool(set(defect.breaks) & set(ONLY_IN_A_BROWSER))
    chosen = [one for one in scenarios if in_browser or "browser" not in one.needs]
    assert failed(judge_target(f"mock:{defect.name}", chosen)) == set(defect.breaks)


@pytest.mark.parametrize("name", ONLY_IN_STORIES)
def test_stories_find_what_no_other_scenario_does(name, judge_target: Judge, scenarios):
    """The other scenarios see nothing, the stories exactly what the defect names."""
    ordinary = [one for one in scenarios if not _is_played(one) and "browser" not in one.needs]
    assert failed(judge_target(f"mock:{name}", ordinary)) == set()
    played = failed(judge_target(f"mock:{name}", filter(_is_played, scenarios), STORIES))
    assert played == set(defects()[name].breaks)


def _is_played(scenario: Scenario) -> bool:
    return any(step.verb == PLAY for step in scenario.steps)


def test_every_requirement_that_a_scenario_judges_is_broken_by_a_defect(scenarios: list[Scenario]):
    """No check of ours has never been seen to fail."""
    judged = {name for one in scenarios for name in one.requirements}
    broken = {name for one in defects().values() for name in one.breaks}
    assert judged - broken == set()


def test_every_must_is_judged_by_a_scenario(scenarios: list[Scenario]):
    """A run can only conform when every MUST was looked at."""
    judged = {name for one in scenarios for name in one.requirements}
    musts = {one.id for one in of_role("backpack") if one.level is Level.MUST}
    assert musts - judged == set()


def test_defects_name_requirements_that_there_are():
    """The mock knows no ids but those of the catalogue."""
    named = {name for one in defects().values() for name in one.breaks}
    assert named - set(requirements()) == set()


@needs_browser
def test_the_mock_itself_fails_nothing(judge_target: Judge):
    """Without a defect there is no failure, and nothing is left open."""
    outcomes = judge_target("mock")
    assert {name: found for name, found in outcomes.items() if found != {"passed"}} == {}
