"""The fixtures in a project of a user's own, with settings that are not ours."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

LOADED = str(
    [
        "conformance",
        "conformance.core",
        "conformance.core.resources",
        "conformance.pytest_plugin",
        "conformance.pytest_plugin.options",
        "conformance.pytest_plugin.plugin",
        "conformance.pytest_plugin.sockets",
        "conformance.target",
        "conformance.target.configuration",
        "conformance.target.configuration.keys",
    ]
)
EXAMPLES = Path(__file__).parents[3] / "examples" / "python"

INI = """
[pytest]
addopts = -ra --strict-markers --strict-config -p no:cacheprovider
asyncio_mode = strict
asyncio_default_fixture_loop_scope = function
filterwarnings = error
"""
CONFTEST = f"""
import sys
import pytest_asyncio
sys.path.insert(0, {str(EXAMPLES)!r})
import issuer

@pytest_asyncio.fixture
async def my_issuer(backpack, monkeypatch):
    monkeypatch.setenv("BACKPACK_ACCESS_URL", backpack.access_url)
    async with issuer.running(issuer.Issuer) as started:
        yield started
"""
ASYNC = """
import pytest
from issuer import earner_connects

pytestmark = pytest.mark.asyncio

async def award(my_issuer):
    await earner_connects(my_issuer)
    return await my_issuer.push(my_issuer.award(1, await my_issuer.identity()))

async def test_a_badge_arrives(backpack, my_issuer):
    assert await award(my_issuer)
    assert [one["uid"] for one in backpack.badges()] == ["1"]
    assert backpack.journal.of(endpoint="issue")[0]["answer"]["status"] == 201
    backpack.assert_issuer_conforms()

async def test_a_second_push_is_safe(backpack, my_issuer):
    backpack.arm("data.commit_then_drop", endpoint="issue", count=1)
    assert await award(my_issuer)
    assert len(backpack.badges()) == 1
    backpack.assert_issuer_conforms("BC-CLIENT-08", "BC-CLIENT-14")

async def test_an_expired_token_is_renewed(backpack, my_issuer):
    await earner_connects(my_issuer)
    identity = await my_issuer.identity()
    backpack.clock.advance(3600)
    assert await my_issuer.push(my_issuer.award(1, identity))
    backpack.assert_issuer_conforms("BC-CLIENT-06")

@pytest.mark.parametrize("situation", ["expired-token", "busy", "revoked", "already-there-409"])
async def test_a_bad_day(backpack, my_issuer, situation):
    backpack.situation(situation)
    await award(my_issuer)
    backpack.assert_issuer_conforms()
"""
SYNC = """
import urllib.error
import urllib.request

import pytest

def ask(url, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code

def identity(grant, authorization=None):
    header = authorization or grant.authorization
    return ask(f"{grant.api_root}/identity", Authorization=header)

def test_a_grant_works_until_it_ends(backpack):
    grant = backpack.grant("http://issuer.example")
    assert identity(grant) == 200
    backpack.expire(grant)
    assert identity(grant) == 401
    other = backpack.grant("http://issuer.example", "grace@example.org")
    backpack.revoke(other)
    assert identity(other) == 401

def test_a_mistyped_filter_is_an_error(backpack):
    for ask in (backpack.journal.never, backpack.journal.wait):
        with pytest.raises(Exception, match='saw "isue"; did you mean issue'):
            ask(endpoint="isue", timeout=0)

def test_consent_is_answered_as_said(backpack):
    url = f"{backpack.access_url}?scope=issue&callback={backpack.issuer_js}"
    backpack.consent("page")
    assert ask(url) == 200
    assert backpack.journal.wait(endpoint="access", timeout=0)
    backpack.consent("deny", times=1)
    ask(url)
    assert backpack.verdict().outcomes["BC-CLIENT-05"] == "passed"

def test_the_clock_stands_and_moves(backpack):
    now = backpack.clock.freeze()
    assert backpack.clock.advance(60) == now + 60 == backpack.clock.now()
    assert backpack.clock.set("2030-01-01T00:00:00Z") == 1893456000
    assert backpack.clock.resume() >= 1893456000

def test_the_journal_can_be_read(backpack):
    assert len(backpack.journal) == 0
    assert backpack.journal.never(endpoint="token")
    ask(backpack.issuer_js)
    assert [one["endpoint"] for one in backpack.journal] == ["script"]

def test_the_fixtures_have_names_for_their_types(backpack, mock_backpack):
    from conformance.issuers.backpack import Backpack, MockClient
    assert isinstance(backpack, Backpack)
    assert isinstance(mock_backpack, MockClient)
    assert backpack.url.startswith(mock_backpack.url)
"""
FAILING = """
import warnings
import pytest
from test_sync import ask, identity

def test_a_failure(backpack):
    grant = backpack.grant("http://issuer.example")
    identity(grant, f"Bearer {grant.access_token}")
    backpack.assert_issuer_conforms("BC-CLIENT-01", "bc-client-08")

def test_silence(backpack):
    backpack.assert_issuer_conforms()

def test_silence_in_a_situation(backpack):
    backpack.situation("expired-token")
    backpack.assert_issuer_conforms()

def test_an_unknown_requirement(backpack):
    with pytest.raises(ValueError, match="did you mean BC-CLIENT-"):
        backpack.assert_issuer_conforms("BC-CLIENT-1")

def test_an_unknown_situation(backpack):
    with pytest.raises(Exception, match="did you mean expired-token"):
        backpack.situation("expired-tokens")

def test_a_should_is_a_warning(backpack):
    from conformance.issuers.outcomes import IssuerWarning
    ask(f"{backpack.access_url}?scope=issue&callback={backpack.issuer_js}")
    identity(backpack.grant("http://issuer.example"))
    with pytest.warns(IssuerWarning, match="BC-CLIENT-12 SHOULD"):
        backpack.assert_issuer_conforms()
"""
MISTAKES = """
def test_an_unknown_requirement(backpack):
    backpack.assert_issuer_conforms("BC-CLIENT-99")

def test_an_unknown_situation(backpack):
    backpack.situation("expired-tokn")

def test_an_unknown_fault(backpack):
    backpack.arm("http.unavailabel")

def test_a_wrong_origin(mock_backpack):
    mock_backpack.grant("ada@example.org", "no origin")
"""
BLOCKED = """
import socket
import pytest

class SocketBlockedError(RuntimeError):
    pass

class Guarded(socket.socket):
    def __new__(cls, *_, **__):
        raise SocketBlockedError

@pytest.fixture(autouse=True)
def no_sockets(monkeypatch):
    monkeypatch.setattr(socket, "socket", Guarded)
"""
MANY = """
import pytest

@pytest.mark.parametrize("n", range(200))
def test_one_of_many(backpack, n):
    assert backpack.badges() == []
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A user's project with a conftest and an ini file of its own."""
    pytester.makeini(INI)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_async=ASYNC, test_sync=SYNC)
    return pytester


