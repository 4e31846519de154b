"""Care for a live Backpack: rate, number and target of requests, and crashes."""

import http.server
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.apis.registry import DEFAULT
from conformance.core.catalogue import of_role
from conformance.core.errors import NotProvoked
from conformance.core.requirement import Level
from conformance.core.verdict import Outcome
from conformance.engine.runner import Runner, open_runner
from conformance.engine.scenario_run import ScenarioResult
from conformance.engine.session import RunOptions, allowed
from conformance.scenario.load import load, shipped
from conformance.scenario.model import RISKS, Scenario
from conformance.target.http.client import Client, Wire
from conformance.target.http.throttle import AllowedHosts, Throttle
from conformance.target.opening import TargetOptions
from tests.conformance.command import run_command
from tests.conformance.dying import DyingBackpack
from tests.conformance.selftest.test_bad_targets import Answering, always
from tests.miniatures.plain import PlainBackpack

pytestmark = pytest.mark.slow


def chosen(scenarios: list[Scenario], *names: str) -> list[Scenario]:
    """The scenarios of these names, in this order."""
    return [scenario for name in names for scenario in scenarios if scenario.name == name]


def outcomes(result: ScenarioResult) -> dict[str, Outcome]:
    """The outcome of each requirement of one scenario."""
    return {finding.requirement: finding.outcome for finding in result.findings}


# how fast, how much


@pytest.mark.anyio
async def test_requests_keep_to_the_rate():
    """Six at ten in a second take half a second, however they are asked for."""
    with always() as url:
        client = Client(5.0, throttle=Throttle(rate=10))
        started = time.monotonic()
        for _ in range(6):
            await Wire(client).send("GET", url)
        taken = time.monotonic() - started
        await client.close()
    assert taken >= 0.5


@pytest.mark.anyio
async def test_waiting_for_a_turn_is_not_held_against_the_target():
    """The seconds of an exchange are those of the target."""
    with always() as url:
        client = Client(5.0, throttle=Throttle(rate=1))
        found = [await Wire(client).send("GET", url) for _ in range(2)]
        await client.close()
    assert found[1].seconds < 0.9


def test_a_bound_on_requests_ends_in_untested(scenarios: list[Scenario]):
    """Requests beyond the limit are not sent, and the reason names the option."""
    with PlainBackpack() as backpack:
        options = RunOptions(target=TargetOptions(backpack.root), requests=20)
        with open_runner(DEFAULT, options) as runner:
            results = [
                runner.run(scenario) for scenario in chosen(scenarios, *["token-refresh"] * 4)
            ]
            sent = runner.session.client.throttle.sent
    assert sent == 20
    assert set(outcomes(results[0]).values()) == {Outcome.PASSED}
    assert set(outcomes(results[-1]).values()) == {Outcome.UNTESTED}
    assert "the limit of 20 requests (--requests) is reached" in results[-1].findings[0].reason


def test_a_bound_that_is_too_small_is_told_before_anything_is_judged(tmp_path: Path):
    """Exit code 3, with the option."""
    with PlainBackpack() as backpack:
        ended = run_command("run", backpack.root, "--requests", "2", "--out", str(tmp_path))
    assert ended.code == 3
    assert "the limit of 2 requests (--requests) is reached" in ended.out
    assert "Traceback" not in ended.out + ended.err


# to whom

OTHER = "127.1"
"""Another name of this machine, and one that nobody expects."""


@pytest.mark.anyio
@pytest.mark.parametrize("way", ["send", "send_bytes"])
async def test_nothing_is_sent_to_another_host(way: str):
    """The client itself refuses, and sends no request."""
    with always() as url:
        other = url.replace("127.0.0.1", OTHER)
        client = Client(5.0, throttle=Throttle(allowed=AllowedHosts(frozenset({"127.0.0.1"}))))
        wire = Wire(client)
        assert (await wire.send("GET", url)).answer is not None
        asked = wire.send("GET", other) if way == "send" else wire.send_bytes(other, b"x")
        with pytest.raises(NotProvoked, match=f"--host {OTHER}"):
            await asked
        await client.close()
    assert len(wire.exchanges) == 1


