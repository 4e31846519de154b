"""A target that hangs, freezes or is killed in the middle of a run is noticed once."""

import itertools
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.apis.connect.endpoints import Endpoint, endpoint_of
from conformance.apis.connect.preflight import preflight
from conformance.apis.registry import DEFAULT
from conformance.core.verdict import Outcome
from conformance.engine.runner import open_runner
from conformance.engine.scenario_run import ScenarioResult
from conformance.engine.session import RunOptions, open_session
from conformance.scenario.model import Scenario
from conformance.scenario.needs import endpoints_of
from conformance.target.opening import TargetOptions
from tests.conformance.command import run_command
from tests.conformance.fronts import Before, Front, Reply, Silence, mock_with_front
from tests.conformance.target.http.test_throttle import chosen, outcomes

pytestmark = pytest.mark.slow

TIMEOUT = 3.0
FOR_EVER = 30.0

Hits = Callable[[Front], bool]


def hanging(hits: Hits, after: int, times: int = 10**6) -> Before:
    """No answer to such requests after so many, for so many times."""
    count = itertools.count(1)

    def before(asked: Front) -> Reply | None:
        if hits(asked) and after < next(count) <= after + times:
            time.sleep(FOR_EVER)
            raise Silence
        return None

    return before


def ends_in(name: str) -> Hits:
    return lambda asked: asked.path.partition("?")[0].endswith(f"/{name}")


def judged(
    before: Before, scenarios: list[Scenario], *names: str, recovery: float = 2.0
) -> tuple[list[ScenarioResult], str]:
    """The results of scenarios, and what the run says of a target that is silent."""
    with mock_with_front(before=before) as url:
        options = RunOptions(target=TargetOptions(url), timeout=TIMEOUT, recovery=recovery)
        with open_runner(DEFAULT, options) as runner:
            assert runner.trouble is None
            return [
                runner.run(scenario) for scenario in chosen(scenarios, *names)
            ], runner.monitor.silence


@pytest.mark.parametrize(
    ("name", "few"),
    [
        ("issue", ("issue-hosted", "issue-signed", "issue-wrong-earner[plain]")),
        pytest.param(
            "token",
            ("token-refresh", "token-form", "token-reuse"),
            marks=pytest.mark.exhaustive,
        ),
        pytest.param(
            "identity",
            ("identity-told", "bearer-accepted", "bearer-exact"),
            marks=pytest.mark.exhaustive,
        ),
    ],
)
def test_an_endpoint_that_hangs_for_good_is_told_once(name, few, scenarios):
    """Requirements of that endpoint are inconclusive, the others are judged."""
    others = {"issue": "token-form", "token": "issue-hosted", "identity": "issue-hosted"}
    [first, *rest], silence = judged(hanging(ends_in(name), 1), scenarios, *few, others[name])
    assert first.failed == set()
    assert f"/{name}: no answer within" in silence
    for result in rest[:-1]:
        assert set(outcomes(result).values()) == {Outcome.CANT_TELL}
        assert all(finding.reason == silence for finding in result.findings)
    assert set(outcomes(rest[-1]).values()) == {Outcome.PASSED}


def test_a_request_that_always_hangs_is_held_against_the_target(scenarios):
    """Good pushes are answered: this one alone is not, and not the second time either."""
    is_of_another = hanging(lambda asked: asked.is_push and b"eyJ" in asked.body, 0)
    results, silence = judged(is_of_another, scenarios, "issue-signed[bare]", "issue-hosted")
    assert results[0].failed
    assert silence == ""
    assert set(outcomes(results[1]).values()) == {Outcome.PASSED}


def test_a_request_that_hangs_once_is_sent_again(scenarios):
    """A target that froze for a moment is judged by what it does the second time."""
    once = hanging(ends_in("issue"), 1, times=1)
    results, silence = judged(once, scenarios, "issue-hosted")
    assert silence == ""
    assert set(outcomes(results[0]).values()) == {Outcome.PASSED}


def test_a_target_that_freezes_for_good_is_told_once(scenarios):
    """SIGSTOP: no page answers any more, and a GET of the login page is no culprit."""
    frozen = hanging(lambda _asked: True, 12)
    results, silence = judged(frozen, scenarios, *["issue-hosted", "token-form"] * 2)
    assert set().union(*(result.failed for result in results)) == set()
    assert set(outcomes(results[-1]).values()) == {Outcome.CANT_TELL}
    assert silence.startswith("the target stopped responding at exchange")


@pytest.mark.anyio
async def test_a_push_that_is_fetched_and_never_answered_is_an_accusation():
    """Two good pushes were fetched and hung: that is no matter of set-up."""

    def after(asked: Front, reply: Reply) -> Reply:
        if asked.is_push:
            time.sleep(FOR_EVER)
        return reply

    with mock_with_front(after=after) as url:
        async with open_session(
            DEFAULT, RunOptions(target=TargetOptions(url), timeout=TIMEOUT)
        ) as session:
            found = await preflight(session)
    assert found.trouble is None
    assert found.early_failure is not None
    assert found.early_failure.requirement == "BC-ISSUE-01"
    assert "fetched 4 documents" in found.early_failure.came_back


def test_a_backpack_that_never_answers_a_push_does_not_conform(tmp_path: Path):
    """Exit code 1; what needs no push is judged."""

    def after(asked: Front, reply: Reply) -> Reply:
        if asked.is_push:
            raise Silence
        return reply

    words = ("--select", "issue-hosted or token-form or issue-signed", "--out", str(tmp_path))
    with mock_with_front(after=after) as url:
        ended = run_command("run", url, *words, "--timeout", "3")
    assert ended.code == 1, ended.out
    assert "1 of 67 MUST requirements failed" in ended.out
    assert "the Backpack fetched 4 documents" in ended.out
    assert "/api/issue" in ended.out  # the exchange that shows it
    assert "Bearer «access_token 1" in ended.out


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("http://a/api/issue", Endpoint.ISSUE),
        ("http://a/api/token/?x=1", Endpoint.TOKEN),
        ("http://a/identity", Endpoint.IDENTITY),
        ("http://a/access", Endpoint.PAGES),
        ("http://[", Endpoint.PAGES),
    ],
)
def test_an_endpoint_is_told_by_its_address(url: str, endpoint: Endpoint):
    """For any host."""
    assert endpoint_of(url) is endpoint


def test_what_a_scenario_asks_for_is_known(scenarios):
    """So that a silent endpoint costs no more than what needs it."""
    asked = {
        name: endpoints_of(chosen(scenarios, name)[0], DEFAULT.language)
        for name in ("identity-told", "token-parallel", "issue-parallel", "stories-any-order")
    }
    assert Endpoint.ISSUE not in asked["identity-told"]
    assert asked["token-parallel"] == {Endpoint.PAGES, Endpoint.TOKEN}
    assert Endpoint.ISSUE in asked["issue-parallel"]
    assert asked["stories-any-order"] == set(Endpoint)
