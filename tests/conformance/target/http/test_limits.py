"""The client waits for a rate limit, within bounds, and no target fails for having one."""

import asyncio
import json
import time
from email.utils import formatdate

import pytest

from conformance.core.errors import Limited
from conformance.core.exchange import Answer, Exchange, Request
from conformance.target.browser.browser import Browser, ConsentResult
from conformance.target.http.client import Client, Wire
from conformance.target.http.limits import limit_of, seconds_to_wait
from conformance.target.http.throttle import Throttle
from conformance.target.pages.forms import Act
from conformance.target.pages.reader import EarnerAccount
from tests.conformance.command import run_command
from tests.conformance.fronts import Front, Reply, mock_with_front
from tests.conformance.wire import Heard, answer, saying

pytestmark = pytest.mark.slow

ASKED = Request("GET", "http://a/identity")
SOON = answer(b"", b"Retry-After: 0", status=b"429 Too Many Requests")
LATER = answer(b"", b"Retry-After: 3600", status=b"503 Service Unavailable")
GOOD = answer(b"{}")
DATE = ("Date", formatdate(1_000_000, usegmt=True))


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, (), 0.0),
        (429, (("Retry-After", "7"),), 7.0),
        (429, (("Retry-After", "soon"),), 0.0),
        (429, (("Retry-After", "-5"),), 0.0),
        (429, (("Retry-After", "9" * 400),), 999_999_999.0),
        (429, (("retry-after", formatdate(1_000_012, usegmt=True)), DATE), 12.0),
        (503, (("Retry-After", formatdate(999_000, usegmt=True)), DATE), 0.0),
        (503, (("Retry-After", "Fri, 31 Dec 99999 23:59:59 GMT"),), 0.0),
        (503, (("Retry-After", "2"),), 2.0),
    ],
)
def test_a_limit_says_when_to_come_back(status, headers, seconds):
    """In seconds or as a date, whatever else it says."""
    limit = limit_of(ASKED, Answer(status, "", headers))
    assert limit is not None
    assert limit.seconds == seconds


@pytest.mark.parametrize(
    ("status", "headers"), [(503, ()), (500, (("Retry-After", "1"),)), (200, ())]
)
def test_any_other_answer_is_judged(status, headers):
    """A 503 that does not say when to come back is a failure like any 5xx."""
    assert limit_of(ASKED, Answer(status, "", headers)) is None
    assert limit_of(ASKED, None) is None


def test_a_wait_grows_and_is_bounded():
    """Without Retry-After it doubles; the client does not wait for an hour."""
    plain, hour = (limit_of(ASKED, Answer(429, "", (("Retry-After", t),))) for t in ("", "3600"))
    assert [seconds_to_wait(plain, tries) for tries in (1, 2, 3)] == [0.25, 0.5, 1.0]
    assert seconds_to_wait(hour, 1) is None


@pytest.mark.anyio
async def test_a_limit_is_waited_for():
    """Each try is an exchange, and what is judged is the last."""
    client = Client(5.0)
    async with saying(SOON, SOON, GOOD) as server:
        wire = Wire(client)
        exchange = await wire.send("GET", server.url)
    await client.close()
    assert [exchange.answer.status for exchange in wire.exchanges] == [429, 429, 200]
    assert exchange is wire.exchanges[-1]
    assert exchange.number == 3


