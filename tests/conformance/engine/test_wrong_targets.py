"""An error of a target is a failed requirement, and does not prevent a run."""

from collections.abc import Callable

import pytest

from conformance.apis.connect.preflight import preflight
from conformance.apis.registry import DEFAULT
from conformance.core.verdict import Outcome
from conformance.engine.runner import open_runner
from conformance.engine.session import RunOptions, open_session
from conformance.scenario.model import Scenario
from conformance.target.http.throttle import AllowedHosts
from conformance.target.opening import TargetOptions
from tests.conformance.fronts import (
    After,
    Before,
    Front,
    Reply,
    Silence,
    mock_with_front,
    rewritten,
)
from tests.conformance.target.http.test_throttle import chosen

pytestmark = pytest.mark.slow

Told = dict[str, str]


def judged(scenarios: list[Scenario], *names: str, before: Before | None = None,
           after: After | None = None) -> dict[str, Outcome]:  # fmt: skip
    """The outcomes of scenarios at a mock with a front."""
    with mock_with_front(before=before, after=after) as url:
        options = RunOptions(target=TargetOptions(url), timeout=5.0, recovery=0.0)
        with open_runner(DEFAULT, options) as runner:
            assert runner.trouble is None, str(runner.trouble)
            found: dict[str, Outcome] = {}
            for result in map(runner.run, chosen(scenarios, *names)):
                assert not result.trouble, result.trouble
                for finding in result.findings:
                    if found.get(finding.requirement) is not Outcome.FAILED:
                        found[finding.requirement] = finding.outcome
    return found


@pytest.mark.parametrize(
    ("change", "requirement"),
    [
        (lambda query: query.pop("expires"), "BC-CONNECT-05"),
        (lambda query: query.pop("api_root"), "BC-CONNECT-05"),
        (lambda query: query.pop("access_token"), "BC-CONNECT-05"),
        (lambda query: query.update(refresh_token=""), "BC-CONNECT-05"),
        (lambda query: query.update(expires="1e999"), "BC-CONNECT-08"),
        (lambda query: query.update(api_root="/api"), "BC-CONNECT-09"),
        (lambda query: query.update(api_root="http://["), "BC-CONNECT-09"),
        (lambda query: query.update(api_root="http://127.0.0.1:99999/api"), "BC-CONNECT-09"),
        (lambda query: query.update(api_root="http://"), "BC-CONNECT-09"),
        (lambda query: query.update(api_root=query["api_root"] + "/nowhere"), "BC-CONNECT-09"),
    ],
)
def test_what_a_callback_is_told_is_judged(
    change: Callable[[Told], object], requirement: str, scenarios: list[Scenario]
):
    """Missing or wrong, it is judged."""
    after = rewritten(lambda query: [change(query), None][1])
    found = judged(scenarios, "connect-granted", after=after)
    assert found[requirement] is Outcome.FAILED


def answers(status: int, body: bytes = b"<h1>Oops</h1>", kind: str = "text/html") -> Before:
    def before(asked: Front) -> Reply | None:
        return Reply(status, [("Content-Type", kind)], body) if asked.is_push else None

    return before


def drops(asked: Front) -> Reply | None:
    if asked.is_push:
        raise Silence
    return None


@pytest.mark.parametrize(
    "before",
    [
        answers(500),
        answers(503),
        answers(401),
        answers(200, b"\xff\xfe", "application/json"),
        drops,
    ],
    ids=["500", "503", "401", "no JSON", "no answer"],
)
def test_a_push_that_fails_is_judged(before: Before, scenarios: list[Scenario]):
    """A Backpack that fails before it fetches anything is wrong, and not badly connected."""
    found = judged(scenarios, "issue-hosted", before=before)
    assert Outcome.FAILED in found.values()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff"])
def test_a_token_answer_that_is_no_object_is_judged(body: bytes, scenarios: list[Scenario]):
    """Later steps that depend on it are inconclusive."""

    def after(asked: Front, reply: Reply) -> Reply:
        if asked.path.endswith("/token"):
            reply.body = body
        return reply

    assert judged(scenarios, "token-refresh", after=after)["BC-TOKEN-01"] is Outcome.FAILED


def test_a_missing_answer_among_several_at_once_could_not_be_told(scenarios: list[Scenario]):
    """The target, the network or this machine may have dropped it."""
    heard = []

    def before(asked: Front) -> Reply | None:
        heard.extend([1] if asked.path.endswith("/token") else [])
        if len(heard) > 3 and asked.path.endswith("/token") and len(heard) % 2:
            raise Silence
        return None

    assert judged(scenarios, "token-parallel", before=before)["BC-TOKEN-15"] is Outcome.CANT_TELL


@pytest.mark.anyio
@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:99999/x", "http://[::1", "http://..example/", "//", "http://"]
)
async def test_a_redirect_to_nowhere_ends_the_walk(location: str):
    """The callback cannot be reached from there, and the message says where it ended."""

    def after(asked: Front, reply: Reply) -> Reply:
        is_access = asked.path.startswith("/access")
        return Reply(302, [("Location", location)]) if is_access else reply

    with mock_with_front(after=after) as url:
        async with open_session(
            DEFAULT, RunOptions(target=TargetOptions(url), timeout=5.0)
        ) as session:
            found = await preflight(session)
    assert found.trouble is not None
    assert "which responded with 302" in found.trouble.came_back


# to whom

SITE = "http://127.0.0.1:8001"


@pytest.mark.parametrize(
    ("root", "url", "is_included"),
    [
        ("https://backpack.example/", "https://backpack.example/api", True),
        ("https://backpack.example/", "https://backpack.example:8443/api", True),
        ("https://backpack.example/", f"{SITE}/a", True),
        ("https://backpack.example/", "http://127.0.0.1:8002/internal", False),
        ("https://backpack.example/", "http://localhost:8001/", False),
        ("https://backpack.example/", "http://[::1]:8001/", False),
        ("https://backpack.example/", "http://169.254.169.254/", False),
        ("https://127.0.0.1.example.org/", "http://127.0.0.1/", False),
        ("http://127.0.0.1:8100/", "http://localhost:8200/api", True),
        ("http://[::1]:8100/", "http://127.0.0.1:8200/api", True),
        ("http://127.0.0.1:8100/", "http://192.0.2.1/", False),
        ("http://127.0.0.1:8100/", "http://[", False),
    ],
)
def test_no_target_reaches_the_testers_own_services(root: str, url: str, is_included: bool):
    """The issuer site is allowed by its port; this machine only to a target on this machine."""
    assert AllowedHosts.of((), root, [SITE]).includes(url) is is_included


# several processes


@pytest.mark.anyio
async def test_processes_do_not_share_a_clock():
    """A mock at a URL has one clock; one that each process starts has its own."""
    with mock_with_front() as url:
        async with open_session(
            DEFAULT, RunOptions(target=TargetOptions(url), processes=2)
        ) as session:
            found = await preflight(session)
    async with open_session(
        DEFAULT, RunOptions(target=TargetOptions("mock"), processes=2)
    ) as session:
        own = await preflight(session)
    assert found.trouble is not None
    assert found.trouble.tried == "share one Backpack among 2 processes"
    assert "--jobs" in found.trouble.advice
    assert own.trouble is None
