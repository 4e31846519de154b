"""A story is an ordinary scenario, and its model knows no more than it can."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings

from conformance.apis.connect.story import Model, judges, needs, story
from conformance.apis.registry import DEFAULT
from conformance.core.verdict import Outcome
from conformance.engine.counterexample import counter_example, yaml
from conformance.engine.runner import open_runner
from conformance.engine.session import RunOptions
from conformance.scenario.load import load, shipped, shipped_scenarios
from conformance.scenario.model import Scenario
from conformance.target.opening import TargetOptions
from tests.conformance.written import check
from tests.miniatures.plain import PlainBackpack

pytestmark = pytest.mark.slow

STORIES = [
    scenario
    for scenario in shipped_scenarios(DEFAULT.language)
    if scenario.id.startswith("stories-")
]


def expected(steps: list[dict]) -> list[str]:
    """The requirements that a story judges, step by step."""
    return [name for step in steps for name in step.get("expect", {})]


def model(*happened: str) -> Model:
    """A model after some things, each with the first that it could happen to."""
    found = Model(clock=True)
    for kind in happened:
        found.possible()[kind][0]()
    return found


@pytest.mark.parametrize("scenario", STORIES, ids=lambda scenario: scenario.id)
def test_a_story_is_a_scenario_that_anybody_could_have_written(scenario, tmp_path_factory):
    """The linter has no complaint about any drawn story."""
    clock = "clock" in scenario.needs
    file = tmp_path_factory.mktemp("story") / "mine.backpack.yaml"

    @given(steps=story(clock=clock).filter(expected))
    @settings(max_examples=20, deadline=None)
    def is_sound(steps):
        written = yaml(counter_example(DEFAULT.language, scenario, {"story": steps}, "mine"))
        ended = check(file, written)
        assert ended.exit_code == 0, ended.output

    is_sound()


@pytest.mark.parametrize("clock", [False, True])
def test_stories_judge_what_they_say(clock):
    """Every requirement comes about in one of them, and no other does."""
    seen: Counter[str] = Counter()

    @given(steps=story(clock=clock))
    @settings(max_examples=400, deadline=None, database=None, derandomize=True)
    def count(steps):
        seen.update(expected(steps))

    count()
    assert set(seen) <= set(judges(clock=clock))
    assert set(judges(clock=clock)) - set(seen) <= SELDOM


SELDOM = {"BC-AUTH-12", "BC-ISSUE-16", "BC-REVOKE-04"}
"""What some runs of this many do not draw; what can happen is shown below."""


@pytest.mark.parametrize(
    ("happened", "requirement"),
    [
        (("connect", "look"), "BC-AUTH-01"),
        (("connect", "issue", "again"), "BC-ISSUE-11"),
        (("connect", "issue", "again", "revoke", "connect", "again"), "BC-REVOKE-04"),
        (("connect", "look", "refresh", "look"), "BC-TOKEN-03"),
        (("connect", "refresh", "refresh"), "BC-TOKEN-04"),
        (("connect", "look", "revoke", "connect", "look"), "BC-REVOKE-06"),
        (("connect", "look", "advance", "expired"), "BC-AUTH-06"),
        (("connect", "revoke", "revoked"), "BC-TOKEN-14"),
        (("connect", "refresh", "old access"), "BC-TOKEN-05"),
        (("connect", "refresh", "old push"), "BC-ISSUE-13"),
    ],
)
def test_what_happens_last_is_judged(happened, requirement):
    """By the requirement that would be broken."""
    assert expected(model(*happened).steps)[-1] == requirement


def test_a_second_earner_must_not_change_what_the_first_can_do():
    """A badge pushed for another earner is refused for that reason, and not stored."""
    story = model("connect", "issue")
    story.connect("grace", "first")
    story.issue_new(story.grants[0])
    assert "BC-AUTH-12" in expected(story.steps)
    story.issue_new(story.grants[1])
    story.issue_astray(story.grants[0], story._host("grace", "first"))
    assert expected(story.steps)[-1] == "BC-ISSUE-09"
    story.issue_again(story.grants[1], story.badges[-1])
    assert expected(story.steps)[-1] == "BC-ISSUE-16"


def test_with_two_suspects_nobody_is_accused():
    """The step is a prerequisite then, and a failure of it proves nothing."""
    story = model("connect", "look", "connect")
    story.refresh(story.grants[1])
    story.look(story.grants[0])
    assert "expect" not in story.steps[-1]


def test_after_an_old_refresh_token_nothing_more_is_asked_of_the_grant():
    """The Backpack may have killed all that belongs to it (RFC 9700)."""
    story = model("connect", "refresh", "look", "old refresh")
    assert set(story.possible()) == {"connect", "old access", "old push", "old refresh"}


def test_when_time_passes_only_the_token_that_was_looked_at_is_known_to_be_dead():
    """The others may live longer or shorter; a refresh makes them known again."""
    story = model("connect", "connect", "look", "advance")
    expired, unknown = story.grants
    assert (expired.expired, unknown.expired) == (True, None)
    assert [act.args[0] for act in story.possible()["expired"]] == [expired]
    story.refresh(unknown)
    assert unknown.works


@pytest.mark.parametrize("scenario", STORIES, ids=lambda scenario: scenario.id)
def test_the_file_says_what_its_stories_need_and_judge(scenario: Scenario):
    """Both are checked when the file is read; the story with a clock has more of both."""
    clock = "clock" in scenario.needs
    assert scenario.needs == needs(clock=clock)
    assert set(scenario.requirements) == set(judges(clock=clock))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("strategy: story", "strategy: valid-assertion", "play: expected a variable"),
    ],
)
def test_a_wrong_file_of_stories_is_told(old, new, message, tmp_path):
    """In a line, with its place."""
    text = next(
        file for file in shipped(DEFAULT.language) if file.name.startswith("stories-any-order")
    ).read_text()
    assert old in text
    ended = check(tmp_path / "stories-any-order.backpack.yaml", text.replace(old, new, 1))
    assert ended.exit_code == 2
    assert message in ended.output


def test_another_backpack_is_not_accused():
    """Neither the freedoms of the document nor those of tokens that are used again are faults."""
    [scenario] = [scenario for scenario in STORIES if "clock" not in scenario.needs]
    with PlainBackpack(accounts=None, expires=3600) as backpack:
        options = RunOptions(target=TargetOptions(named=backpack.root), seed=4, examples=15)
        with open_runner(DEFAULT, options) as runner:
            result = runner.run(scenario)
    assert {finding.outcome for finding in result.findings} == {Outcome.PASSED}


def test_a_failing_story_is_told_as_a_small_scenario(tmp_path: Path):
    """Nothing happens in it but what the failure needs, and it fails alone."""
    [scenario] = [scenario for scenario in STORIES if "clock" not in scenario.needs]
    target = TargetOptions(named="mock:issue.adds-again-after-refresh")
    with open_runner(DEFAULT, RunOptions(target=target, seed=1, keep=tmp_path)) as runner:
        result = runner.run(scenario)
        [accused] = [finding for finding in result.findings if finding.outcome is Outcome.FAILED]
        assert accused.requirement == "BC-ISSUE-11"
        alone = load(Path(accused.alone), DEFAULT.language)
        assert len(alone.steps) <= 9
        assert runner.run(alone).failed == {"BC-ISSUE-11"}