def test_an_api_at_another_host_has_to_be_named(tmp_path: Path):
    """Until then nothing is sent there and nothing judged; with --host it is tried."""
    few = ("--select", "token-refresh", "--out", str(tmp_path), "--allow-incomplete")
    with DyingBackpack() as backpack:
        backpack.tell_api_at(OTHER)
        ended = run_command("run", backpack.root, *few)
        named = run_command("run", backpack.root, *few, "--host", OTHER)
    assert ended.code == 3
    assert f"no request was sent to {OTHER!r}" in ended.out
    assert "--host" in ended.out
    assert "nothing is sent" not in named.out
    assert f"http://{OTHER}:" in named.out


def test_the_usual_names_of_this_machine_are_one_host(tmp_path: Path):
    """A Backpack under development often has another of them in its api_root."""
    with DyingBackpack() as backpack:
        backpack.tell_api_at("localhost")
        ended = run_command(
            "run",
            backpack.root,
            "--select",
            "token-refresh",
            "--out",
            str(tmp_path),
            "--allow-incomplete",
        )
    assert ended.code == 0, ended.out


def leading_to(url: str) -> Callable[[Answering], None]:
    """Headers that lead to a URL."""

    def end_headers(self: Answering) -> None:
        self.send_header("Location", url)
        http.server.BaseHTTPRequestHandler.end_headers(self)

    return end_headers


def test_a_redirect_to_another_host_is_not_followed(tmp_path: Path):
    """The walk ends there, and the other host gets no request."""
    heard: list[str] = []
    with always(log_message=lambda self, *_: heard.append(self.path)) as stranger:
        other = stranger.replace("127.0.0.1", OTHER)
        with always(status=302, end_headers=leading_to(f"{other}/login")) as url:
            ended = run_command("run", url, "--out", str(tmp_path))
    assert ended.code == 3
    assert "which responded with 302" in ended.out
    assert heard == []


# what may hurt


def hurtful(scenarios: list[Scenario]) -> list[Scenario]:
    return [scenario for scenario in scenarios if scenario.risk in RISKS]


@pytest.mark.parametrize(
    ("allow", "left_out"), [(frozenset(), RISKS), (frozenset({"load"}), {"crash"})]
)
def test_what_may_hurt_needs_leave(
    allow: frozenset[str], left_out: set[str], scenarios: list[Scenario]
):
    """Untested, with the option that lets it run."""
    with PlainBackpack() as backpack:
        options = RunOptions(target=TargetOptions(backpack.root), allow=allow)
        with open_runner(DEFAULT, options) as runner:
            found = {
                scenario.risk: runner.run(scenario)
                for scenario in hurtful(scenarios)
                if scenario.risk in left_out
            }
    for risk, result in found.items():
        assert set(outcomes(result).values()) == {Outcome.UNTESTED}
        assert f"pass --allow {risk}" in result.findings[0].reason


@pytest.mark.parametrize(
    ("root", "allow", "kinds"),
    [
        ("http://127.0.0.1:8100/", None, RISKS),
        ("http://localhost/", None, RISKS),
        ("https://backpack.example.org/", None, frozenset()),
        ("https://127.0.0.1.example.org/", None, frozenset()),
        ("http://127.0.0.1:8100/", frozenset(), frozenset()),
        ("https://backpack.example.org/", frozenset({"crash"}), {"crash"}),
    ],
)
def test_a_backpack_on_this_machine_may_be_hurt(
    root: str, allow: frozenset[str] | None, kinds: set[str]
):
    """Unless an option forbids it; a remote one only if an option allows it."""
    assert allowed(allow, root) == kinds


def test_every_must_can_be_judged_without_leave(scenarios: list[Scenario]):
    """So a Backpack elsewhere can conform without being hurt."""
    gentle = {
        name
        for scenario in scenarios
        if scenario.risk not in RISKS
        for name in scenario.requirements
    }
    must = {
        requirement.id for requirement in of_role("backpack") if requirement.level is Level.MUST
    }
    assert must <= gentle


def test_what_may_hurt_runs_last(pytester: pytest.Pytester):
    """So that a crash costs as little as it can."""
    ended = pytester.runpytest("--collect-only", "-q", *map(str, shipped(DEFAULT.language)))
    names = [line.rpartition("::")[2].partition("[")[0] for line in ended.outlines if "::" in line]
    risks = {
        file.name.removesuffix(".backpack.yaml"): load(file, DEFAULT.language).lateness
        for file in shipped(DEFAULT.language)
    }
    late = [risks[name] for name in names]
    assert late == sorted(late)
    assert late[-1] > 0


# a target that dies