@pytest.mark.anyio
async def test_bytes_wait_as_well():
    """A limit comes before anything is looked at."""
    client = Client(5.0)
    async with saying(SOON, GOOD) as server:
        exchange = await Wire(client).send_bytes(server.url, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    await client.close()
    assert exchange.answer.status == 200


@pytest.mark.anyio
async def test_what_takes_too_long_is_told_with_the_option():
    """The client does not wait for an hour, nor for every request after a failed wait."""
    client = Client(5.0)
    async with saying(LATER) as server:
        with pytest.raises(Limited, match=r"503 to GET .*Retry-After: 3600.*--rate N"):
            await Wire(client).send("GET", server.url)
    await client.close()


@pytest.mark.anyio
async def test_a_limit_that_never_ends_is_not_waited_for_again_and_again(monkeypatch):
    """After two waits in vain the third limit is reported at once, until one is lifted."""
    monkeypatch.setattr("conformance.target.http.limits.FIRST_SECONDS", 0.001)
    client = Client(5.0)

    async def tries(server: Heard) -> int:
        wire = Wire(client)
        with pytest.raises(Limited):
            await wire.send("GET", server.url)
        return len(wire.exchanges)

    async with saying(SOON) as server:
        counted = [await tries(server) for _ in range(4)]
    async with saying(GOOD) as server:
        await Wire(client).send("GET", server.url)
    async with saying(SOON) as server:
        counted.append(await tries(server))
    await client.close()
    assert counted == [8, 8, 1, 1, 8]


@pytest.mark.anyio
async def test_all_requests_wait_for_a_limit():
    """A limit that one request met applies to all."""
    client = Client(5.0, throttle=Throttle())
    second = answer(b"", b"Retry-After: 1", status=b"429 Too Many")
    async with saying(second, GOOD) as server:
        waiting = asyncio.create_task(Wire(client).send("GET", server.url))
        await asyncio.sleep(0.3)
        started = time.monotonic()
        await Wire(client).send("GET", server.url)
        taken = time.monotonic() - started
        await waiting
    await client.close()
    assert taken > 0.3


class Busy:
    """At most two requests in a second."""

    def __init__(self, status: int = 429, *, as_date: bool = False, only: str = "") -> None:
        self.heard: list[float] = []
        self.status, self.as_date, self.only = status, as_date, only
        self.refused = 0

    def __call__(self, asked: Front) -> Reply | None:
        if self.only not in asked.path:
            return None
        now = time.time()
        self.heard = [moment for moment in self.heard if moment > now - 1]
        if len(self.heard) < 2:
            self.heard.append(now)
            return None
        self.refused += 1
        delay = formatdate(now + 1, usegmt=True) if self.as_date else "1"
        headers = [("Retry-After", delay), ("Content-Type", "application/json")]
        return Reply(self.status, headers, b'{"message": "slower"}')


@pytest.mark.parametrize(
    "busy",
    [Busy(), Busy(503, as_date=True, only="/api/")],
    ids=["429", "503 with a date, of the API"],
)
def test_a_backpack_that_limits_requests_is_judged(busy: Busy, tmp_path):
    """Its pages and its API, also where five requests come at once; it takes a little longer."""
    few = "token-refresh or token-parallel"
    words = ("--api", "connect", "--select", few, "--out", str(tmp_path), "--allow-incomplete")
    with mock_with_front(before=busy) as url:
        ended = run_command("run", url, *words)
    assert ended.code == 0, ended.out
    assert busy.refused > 0


def test_a_limit_for_good_accuses_nobody(tmp_path):
    """Inconclusive, with the option; no requirement failed."""
    count = 0

    def before(asked: Front) -> Reply | None:
        nonlocal count
        count += asked.path.endswith("/token")
        if not asked.path.endswith("/token") or count < 2:
            return None
        return Reply(429, [("Retry-After", "86400")])

    with mock_with_front(before=before) as url:
        words = ("--api", "connect", "--select", "token-r", "--out", str(tmp_path))
        ended = run_command("run", url, *words)
    requirements = json.loads((tmp_path / "summary.json").read_text())["requirements"]
    assert "failed" not in {requirement["outcome"] for requirement in requirements.values()}
    assert ended.code in (3, 4)


@pytest.mark.anyio
async def test_a_walk_in_a_real_browser_waits_as_well():
    """The page that ended the walk said when to come back; the second walk gets further."""
    answers = [Answer(429, "", (("Retry-After", "0"),)), Answer(200)]

    class Driver:
        async def walk(
            self, _browser: Browser, start: str, _callback: str, _act: Act
        ) -> ConsentResult:
            exchange = Exchange(1, Request("GET", start), answers.pop(0), 0.0)
            return ConsentResult(exchange)

    client = Client(5.0)
    browser = Browser(Wire(client), EarnerAccount("ada", "ada@example.org", ""), driver=Driver())
    walk = await browser.consent("http://a/access", "http://b/callback", Act.GRANT)
    await client.close()
    assert walk.exchange.answer == Answer(200)
