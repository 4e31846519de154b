"""An earner under load: what is held against a target, and what is not."""

import time

import pytest
from aiohttp import web

from conformance.apis.connect.api import CONNECT
from conformance.core.verdict import Outcome
from conformance.engine.load import LoadTask
from conformance.engine.load_earner import LoadEarner, do_task
from conformance.engine.session import RunOptions, open_session
from conformance.target.opening import TargetOptions

pytestmark = pytest.mark.anyio


async def done(action, target="mock"):
    """What comes of a task of a new earner."""
    options = RunOptions(target=TargetOptions(target), timeout=2.0)
    async with open_session(CONNECT, options) as session:
        earner = LoadEarner.new(session, 0, CONNECT.load.memory())
        return await do_task(earner, LoadTask("task", "A task", 1, (), action))


async def test_a_sound_answer_passes():
    """By the same terms as in a scenario."""

    async def connect(earner):
        result = await earner.do("connect", earner="ada")
        earner.judge("BC-CONNECT-05", result, when="landed", answer="granted")

    result = await done(connect)
    assert [finding.outcome for finding in result.findings] == [Outcome.PASSED]
    assert (result.cut, result.unanswered, result.failed) == ("", 0, False)


async def test_a_request_without_a_response_accuses_nobody(aiohttp_closing):
    """Under load the network and this machine give up as well: the task is cut short."""

    async def ask(earner):
        result = await earner.do("identity", at=aiohttp_closing)
        earner.judge("BC-IDENT-01", result, answer="identity")

    result = await done(ask)
    assert result.findings == ()
    assert result.unanswered == 1
    assert "incomplete response" in result.cut


@pytest.mark.parametrize(("seconds", "failures"), [(0.0, 0), (60.0, 1)])
async def test_an_expired_token_may_be_refused(seconds, failures):
    """Who holds a grant for long cannot know; with a token that lives, a refusal is wrong."""

    async def ask(earner):
        earner.memory.grant = {"access_token": "some-token"}
        earner.state.ends["some-token"] = time.monotonic() + seconds
        result = await earner.do("identity", token="some-token", at=earner.session.target.root)
        earner.judge("BC-IDENT-01", result, answer="identity")

    result = await done(ask)
    assert len(result.findings) == failures
    assert result.cut == ("" if failures else "an access token expired meanwhile")


async def test_a_bug_of_the_suite_accuses_nobody():
    """It is told with its traceback."""

    async def fail(earner):
        raise KeyError(earner.email)

    result = await done(fail)
    assert result.cut.startswith("the suite failed: KeyError")
    assert "Traceback" in result.trouble


async def test_a_fact_about_the_earner_is_a_finding():
    """With what came back, if it is not as it must be."""

    async def look(earner):
        earner.find("BC-ISSUE-01", "each badge", "")
        earner.find("BC-ISSUE-11", "each badge once", "1, such as x")

    result = await done(look)
    assert [finding.outcome for finding in result.findings] == [Outcome.PASSED, Outcome.FAILED]
    assert result.failed


async def test_what_happens_together_ends_together():
    """When one of them fails, the other one has ended before the task is cut short."""
    ended = []

    async def both(earner):
        async def connect():
            await earner.do("connect", earner="ada")
            ended.append("connect")

        await earner.together(connect(), earner.do("identity", token="x", at="nowhere"))

    result = await done(both)
    assert ended == ["connect"]
    assert result.cut.startswith("no absolute api_root")


@pytest.fixture(name="aiohttp_closing")
async def fixture_closing():
    """A server that closes every connection."""

    async def answer(request):
        request.transport.abort()
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
