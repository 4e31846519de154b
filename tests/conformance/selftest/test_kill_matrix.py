"""Every check can fail, and none says more than it knows.

Here the matrix is run with a defect of every area, or, in ``tox -e exhaustive``, for every
requirement; ``backpack-conformance selftest`` runs it with all defects, and ``tests/test_score.py``
holds that somebody has done so.
"""

import json

import pytest

from conformance.core.api import DEFAULT, api_facts
from conformance.core.catalogue import about, of_role, requirements
from conformance.core.requirement import Level, Subject
from conformance.core.verdict import Outcome
from conformance.record.model import RECORD
from conformance.record.reader import read_record
from conformance.selftest.bad import BAD_TARGETS, try_bad_target
from conformance.selftest.matrix import unproven
from conformance.selftest.score import Catch
from conformance.selftest.trial import (
    broken_by,
    defects_of,
    is_story,
    reach,
    run_all,
    scenarios,
    scenarios_for,
    slow_requirements,
    try_defect,
)
from conformance.target.mock import defects
from conformance.target.opening import TargetOptions
from tests.conformance.chosen import one_of_each_area
from tests.conformance.sound import REPORT, sound_run
from tests.conftest import needs_browser
from tests.shared import once

pytestmark = pytest.mark.slow

ONLY_IN_A_BROWSER = about(Subject.BROWSER)


@pytest.fixture(name="reach", scope="session")
def fixture_reach():
    """The defects of the mock that each scenario reaches."""

    def write(folder):
        reached = {name: sorted(defects) for name, defects in reach(DEFAULT).items()}
        (folder / "reach.json").write_text(json.dumps(reached), encoding="utf-8")

    reached = json.loads((once("reach", write) / "reach.json").read_text(encoding="utf-8"))
    return {name: frozenset(defects) for name, defects in reached.items()}


def representative():
    """Defects that break every requirement between them, those that break few last."""
    left = {entry.id for entry in of_role("backpack")}
    many_first = sorted(defects_of(DEFAULT), key=lambda name: -len(broken_by(name, DEFAULT)))
    for name in many_first:
        if left & broken_by(name, DEFAULT):
            left -= broken_by(name, DEFAULT)
            yield name


@pytest.mark.parametrize(
    "name",
    one_of_each_area(
        reversed(list(representative())),
        lambda name: broken_by(name, DEFAULT),
        lambda name: [needs_browser] if ONLY_IN_A_BROWSER & broken_by(name, DEFAULT) else [],
    ),
)
def test_a_defect_breaks_what_it_names_and_no_more(name, reach):
    """A mock with one defect fails exactly the requirements that the defect names."""
    trial = try_defect(DEFAULT, name, reach)
    assert trial.catch is Catch.EXACT, f"missed {trial.missed}, accused {trial.accused}"


@pytest.mark.parametrize("name", sorted(api_facts().selftest.only_in_stories))
def test_stories_find_what_no_other_scenario_does(name, reach):
    """The other scenarios see nothing of it, those included that reach it."""
    reaching = [scenario for scenario in scenarios_for(DEFAULT, ()) if name in reach[scenario.name]]
    ordinary = [scenario for scenario in reaching if not is_story(scenario)]
    result = run_all(DEFAULT, TargetOptions(f"mock:{name}"), ordinary)
    assert result.having(Outcome.FAILED) == set()


def test_a_should_that_failed_leaves_no_must_in_doubt():
    """A story ends where a SHOULD failed; a target that breaks nothing else conforms."""
    stories = [scenario for scenario in scenarios_for(DEFAULT, ()) if is_story(scenario)]
    result = run_all(DEFAULT, TargetOptions("mock:token.old-refresh-lives"), stories)
    assert result.having(Outcome.FAILED) == {"BC-TOKEN-06"}
    musts = {
        requirement.id for requirement in of_role("backpack") if requirement.level is Level.MUST
    }
    assert result.having(Outcome.CANT_TELL) & musts == set()


@pytest.mark.parametrize("name", BAD_TARGETS)
def test_what_is_no_backpack_does_not_conform(name):
    """For any answer; a target that answers nothing right passes nothing."""
    run = try_bad_target(DEFAULT, name)
    assert run.is_seen, run


@needs_browser
def test_the_mock_itself_fails_nothing():
    """Without a defect there is no failure, and nothing is left open."""
    record = read_record(sound_run()[0] / REPORT / RECORD)
    findings = [finding for line in record.scenarios for finding in line.findings]
    wrong = (Outcome.FAILED, Outcome.CANT_TELL)
    accused = {finding.requirement for finding in findings if finding.outcome in wrong}
    assert len(findings) > len(record.scenarios) > 0
    assert accused - api_facts().selftest.unmet == set()


def test_every_requirement_that_a_scenario_judges_is_broken_by_a_defect():
    """Every check has been seen to fail."""
    assert list(unproven(DEFAULT)) == []


def test_every_requirement_is_judged_or_says_why_not():
    """A catalogue entry that nothing looks at would be an empty promise."""
    judged = {name for scenario in scenarios(DEFAULT) for name in scenario.requirements}
    assert {
        requirement.id for requirement in of_role("backpack") if not requirement.excluded
    } - judged == set()


def test_defects_name_requirements_that_there_are():
    """The mock knows no ids but those of the catalogue."""
    named = {name for defect in defects().values() for name in defect.breaks}
    assert named - set(requirements()) == set()


def test_a_slow_scenario_is_run_against_some_defect():
    """A scenario that most runs omit for time is run against some defect."""
    assert {name for defect in defects().values() for name in defect.breaks} >= slow_requirements(
        DEFAULT
    )


def test_what_a_scenario_reaches_is_what_it_asks_for(reach):
    """A denial never reaches the API; what is hosted and there is not gone.

    What slow scenarios reach is not looked for: they run against the defects that they are about.
    """
    assert "connect.expires-missing" not in reach["connect-denied"]
    assert "connect.expires-missing" in reach["issue-hosted"]
    assert "issue.accepts-gone" not in reach["issue-hosted"]
    reached = {name for names in reach.values() for name in names}
    slow = slow_requirements(DEFAULT)
    quick = {name for name in defects_of(DEFAULT) if not broken_by(name, DEFAULT) & slow}
    assert quick - reached == set()
