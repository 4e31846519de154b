"""A mock under bad conditions: misbehaving clients and hosts, and overload."""

import asyncio
import contextlib
import gzip
import logging
import resource
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from mock_backpack.app import create_app
from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.settings import Bounds, Settings
from mock_backpack.server import served
from tests.mock_backpack.earner import Answer, Tokens, connect, identity, line, push, send
from tests.mock_backpack.hand_issuer import Site, good_badge

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

CALLBACK = "https://issuer.example/callback"
MEBIBYTE = 1024 * 1024
PATIENCE = 10.0
IDLE = 10_000
SPARE = 200
"""Files that the tests need beside the connections that they count."""
LEAST_IDLE = 100


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An error of a client or host is no exception of the mock."""
    caplog.set_level(logging.WARNING)
    yield
    assert [record.getMessage() for record in caplog.get_records("call")] == []


@contextlib.asynccontextmanager
async def bounded(**bounds: Any) -> AsyncIterator[str]:
    """A mock with bounds of its own; its URL."""
    async with served(create_app(Settings(bounds=Bounds(**bounds)))) as url:
        yield url


async def said_to(url: str, content: bytes) -> bytes:
    """All that comes back until the mock ends the connection."""
    async with line(url) as (reader, writer):
        writer.write(content)
        return await asyncio.wait_for(reader.read(), PATIENCE)


async def is_well(http: aiohttp.ClientSession, url: str) -> bool:
    """Whether the mock still grants and answers."""
    return (await identity(http, await connect(http, url, CALLBACK))).status == 200


MALFORMED = {
    "no request at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "a version that is none": b"GET / HTTP/x.y\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n",
    "a header with a space in its name": b"GET / HTTP/1.1\r\nHo st: x\r\n\r\n",
    "a header with a NUL": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
    "no length": b"POST /api/issue HTTP/1.1\r\nHost: [::1]\r\nContent-Length: ten\r\n\r\n",
    "a negative length": b"POST /api/token HTTP/1.1\r\nHost: [::1]\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"POST /api/token HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunks": b"POST /api/token HTTP/1.1\r\nContent-Length: 1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a header that is too long": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "
    + b"x" * 20_000
    + b"\r\n\r\n",
    "a line that is too long": b"GET /?" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
async def test_what_is_no_request_is_told_so(
    http: aiohttp.ClientSession, mock: str, content: bytes
) -> None:
    """Malformed HTTP gets a 400 in JSON, the connection ends, and the mock goes on."""
    answer = await said_to(mock, content)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 ")), answer
    assert b'"message": "' in answer
    assert await is_well(http, mock)


async def test_a_line_end_in_a_path_is_a_path(mock: str) -> None:
    """``%0D%0A`` in a path that leads nowhere is a 404 of the mock, like any other."""
    answer = await said_to(
        mock, b"GET /a%0D%0Ab HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 404 "), answer
    assert b'"message": "404 Not Found: GET /a' in answer


BROKEN_BODIES = {
    "chunks that are none": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "no gzip": b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
}


@pytest.mark.parametrize("path", ["/api/token", "/_mock/grants", "/s/nobody/api/token", "/nothing"])
@pytest.mark.parametrize("content", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
async def test_a_broken_body_is_told_so(
    http: aiohttp.ClientSession, mock: str, path: str, content: bytes
) -> None:
    """A body that is not what its headers say is a 400, wherever it is sent."""
    answer = await said_to(mock, f"POST {path} HTTP/1.1\r\nHost: localhost\r\n".encode() + content)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 ")), answer
    assert b'"message": "' in answer
    assert await is_well(http, mock)


@pytest.mark.parametrize("path", ["/api/issue", "/api/token", "/login", "/_mock/grants"])
async def test_a_body_that_is_too_long_is_refused(http: aiohttp.ClientSession, path: str) -> None:
    """A longer body gets a 413 that names the limit."""
    async with bounded(body_bytes=1000) as mock:
        answer = await send(http, "POST", mock + path, data=b"x" * 1001)
        assert (answer.status, answer.message) == (413, "body: expected at most 1000 bytes")
        assert await is_well(http, mock)


@pytest.mark.parametrize("path", ["/api/token", "/_mock/grants", "/s/nobody/api/token"])
async def test_a_body_that_drips_is_refused(http: aiohttp.ClientSession, path: str) -> None:
    """A body has its time, however busily it drips; then a 408 ends the connection."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"

    async def drip(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"{")
            await asyncio.sleep(0.02)

    async with bounded(body_seconds=0.3) as mock:
        async with line(mock) as (reader, writer):
            writer.write(head.encode())
            dripping = asyncio.create_task(drip(writer))
            answer = await asyncio.wait_for(reader.readuntil(b"}"), PATIENCE)
            dripping.cancel()
        assert answer.startswith(b"HTTP/1.1 408 "), answer
        assert b"connection: close" in answer.lower()
        assert b'"message": "body: expected it within 0.3 seconds"' in answer
        assert await is_well(http, mock)


