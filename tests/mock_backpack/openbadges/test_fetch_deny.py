"""Hosts that are denied are denied by address, and no sandbox keeps another one's documents out."""

import asyncio
import errno
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from mock_backpack.app import MOCK, create_app
from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.settings import Bounds, Settings
from mock_backpack.server import served
from tests.mock_backpack.earner import Answer, Tokens, push, send
from tests.mock_backpack.hand_issuer import ADA, good_badge

pytestmark = pytest.mark.anyio

SPELLINGS = (
    *("127.0.0.1", "localhost", "LOCALHOST", "localhost.", "0x7f000001", "0x7f.1", "127.1"),
    *("2130706433", "0177.0.0.1", "0.0.0.0", "0", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[0:0:0:0:0:ffff:127.0.0.1]", "[64:ff9b::7f00:1]"),
)


async def granted(http, mock, origin, prefix="") -> Tokens:
    """A grant for an origin, without a browser."""
    body = {"earner": ADA, "origin": origin}
    granted = (await send(http, "POST", f"{mock}{prefix}/_mock/grants", json=body)).json
    return Tokens(**{name: granted[name] for name in Tokens.__annotations__})


@pytest.mark.parametrize("denied", ["127.0.0.1", "LocalHost", "127.0.0.0/8", "127.*", "0x7f000001"])
async def test_no_spelling_passes_a_denied_address(http, site, denied):
    """Neither numbers nor names nor IPv6 reach a denied address."""
    settings = Settings(fetch=FetchPolicy(denied=(denied, "::1")))
    async with served(create_app(settings)) as mock:
        tokens = await granted(http, mock, site.url)
        for spelling in SPELLINGS:
            url = f"http://{spelling}:{urlsplit(site.url).port}/assertion"
            assert (await push(http, tokens, url)).status == 400, spelling
            assert site.visits == [], spelling


@pytest.mark.parametrize("denied", ["10.0.0.0/8", "127.0.0.2", "*.example.org", "::1"])
async def test_what_is_not_denied_is_fetched(http, site, denied):
    """A denied neighbour is no reason to refuse."""
    settings = Settings(fetch=FetchPolicy(denied=(denied,)))
    async with served(create_app(settings)) as mock:
        tokens = await granted(http, mock, site.url)
        assert (await push(http, tokens, good_badge(site).publish())).status == 201


async def test_a_redirect_to_a_denied_address_is_refused(http, site):
    """Every step of the way is looked at."""
    there = f"http://0x7f000002:{urlsplit(site.url).port}/assertion"
    site.host("/assertion", b"", 302, Location=there)
    settings = Settings(fetch=FetchPolicy(denied=("127.0.0.2",)))
    async with served(create_app(settings)) as mock:
        tokens = await granted(http, mock, site.url)
        answer = await push(http, tokens, f"{site.url}/assertion")
    assert "expected a host that --fetch-allow names and --fetch-deny does not" in answer.message
    assert site.visits == ["/assertion"]


@pytest.mark.parametrize(
    ("url", "allows"),
    [
        ("http://127.0.0.1/", True),
        ("http://localhost/", True),
        ("http://0x7f000001/", True),
        ("http://Good.Example/", True),
        ("http://good.example./", True),
        ("http://bad.example/", False),
        ("http://169.254.169.254/", False),
        ("http://0xa9fea9fe/", False),
        ("http://[::ffff:a9fe:a9fe]/", False),
    ],
)
def test_what_is_not_allowed_fails_closed(url, allows):
    """Without ``*`` only named hosts and this machine are fetched from, in whatever spelling."""
    assert FetchPolicy(allowed=("GOOD.example",)).allows(url) is allows


@pytest.mark.slow
async def test_slow_documents_of_one_sandbox_do_not_stop_another(http, site):
    """A push is answered although 150 others wait for their documents."""
    release, waiting = asyncio.Event(), asyncio.Semaphore(0)

    async def slow(_request: web.Request) -> web.Response:
        waiting.release()
        await release.wait()
        return web.Response(status=404)

    site.answer("/slow", slow)
    async with served(create_app(Settings(bounds=Bounds(sandboxes=5)))) as mock:
        await send(http, "POST", f"{mock}/_mock/sandboxes", json={"name": "a"})
        other, here = (
            await granted(http, mock, site.url, "/s/a"),
            await granted(http, mock, site.url),
        )
        pushes: list[asyncio.Task[Answer]] = []
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as many:
            pushes += (
                asyncio.create_task(push(many, other, f"{site.url}/slow")) for _ in range(150)
            )
            for _ in range(90):
                await waiting.acquire()
            good = await asyncio.wait_for(push(http, here, good_badge(site).publish()), 8)
            assert good.status == 201
            release.set()
            assert {(await push).status for push in pushes} == {400}


async def test_a_shortage_of_the_mock_is_no_mistake_of_the_issuer(http, monkeypatch):
    """Without descriptors the answer is a 503 and breaks no requirement."""
    app = create_app()

    async def fails(*_args, **_named):
        raise OSError(errno.EMFILE, "Too many open files")

    async with served(app) as mock:
        tokens = await granted(http, mock, "http://localhost:1")
        monkeypatch.setattr(app[MOCK].fetcher._resolver, "resolve", fails)
        answer = await push(http, tokens, "http://localhost:1/assertion")
        heard = (await send(http, "GET", f"{mock}/_mock/journal?endpoint=issue")).json["exchanges"]
    assert (answer.status, answer.message.startswith("the mock has too many")) == (503, True)
    assert heard[0]["broke"] == []


async def test_pushes_that_wait_when_the_mock_stops_are_told_so(http, site, monkeypatch):
    """They get a 503 soon, and nothing is said against the issuer."""
    monkeypatch.setattr("mock_backpack.server.FETCH_SECONDS", 0.1)
    reached = asyncio.Event()

    async def hangs(_request: web.Request) -> web.Response:
        reached.set()
        await asyncio.sleep(30)
        return web.Response()

    site.answer("/slow", hangs)
    async with served(create_app()) as mock:
        tokens = await granted(http, mock, site.url)
        pushing = asyncio.create_task(push(http, tokens, f"{site.url}/slow"))
        await reached.wait()
    answer = await pushing
    assert (answer.status, answer.message) == (503, "the mock stops")