def test_the_fixtures_work_in_a_project_of_its_own(project):
    """Sync and async tests, strict asyncio, warnings as errors."""
    result = project.runpytest_subprocess("-v")
    result.assert_outcomes(passed=13)


@pytest.mark.parametrize("processes", [[], ["-n", "2"]], ids=["one", "two"])
def test_a_failure_is_shown_at_its_line_on_github(pytester, monkeypatch, processes):
    """As an annotation; a test that uses no Backpack is none of our business."""
    pytester.makeini(INI)
    pytester.makepyfile(
        test_it="""
        def test_issuer(backpack):
            assert backpack.badges() == ["no"], "50%"

        def test_other():
            assert False
        """
    )
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    lines = pytester.runpytest_subprocess(*processes).outlines
    (annotation,) = [line for line in lines if line.startswith("::")]
    assert annotation.startswith("::error file=test_it.py,line=1,title=test_issuer::")
    assert "50%25" in annotation


def test_the_fixtures_work_on_several_cores(project):
    """Each process has a mock of its own."""
    result = project.runpytest_subprocess("-n", "2")
    result.assert_outcomes(passed=13)


def test_a_failure_reads_like_the_suites(project):
    """Sentence, expected, saw, exchange, advice; no line of the suite in the traceback."""
    project.makepyfile(test_failing=FAILING)
    result = project.runpytest_subprocess("test_failing.py")
    result.assert_outcomes(passed=3, failed=3)
    result.stdout.fnmatch_lines(
        [
            "E * AssertionError: BC-CLIENT-01 MUST  The issuer sends the base64 of *",
            "E *   expected    Authorization: Bearer <base64(access_token)>",
            "E *   saw         the token itself, not in base64",
            "E *   how to fix  Encode the access token in base64 *",
            "E *   exchange    GET http://127.0.0.1:*/api/identity",
            "E *BC-CLIENT-08 SHOULD  The issuer treats 201, 200 and *",
            "E *  untested    no push was received",
            "E * AssertionError: the issuer sent no requests that can be judged*",
            "E * AssertionError: BC-CLIENT-06 MUST *",
            "E *  untested    the issuer sent no requests",
        ]
    )
    result.stdout.no_fnmatch_line("*issuers/verdict.py*")
    result.stdout.no_fnmatch_line("*issuers/backpack.py*")


def test_a_mistake_is_told_without_our_frames(project):
    """The user's line and the message; no line of the suite."""
    project.makepyfile(test_mistakes=MISTAKES)
    result = project.runpytest_subprocess("test_mistakes.py")
    result.assert_outcomes(failed=4)
    for sentence in ("BC-CLIENT-", "expired-token", "http.unavailable", "origin"):
        result.stdout.fnmatch_lines([f"E *{sentence}*"])
    result.stdout.no_fnmatch_line("*mock_backpack/client.py*")
    result.stdout.no_fnmatch_line("*issuers/*.py*")
    assert len(result.outlines) < 70


def test_blocked_sockets_are_told_in_a_sentence(project):
    """As pytest-socket blocks them: what to allow, and no traceback."""
    project.makeconftest(BLOCKED)
    project.makepyfile(test_blocked="def test_it(backpack): pass")
    result = project.runpytest_subprocess("test_blocked.py")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["pytest-socket blocks the sockets of this fixture: *"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_every_test_has_a_sandbox_and_they_are_cheap(project):
    """Two hundred tests, and as many sandboxes that are gone in the end."""
    project.makepyfile(test_many=MANY)
    result = project.runpytest_subprocess("test_many.py", "-n", "2")
    result.assert_outcomes(passed=200)


def test_a_project_that_asks_for_nothing_loads_nothing(tmp_path):
    """The fixtures are listed with their sentences, and no module of the suite is imported."""
    program = (
        "import sys, pytest; pytest.main(['--fixtures', '-q', '-p', 'no:asyncio']); "
        "print(sorted(n for n in sys.modules if n.startswith(('conformance', 'mock_backpack'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.stdout.splitlines()[-1] == LOADED
    assert "A Backpack of its own for one test, and the verdict on the issuer" in done.stdout