@pytest.mark.parametrize("sent", [b"POST /api/to", b"POST /api/token HTTP/1.1\r\n", b""])
async def test_a_client_may_go_away_in_a_head(
    http: aiohttp.ClientSession, mock: str, sent: bytes
) -> None:
    """An incomplete request gets no answer, and nothing is logged."""
    async with line(mock) as (_, writer):
        writer.write(sent)
    assert await is_well(http, mock)


@pytest.mark.parametrize("path", ["/api/token", "/_mock/grants", "/s/nobody/api/token"])
async def test_a_client_may_go_away_in_a_body(
    http: aiohttp.ClientSession, mock: str, path: str
) -> None:
    """Half a body and no more."""
    async with line(mock) as (_, writer):
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{{".encode()
        )
        await writer.drain()
        await asyncio.sleep(0.05)
    assert await is_well(http, mock)


async def test_a_client_may_go_away_before_the_answer(
    http: aiohttp.ClientSession, mock: str
) -> None:
    """A client may leave before the answer to a long request."""
    async with line(mock) as (_, writer):
        writer.write(
            b"GET /_mock/journal/wait?count=9&timeout=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        await writer.drain()
        await asyncio.sleep(0.05)
    assert await is_well(http, mock)


@pytest.fixture
def idle_connections() -> Iterator[int]:
    """How many connections to ourselves the system allows; each takes two files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = 2 * IDLE + SPARE
    allowed = enough if hard == resource.RLIM_INFINITY else min(hard, enough)
    if (allowed - SPARE) // 2 < LEAST_IDLE:
        pytest.skip(f"RLIMIT_NOFILE allows {hard} files, too few for {LEAST_IDLE} connections")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, allowed), hard))
    yield (allowed - SPARE) // 2
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_thousands_of_idle_connections_stop_nobody(
    http: aiohttp.ClientSession, mock: str, idle_connections: int
) -> None:
    """With as many silent connections as the system allows, the mock answers at once."""
    at = urlsplit(mock)
    loop = asyncio.get_running_loop()
    opened = []
    try:
        for _ in range(idle_connections):
            made = loop.create_connection(asyncio.Protocol, at.hostname or "", at.port or 0)
            opened.append((await asyncio.wait_for(made, PATIENCE))[0])
        began = time.monotonic()
        assert await is_well(http, mock)
        assert time.monotonic() - began < 2
        assert not any(transport.is_closing() for transport in opened)
    finally:
        for transport in opened:
            transport.abort()
        await asyncio.sleep(0)


async def test_an_idle_connection_is_closed(http: aiohttp.ClientSession) -> None:
    """An idle connection is kept for a while after an answer, and no longer."""
    async with bounded(idle_seconds=0.3) as mock:
        async with line(mock) as (reader, writer):
            for _ in range(2):
                writer.write(b"GET /api/identity HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 401 ")
                await asyncio.sleep(0.1)
            assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
        assert await is_well(http, mock)


async def test_a_connection_on_which_nothing_ever_came_is_closed() -> None:
    """A connection without a request is closed."""
    async with bounded(idle_seconds=0.3) as mock, line(mock) as (reader, _):
        assert await asyncio.wait_for(reader.read(), 3) == b""


Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def hang(_request: web.Request) -> web.StreamResponse:
    """No answer at all."""
    await asyncio.Event().wait()
    raise AssertionError


async def drip(request: web.Request) -> web.StreamResponse:
    """One byte at a time, forever."""
    return await _pouring(request, b" ", 0.01)


async def flood(request: web.Request) -> web.StreamResponse:
    """Much, and no end."""
    return await _pouring(request, b" " * 65536, 0)


async def _pouring(request: web.Request, content: bytes, pause: float) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        while True:
            await response.write(content)
            await asyncio.sleep(pause)
    return response


async def redirect(request: web.Request) -> web.StreamResponse:
    """Redirect to another address of this server, forever."""
    return web.Response(status=302, headers={"Location": f"{request.path}?{request.query_string}x"})


BOMB = gzip.compress(bytes(20 * MEBIBYTE))  # packed before anybody is in a hurry


async def bomb(_request: web.Request) -> web.StreamResponse:
    """Few bytes that unpack to many."""
    return web.Response(body=BOMB, headers={"Content-Encoding": "gzip"})


async def hang_up(request: web.Request) -> web.StreamResponse:
    """The connection ends in place of an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.fixture
async def in_a_hurry() -> AsyncIterator[str]:
    """A mock that gives a document three tenths of a second."""
    async with served(create_app(Settings(fetch=FetchPolicy(seconds=0.3)))) as url:
        yield url


HOSTS: dict[Reply, str] = {
    hang: "within 0.3 seconds",
    drip: "within 0.3 seconds",
    flood: f"at most {MEBIBYTE} bytes",
    redirect: "at most 5 redirects",
    bomb: "bytes",
    hang_up: "an answer from",
}


@pytest.mark.parametrize(
    ("reply", "message"), HOSTS.items(), ids=lambda reply: getattr(reply, "__name__", "")
)
async def test_a_bad_host_is_the_issuers_trouble(
    http: aiohttp.ClientSession, in_a_hurry: str, site: Site, reply: Reply, message: str
) -> None:
    """A host that hangs, drips, floods or redirects forever: a 400 that says so, and soon."""
    tokens = await connect(http, in_a_hurry, f"{site.url}/callback")
    url = good_badge(site).publish()
    site.answer("/assertion", reply)
    began = time.monotonic()
    answer = await push(http, tokens, url)
    assert (answer.status, message in answer.message) == (400, True), answer.text
    assert time.monotonic() - began < 3
    assert (await identity(http, tokens)).status == 200


async def posted(http: aiohttp.ClientSession, url: str, **fields: str) -> Answer:
    """One POST to a control."""
    return await send(http, "POST", url, json=fields)


def assert_full(answer: Answer, what: str, most: int) -> None:
    """A refusal says what there is too much of."""
    assert (answer.status, answer.message) == (403, f"{what}: this mock holds at most {most}")


async def test_there_are_only_so_many_earners(http: aiohttp.ClientSession) -> None:
    """One earner more is refused by the controls and at the login; those who are there stay."""
    async with bounded(earners=2) as mock:
        url = f"{mock}/_mock/earners"
        for email in ("a@example.org", "b@example.org", "a@example.org"):
            assert (await posted(http, url, email=email)).status == 201
        assert_full(await posted(http, url, email="c@example.org"), "earners", 2)
        login = f"{mock}/_mock/login"
        assert_full(await posted(http, login, email="c@example.org"), "earners", 2)
        assert (await posted(http, login, email="a@example.org")).status == 200


async def test_there_are_only_so_many_grants(http: aiohttp.ClientSession) -> None:
    """One grant more is refused; a refresh is none."""
    async with bounded(grants=2) as mock:
        grant = {"earner": "a@example.org", "origin": CALLBACK}
        url = f"{mock}/_mock/grants"
        made = [await posted(http, url, **grant) for _ in range(2)]
        assert [answer.status for answer in made] == [201, 201]
        assert_full(await posted(http, url, **grant), "grants", 2)
        token = made[0].json["refresh_token"]
        asked = {"grant_type": "refresh_token", "refresh_token": token}
        assert (await posted(http, f"{mock}/api/token", **asked)).status == 200


async def test_there_are_only_so_many_badges(http: aiohttp.ClientSession, site: Site) -> None:
    """One badge more is refused; one that is there already is still a duplicate."""
    async with bounded(badges=1) as mock:
        tokens: Tokens = await connect(http, mock, f"{site.url}/callback")
        badge = good_badge(site)
        assert (await push(http, tokens, badge.publish())).status == 201
        assert (await push(http, tokens, badge.publish())).status == 304
        badge.assertion["uid"] = "badge-2"
        assert_full(await push(http, tokens, badge.publish()), "badges", 1)


async def test_there_are_only_so_many_sandboxes(http: aiohttp.ClientSession) -> None:
    """One sandbox more is refused until one is dropped."""
    async with bounded(sandboxes=2) as mock:
        url = f"{mock}/_mock/sandboxes"
        for name in ("a", "b"):
            assert (await posted(http, url, name=name)).status == 201
        assert_full(await posted(http, url, name="c"), "sandboxes", 2)
        assert (await send(http, "DELETE", f"{url}/a")).status == 200
        assert (await posted(http, url, name="c")).status == 201
