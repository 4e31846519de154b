"""Stories of the APIs with OAuth are ordinary scenarios, and their model knows no more than it can.

What is said of one API here holds for both; the badges of each are in its own tests.
"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.apis.badge_connect.story import FACTS as OF_BADGE_CONNECT
from conformance.apis.badge_connect.story import STORY as BADGE_CONNECT
from conformance.apis.credentials.story import FACTS as OF_CREDENTIALS
from conformance.apis.credentials.story import STORY as CREDENTIALS
from conformance.apis.oauth.stories.facts import StoryFacts
from conformance.apis.oauth.stories.model import Model
from conformance.apis.oauth.stories.world import World
from conformance.apis.registry import APIS
from conformance.core.verdict import Outcome
from conformance.engine.counterexample import counter_example, yaml
from conformance.engine.runner import open_runner
from conformance.engine.session import RunOptions
from conformance.scenario.load import load, shipped_scenarios
from conformance.scenario.model import Scenario
from conformance.target.opening import TargetOptions
from tests.conformance.written import check

pytestmark = pytest.mark.slow

STRATEGIES = {"ob2.1": BADGE_CONNECT, "ob3": CREDENTIALS}
TALES = {"ob2.1": OF_BADGE_CONNECT, "ob3": OF_CREDENTIALS}
EACH_API = pytest.mark.parametrize("api", STRATEGIES)
KINDS = ({}, {"clock": True}, {"revocation": True})


def stories_of(api: str) -> list[Scenario]:
    """The shipped scenarios of stories."""
    shipped = shipped_scenarios(APIS[api].language)
    return [scenario for scenario in shipped if scenario.id.startswith("stories-")]


def parameters(scenario: Scenario) -> dict:
    """Those of the strategy of a scenario."""
    return {name: value for name, value in scenario.for_all["story"].items() if value is True}


def expected(steps: list[dict]) -> list[str]:
    """The requirements that a story judges, step by step."""
    return [name for step in steps for name in step.get("expect", {})]


def model(*happened: str, tale: StoryFacts = OF_BADGE_CONNECT) -> Model:
    """A model after some events, each with the first that it could happen to."""
    story = Model(World(tale), clock=True, revocation=True)
    for kind in happened:
        happen(story, kind)
    return story


def happen(story: Model, kind: str) -> None:
    """Let an event happen to the first that it can happen to, or to that of a client.

    A look happens to the newest grant.
    """
    kind, _, client = kind.partition(" of ")
    if kind == "look":
        story.looks()[-1]()
    elif client:
        acts = story.possible()[kind]
        next(act for act in acts if act.args[1].client == client)()
    else:
        story.possible()[kind][0]()


def drawn(strategy: st.SearchStrategy[list[dict]], count: int) -> list[list[dict]]:
    """So many stories, the same ones each time."""
    found: list[list[dict]] = []

    @given(steps=strategy)
    @settings(max_examples=count, deadline=None, database=None, derandomize=True)
    def keep(steps):
        found.append(steps)

    keep()
    return found


@EACH_API
def test_a_story_is_a_scenario_that_anybody_could_have_written(api, tmp_path):
    """The linter has no complaint about any drawn story."""
    language = APIS[api].language
    for scenario in stories_of(api):
        file = tmp_path / "mine.backpack.yaml"

        for steps in drawn(STRATEGIES[api].draw(**parameters(scenario)).filter(expected), 3):
            written = yaml(counter_example(language, scenario, {"story": steps}, "mine"))
            ended = check(file, written, "--api", api)
            assert ended.exit_code == 0, ended.output


def test_stories_judge_what_they_say():
    """Every requirement comes about in some story, and no other does."""
    seen, judged = set[str](), set[str]()
    for kind in KINDS:
        stories = drawn(BADGE_CONNECT.draw(**kind), 120)
        names = {name for steps in stories for name in expected(steps)}
        assert names <= set(BADGE_CONNECT.judges(**kind))
        seen |= names
        judged |= set(BADGE_CONNECT.judges(**kind))
    assert seen == judged


@EACH_API
def test_a_file_says_what_its_stories_need_and_judge(api):
    """Both are checked when the file is read."""
    for scenario in stories_of(api):
        kind = parameters(scenario)
        assert scenario.needs == set(STRATEGIES[api].needs(**kind))
        assert set(scenario.requirements) == set(STRATEGIES[api].judges(**kind))


@pytest.mark.parametrize(
    ("happened", "requirement"),
    [
        (("connect", "look"), "BC21-AUTH-01"),
        (("connect", "push"), "BC21-POST-01"),
        (("connect", "narrow", "push narrow"), "BC21-POST-16"),
        (("connect", "push", "again", "read"), "BC21-POST-08"),
        (("connect", "foreign"), "BC21-POST-10"),
        (("authorize", "exchange"), "BC21-TOKEN-01"),
        (("authorize", "exchange", "code again"), "BC21-TOKEN-07"),
        (("connect", "register", "authorize of client1", "exchange"), "BC21-REG-07"),
        (("authorize", "exchange", "code again", "ended"), "BC21-TOKEN-08"),
        (("connect", "refresh", "look"), "BC21-TOKEN-14"),
        (("connect", "register", "foreign refresh"), "BC21-TOKEN-15"),
        (("narrow", "push narrow", "refresh", "push narrow"), "BC21-TOKEN-16"),
        (("connect", "refresh", "register", "refresh"), "BC21-TOKEN-14"),
        (("connect", "revoke", "ended"), "BC21-REV-02"),
        (("connect", "look", "revoke", "connect", "look"), "BC21-REV-08"),
        (("connect", "end access", "ended"), "BC21-REV-05"),
        (("connect", "end refresh", "ended"), "BC21-REV-05"),
        (("connect", "register", "foreign end"), "BC21-REV-07"),
        (("connect", "look", "advance", "expired"), "BC21-AUTH-04"),
    ],
)
def test_what_happens_last_is_judged(happened, requirement):
    """By the requirement that would be broken."""
    assert expected(model(*happened).steps)[-1] == requirement


def test_when_the_list_is_read_each_badge_is_judged_by_what_has_happened_to_it():
    """It is there once, and a badge that was refused is not."""
    story = model("connect", "push", "foreign", "read")
    [own, foreign] = [badge.name for badge in story.world.badges]
    wanted = story.steps[-1]["expect"]
    assert set(wanted) == {"BC21-POST-02", "BC21-GET-08", "BC21-POST-10"}
    [present] = wanted["BC21-POST-02"]["body"]["ids"]["allOf"]
    assert present == {"contains": {"const": f"${own}.id"}}
    [absent] = wanted["BC21-POST-10"]["body"]["ids"]["allOf"]
    assert absent == {"not": {"contains": {"const": f"${foreign}.id"}}}


def test_a_badge_that_comes_again_is_newer_where_an_equal_one_may_be_refused():
    """In Open Badges 3.0; in 2.1 the same badge is pushed twice."""
    [again] = [step["post"] for step in model("connect", "push", "again").steps[-1:]]
    newer = model("connect", "push", "again", tale=OF_CREDENTIALS).steps[-2]
    assert again["badge"] == "$badge2"
    assert newer["sign"]["replaces"] == "$badge2"
    assert newer["sign"]["credential"]["validFrom"] == "2025-01-01T00:00:00Z"


def test_with_two_suspects_nobody_is_accused():
    """The step is a prerequisite then, and a failure of it proves nothing."""
    story = model("connect", "look", "register")
    story.world.working[0].grant.access.add("BC21-REV-03")
    happen(story, "look")
    assert "expect" not in story.steps[-1]


def test_an_earlier_grant_of_the_same_client_may_end_when_access_is_granted_again():
    """Nothing more is asked of it, but that it is dead when the earner revokes access."""
    story = model("connect", "connect")
    first, second = story.world.permissions
    assert [first.grant.works, second.grant.works] == [False, True]
    happen(story, "revoke")
    happen(story, "ended")
    assert story.steps[-1]["profile"] == {"token": first.access_token}
    assert expected(story.steps)[-1] == "BC21-REV-02"


@EACH_API
def test_old_tokens_may_live_on_after_a_refresh(api):
    """Whether an old refresh token must be dead is for the API, and only if it was replaced."""
    story = model("connect", "refresh", "old access", tale=TALES[api])
    assert story.steps[-1]["must"] is None
    assert "expect" not in story.steps[-1]
    happen(story, "old refresh")
    if api == "ob3":
        assert story.steps[-1]["given"] == "$pair1.replaced"
        assert expected(story.steps) == ["OB3-TOKEN-10", "OB3-TOKEN-12"]
    else:
        assert expected(story.steps) == ["BC21-TOKEN-14"]
    assert story.world.alive == []


def test_a_refresh_uses_the_token_that_came_last():
    """A refresh that answers none leaves the old one."""
    story = model("connect", "refresh", "refresh")
    assert [step["refresh"]["token"] for step in story.steps[1:]] == [
        "$grant0.refresh_token",
        "$pair1.latest",
    ]


@EACH_API
def test_an_access_token_ends_with_its_refresh_token_only_where_the_api_says_so(api):
    """Open Badges 3.0 does not."""
    story = model("connect", "end refresh", tale=TALES[api])
    for act in story.possible()["ended"]:
        act()
    used = [next(iter(step)) for step in story.steps[2:]]
    assert used == (["profile", "refresh"] if api == "ob2.1" else ["refresh"])


def test_what_a_client_ends_is_dead_only_if_the_target_said_so():
    """It may refuse to end a token of that kind."""
    story = model("connect", "end access", "ended")
    assert story.steps[-1]["given"] == "$end1.ended"


def test_when_time_passes_codes_and_tokens_may_be_over():
    """What was refreshed afterwards is known again."""
    story = model("authorize", "connect", "advance")
    assert story.world.codes == []
    [permission] = story.world.permissions
    assert permission.grant.expired
    happen(story, "refresh")
    assert permission.grant.works


DEFECTS = [
    ("ob2.1", "renewal.forgets-the-scope", "BC21-TOKEN-16", 8),
    ("ob3", "revocation.settings-end-one-grant", "OB3-REV-01", 5),
]


@pytest.mark.exhaustive
@pytest.mark.parametrize(("api", "defect", "requirement", "longest"), DEFECTS)
def test_a_failing_story_is_told_as_a_small_scenario(
    api, defect, requirement, longest, tmp_path: Path
):
    """Nothing happens in it but what the failure needs, and it fails alone."""
    scenario = next(scenario for scenario in stories_of(api) if not parameters(scenario))
    options = RunOptions(
        target=TargetOptions(f"mock:{defect}"), seed=1, budget="ci", keep=tmp_path, examples=40
    )
    with open_runner(APIS[api], options) as runner:
        result = runner.run(scenario)
        accused = {
            finding.requirement for finding in result.findings if finding.outcome is Outcome.FAILED
        }
        assert accused == {requirement}
        failure = next(finding for finding in result.findings if finding.outcome is Outcome.FAILED)
        alone = load(Path(failure.alone), APIS[api].language)
        assert len(alone.steps) <= longest
        assert runner.run(alone).failed == {requirement}


def test_a_grant_after_a_client_ended_the_last_one_is_one_after_a_revocation():
    """Before any token has worked, nobody can tell which requirement a refusal breaks."""
    held = OF_BADGE_CONNECT.requirements
    story = model("connect", "end refresh", "connect")
    assert story.world.permissions[-1].grant.access == {held.granted_again, held.access_works}
    story = model("connect", "look", "end refresh", "connect")
    assert story.world.permissions[-1].grant.access == {held.granted_again}
    story = model("connect", "connect")
    assert story.world.permissions[-1].grant.access == {held.access_works}


def test_an_access_token_that_lives_on_does_not_hide_a_refresh_token_that_does():
    """Both are judged, whatever becomes of the first."""
    held = OF_BADGE_CONNECT.requirements
    story = model("connect", "end refreshed")
    access, refresh = story.steps[-2:]
    assert (list(access["expect"]), access["must"]) == ([held.ended_with_refresh], None)
    assert (list(refresh["expect"]), refresh["must"]) == ([held.ended_refresh], "hold")