@contextmanager
def judging(backpack: DyingBackpack, recovery: float = 1.0) -> Iterator[Runner]:
    """A runner that waits so long for a target to come back."""
    options = RunOptions(target=TargetOptions(backpack.root), recovery=recovery)
    with backpack, open_runner(DEFAULT, options) as runner:
        yield runner


def test_a_crash_for_good_is_told_and_accuses_nobody(scenarios: list[Scenario]):
    """It may have been switched off, and the request cannot be repeated to find out."""
    few = chosen(scenarios, "identity-told", "token-refresh", "bearer-accepted", "issue-signed")
    with judging(DyingBackpack(dies_at="/token")) as runner:
        before, crash, *after = map(runner.run, few)
        silence = runner.monitor.silence
    assert set(outcomes(before).values()) == {Outcome.PASSED}
    assert crash.failed == set()
    assert {outcome for result in after for outcome in outcomes(result).values()} == {
        Outcome.CANT_TELL
    }
    assert silence.startswith("the target stopped responding at exchange ")
    assert "of token-refresh (POST http://127.0.0.1:" in silence
    assert all(silence in finding.reason for result in after for finding in result.findings)


def test_a_request_that_kills_twice_is_one_finding(scenarios: list[Scenario]):
    """It fails its own requirement and BC-ISSUE-20, whether the scenario names that or not."""
    few = chosen(scenarios, "token-refresh", "identity-told")
    with judging(DyingBackpack(dies_at="/token", rises=True, deaths=2), recovery=20.0) as runner:
        crash, after = map(runner.run, few)
        silence = runner.monitor.silence
    assert "BC-ISSUE-20" in crash.failed
    assert {
        finding.exchange for finding in crash.findings if finding.outcome is Outcome.FAILED
    } == {next(exchange.number for exchange in crash.exchanges if exchange.answer is None)}
    assert silence == ""
    assert set(outcomes(after).values()) == {Outcome.PASSED}


def test_a_crash_in_an_example_is_one_finding(scenarios: list[Scenario]):
    """A property fails BC-ISSUE-20 though the scenario does not name it."""
    [scenario] = chosen(scenarios, "safety-any-token-type[types]")
    with judging(DyingBackpack(dies_at="/token", rises=True, deaths=2), recovery=20.0) as runner:
        crash = runner.run(scenario)
    assert "BC-ISSUE-20" in crash.failed
    unanswered = [exchange for exchange in crash.exchanges if exchange.answer is None]
    assert len([exchange for exchange in unanswered if exchange.was_received]) == 1


def test_a_target_that_dies_once_is_judged_on(scenarios: list[Scenario]):
    """The same request causes no crash the second time."""
    few = chosen(scenarios, "token-refresh", "identity-told")
    with judging(DyingBackpack(dies_at="/token", rises=True), recovery=20.0) as runner:
        results = [runner.run(scenario) for scenario in few]
        silence = runner.monitor.silence
    assert silence == ""
    assert {outcome for result in results for outcome in outcomes(result).values()} == {
        Outcome.PASSED
    }


def test_a_request_without_an_answer_is_no_death(scenarios: list[Scenario]):
    """If the target died only at the second try, nobody saw twice that this request kills it."""
    [scenario] = chosen(scenarios, "token-refresh")
    backpack = DyingBackpack(dies_at="/token", rises=True, unanswered=1)
    with judging(backpack, recovery=20.0) as runner:
        result = runner.run(scenario)
    assert set(outcomes(result).values()) == {Outcome.PASSED}


def test_a_target_that_is_switched_off_is_accused_of_nothing(scenarios: list[Scenario]):
    """If no request arrived, none can have caused the crash."""
    [scenario] = chosen(scenarios, "token-refresh")
    backpack = DyingBackpack()
    with judging(backpack) as runner:
        backpack.stop()
        result = runner.run(scenario)
    assert result.failed == set()
    assert set(outcomes(result).values()) == {Outcome.CANT_TELL}


def test_a_run_against_a_target_that_dies_says_where(tmp_path: Path):
    """On the terminal in a few lines, and in the sentence of the verdict."""
    with DyingBackpack(dies_at="/token") as backpack:
        ended = run_command(
            "run", backpack.root, "--select", "token or identity", "--out", str(tmp_path),
            "--recovery", "1",
        )  # fmt: skip
    assert ended.code == 4
    assert "the target stopped responding at exchange" in ended.out.splitlines()[-3]
    assert "FAIL" not in ended.out
    assert ended.out.count("INCONCLUSIVE") < 8
    assert "Traceback" not in ended.out + ended.err
