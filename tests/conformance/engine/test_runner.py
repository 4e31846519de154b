"""Scenarios run in order, and say of each requirement what was seen, or why nothing was."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conformance.apis.registry import DEFAULT
from conformance.core.errors import AuthoringError
from conformance.core.exchange import Answer, Exchange, Request
from conformance.core.verdict import Outcome
from conformance.engine.runner import Runner, open_runner
from conformance.engine.scenario_run import ScenarioResult
from conformance.engine.session import RunOptions
from conformance.engine.shared_steps import SharedSteps
from conformance.engine.state import State
from conformance.scenario.load import load
from conformance.target.opening import TargetOptions
from tests.conformance.wire import nobody
from tests.miniatures.plain import PlainBackpack

PASSED, FAILED, CANT_TELL = Outcome.PASSED, Outcome.FAILED, Outcome.CANT_TELL
ONE = """
  - connect: {earner: ada}
    save: grant
  - identity: {token: $grant.access_token}
    expect:
      BC-IDENT-01: {answer: identity}
"""
REFRESH = "  - refresh: {token: $grant.refresh_token}\n"


@pytest.fixture(scope="module")
def mock() -> Iterator[Runner]:
    """A runner at a mock without defects."""
    with open_runner(DEFAULT, RunOptions(seed=1)) as runner:
        yield runner


@pytest.fixture
def run(mock: Runner, tmp_path: Path):
    """Run a scenario that is written in a test, all rows of it."""

    def run(steps: str, more: str = "", runner: Runner = mock) -> list[ScenarioResult]:
        file = tmp_path / "mine.backpack.yaml"
        file.write_text(f"id: mine\ntitle: Mine\n{more}\nsteps:{steps}")
        return [runner.run(scenario) for scenario in load(file, DEFAULT.language).each()]

    return run


def outcomes(result: ScenarioResult) -> dict[str, Outcome]:
    """The outcome of each finding."""
    return {finding.requirement: finding.outcome for finding in result.findings}


def test_a_good_answer_is_a_pass(run):
    """The finding says what was expected, what came back, and where."""
    [result] = run(ONE)
    [found] = result.findings
    assert (found.requirement, found.outcome) == ("BC-IDENT-01", PASSED)
    assert found.expected.startswith("the earner's identity")
    assert found.came_back.startswith("200 {")
    assert (found.step, found.line) == (2, 9)
    assert result.exchanges[found.exchange - 1].request.url.endswith("/identity")


def test_a_wrong_answer_is_a_failure(run):
    """The same with what did not fit, and the scenario goes on."""
    [result] = run(
        ONE.replace("answer: identity", "body: {type: phone}")
        + "      BC-IDENT-02: {body: {type: email}}\n"
    )
    assert outcomes(result) == {"BC-IDENT-01": FAILED, "BC-IDENT-02": PASSED}
    assert result.findings[0].expected == "body with type 'phone'"
    assert "saw 'email'" in result.findings[0].came_back
    assert result.failed == {"BC-IDENT-01"}


def test_when_a_step_breaks_the_rest_cannot_be_told(run):
    """Nothing passes that was not seen, and the reason names the step."""
    [result] = run("""
  - connect: {earner: ada}
    save: grant
  - identity: {token: $grant.access_token}
    expect:
      BC-IDENT-01: {answer: identity}
  - issue: {token: not-a-token-of-yours, badge: "http://127.0.0.1:1/", at: $grant.api_root}
  - identity: {token: $grant.access_token}
    expect:
      BC-ISSUE-20: {status: 2xx}
  - refresh: {token: $grant.refresh_token}
    expect:
      BC-TOKEN-01: {answer: refreshed}
""")
    assert outcomes(result) == {
        "BC-IDENT-01": PASSED,
        "BC-ISSUE-20": CANT_TELL,
        "BC-TOKEN-01": CANT_TELL,
    }
    assert {finding.reason for finding in result.findings[1:]} == {
        "an earlier step failed (step 3, issue): the response was 401"
    }
    assert result.exchanges[-1].request.url.endswith("/issue")
    assert result.trouble == ""


def test_a_member_that_was_never_told_breaks_what_needs_it(run):
    """The reason names the reference."""
    [result] = run(ONE.replace("$grant.access_token", "$grant.secret_token"))
    assert outcomes(result) == {"BC-IDENT-01": CANT_TELL}
    assert "$grant.secret_token has no value, as no response" in result.findings[0].reason


REFUSED = """
  - connect: {{earner: ada}}
    save: grant
  - identity: {{token: {0}, at: $grant.api_root}}
    must: refused
  - identity: {{token: $grant.access_token}}
    expect:
      BC-IDENT-01: {{answer: identity}}
"""


@pytest.mark.parametrize(
    ("token", "outcome"), [("not-a-token-of-yours", PASSED), ("$grant.access_token", CANT_TELL)]
)
def test_a_step_that_must_be_refused_is(run, token, outcome):
    """Else nothing that follows would mean anything."""
    [result] = run(REFUSED.format(token))
    assert outcomes(result) == {"BC-IDENT-01": outcome}
    assert ("it was not refused" in result.findings[0].reason) is (outcome is CANT_TELL)


def test_an_expectation_of_another_situation_is_no_finding(run):
    """An expectation about errors is not judged on a success."""
    [result] = run(ONE + "      BC-AUTH-14: {when: error, status: 401}\n")
    assert outcomes(result) == {"BC-IDENT-01": PASSED}


def test_every_row_runs_by_itself(run):
    """With its own values, and a name of its own."""
    results = run(
        ONE.replace("answer: identity", "status: [200], body: {type: $each.type}"),
        "each: {right: {type: email}, wrong: {type: phone}}",
    )
    assert [result.scenario.name for result in results] == ["mine[right]", "mine[wrong]"]
    assert [outcomes(result)["BC-IDENT-01"] for result in results] == [PASSED, FAILED]


TWO_ROWS = "each: {first: {type: email}, second: {type: email}}"
TYPED = ONE.replace("answer: identity", "status: [200], body: {type: $each.type}")


def sent(result: ScenarioResult) -> list[str]:
    """Methods and paths of the exchanges."""
    parts = [
        (exchange.request.method, urlsplit(exchange.request.url).path)
        for exchange in result.exchanges
    ]
    return [f"{method} {path}" for method, path in parts]


def test_rows_go_on_from_the_same_first_steps(run):
    """The earner grants access once; each row shows the exchanges that led to its own."""
    first, second = run(TYPED, TWO_ROWS)
    assert first.exchanges[:-1] == second.exchanges[:-1]
    assert first.exchanges[-1] is not second.exchanges[-1]
    assert sent(first) == sent(second)
    assert outcomes(first) == outcomes(second) == {"BC-IDENT-01": PASSED}


def test_a_row_that_fails_so_fails_by_itself_as_well(run):
    """It is run again from its first step: what came before may be the reason."""
    right, wrong = run(TYPED, TWO_ROWS.replace("second: {type: email}", "second: {type: phone}"))
    assert outcomes(wrong) == {"BC-IDENT-01": FAILED}
    assert right.exchanges[0] is not wrong.exchanges[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("more", "needs"),
    [
        (REFRESH, "[]"),
        ("  - revoke: {earner: ada}\n", "[revoke]"),
        ("  - request: {method: POST, path: token, text: '{}'}\n    must: null\n", "[]"),
        ("  - advance: {seconds: 1}\n", "[clock]"),
    ],
    ids=["refresh", "revoke", "token", "advance"],
)
def test_rows_that_change_a_grant_have_one_of_their_own(run, more, needs):
    """Else the second would find what the first has left."""
    first, second = run(TYPED + more, f"{TWO_ROWS}\nneeds: {needs}")
    assert first.exchanges[0] is not second.exchanges[0]
    assert outcomes(second) == {"BC-IDENT-01": PASSED}


@pytest.mark.slow
def test_rows_do_not_share_a_grant_that_is_old(tmp_path):
    """A target may let its tokens live for seconds only."""
    file = tmp_path / "mine.backpack.yaml"
    file.write_text(f"id: mine\ntitle: Mine\n{TWO_ROWS}\nsteps:{TYPED}")
    first, second = load(file, DEFAULT.language).each()
    with (
        PlainBackpack(accounts=None, expires=1) as backpack,
        open_runner(DEFAULT, RunOptions(target=TargetOptions(backpack.root))) as runner,
    ):
        result = runner.run(first)
        time.sleep(0.6)
        other = runner.run(second)
    assert result.exchanges[0] is not other.exchanges[0]
    assert outcomes(other) == {"BC-IDENT-01": PASSED}


@pytest.mark.parametrize("answer", [None, Answer(200)], ids=["lost", "answered"])
def test_rows_do_not_share_first_steps_without_an_answer(mock, answer):
    """Else every row would show the request that had none."""
    state, shared_steps = State.fresh(mock.session, {}), SharedSteps()
    state.ends["token"] = float("inf")
    state.wire.exchanges.append(Exchange(1, Request("GET", "http://backpack.example/"), answer, 0))
    shared_steps.keep(["connect"], state)
    assert (shared_steps.furthest(["connect", "issue"]) is None) is (answer is None)


def test_scenarios_that_follow_each_other_share_their_first_steps(run):
    """A second one goes on from the grant of the first, whatever it does with it."""
    [first], [second] = run(ONE), run(ONE + ONE.partition("grant\n")[2])
    assert first.exchanges[:-1] == second.exchanges[:-2]
    assert outcomes(second) == {"BC-IDENT-01": PASSED}


def test_scenarios_share_no_earner_after_one_that_changed_a_grant(run):
    """At a Backpack with one earner it may have ended the grants of those before."""
    [first], [_], [last] = run(ONE), run(ONE + REFRESH), run(ONE)
    assert first.exchanges[0] is not last.exchanges[0]
    assert outcomes(last) == {"BC-IDENT-01": PASSED}


def test_a_scenario_that_fails_had_an_earner_of_its_own(run):
    """What came before is never the reason."""
    [right], [wrong] = run(ONE), run(ONE.replace("answer: identity", "body: {type: phone}"))
    assert outcomes(wrong) == {"BC-IDENT-01": FAILED}
    assert right.exchanges[0] is not wrong.exchanges[0]


def test_what_the_suite_cannot_do_is_its_own_trouble(run):
    """A missing schema is reported with its traceback, and no requirement fails."""
    row = "each: {one: {where: nowhere}}"
    [result] = run(ONE.replace("answer: identity", "body: {salt: {$ref: $each.where}}"), row)
    assert outcomes(result) == {"BC-IDENT-01": CANT_TELL}
    assert "the suite failed at step 2 (identity)" in result.findings[0].reason
    assert "Traceback" in result.trouble


def test_a_missing_capability_is_told(run):
    """The requirements are untested, with the reason, and nothing was sent."""
    [result] = run(ONE, "needs: [reset]")
    assert outcomes(result) == {"BC-IDENT-01": Outcome.UNTESTED}
    assert result.findings[0].reason == "the target cannot be reset"
    assert result.exchanges == ()


def test_one_account_is_one_earner(run):
    """Scenarios with two people are untested at such a target."""
    options = TargetOptions(accounts={"ada@example.org": "difference engine"})
    with open_runner(DEFAULT, RunOptions(target=options)) as runner:
        [alone] = run(ONE, runner=runner)
        [two] = run("\n  - connect: {earner: grace}" + ONE, "needs: [second-earner]", runner)
    assert outcomes(alone) == {"BC-IDENT-01": PASSED}
    assert outcomes(two) == {"BC-IDENT-01": Outcome.UNTESTED}
    assert two.findings[0].reason == "the target has only one earner"


def test_behind_trouble_of_the_preflight_nothing_is_judged(run):
    """A missing target is reported once, and no scenario sends requests."""
    with (
        nobody() as url,
        open_runner(DEFAULT, RunOptions(target=TargetOptions(named=url))) as runner,
    ):
        [result] = run(ONE, runner=runner)
        assert runner.trouble is not None
    assert outcomes(result) == {"BC-IDENT-01": CANT_TELL}
    assert "no connection" in result.findings[0].reason
    assert result.exchanges == ()


@pytest.mark.parametrize("named", ["", "mok", "ftp://127.0.0.1/", "http://", "mock:no.such-defect"])
def test_a_target_that_is_named_wrongly_is_told(named):
    """It is an error of the command line, and not of the target."""
    with (
        pytest.raises(AuthoringError, match="target: "),
        open_runner(DEFAULT, RunOptions(target=TargetOptions(named=named))),
    ):
        pass


def test_secrets_of_a_scenario_are_known(run):
    """Tokens, e-mail and password are shown by their names."""
    [result] = run(ONE)
    parameters = result.exchanges[-2].landing.parameters
    [form] = [
        exchange.request.body.decode()
        for exchange in result.exchanges
        if b"%40" in exchange.request.body
    ]
    assert result.secrets.redacted(parameters["access_token"]) == "«access_token 1»"
    assert result.secrets.redacted(parameters["refresh_token"]) == "«refresh_token 1»"
    assert "«e-mail of ada 1" in result.secrets.redacted(form)
    assert "example.org" not in result.secrets.redacted(form)


@pytest.mark.slow
def test_a_token_that_had_expired_meanwhile_accuses_nobody(run):
    """On a slow machine a token may end before it is used, and refusing it is right."""
    waited = ONE.replace("  - identity", "  - advance: {seconds: $grant.expires}\n  - identity")
    with PlainBackpack(accounts=None, expires=1) as backpack:
        target = TargetOptions(named=backpack.root, wait_expiry=5.0)
        with open_runner(DEFAULT, RunOptions(target=target)) as runner:
            [result] = run(waited, "needs: [clock]", runner)
    assert outcomes(result) == {"BC-IDENT-01": CANT_TELL}
    assert "the access token had expired" in result.findings[0].reason


PUSH = """
  - connect: {earner: ada}
    save: grant
  - host: {assertion: {uid: one}}
    save: badge
  - issue: {token: TOKEN, badge: $badge.url}
    expect:
      BC-ISSUE-01: {status: 204}
"""


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("$grant.access_token", "; the target fetched assertion, badge, issuer, image"),
        ("wrong, at: $grant.api_root", "; the target never reached the issuer site"),
    ],
)
def test_a_push_that_failed_tells_what_was_fetched(run, token, says):
    """The failure shows whether the Backpack fetched anything at all."""
    [result] = run(PUSH.replace("TOKEN", token))
    assert result.findings[0].outcome is FAILED
    assert result.findings[0].came_back.endswith(says)
