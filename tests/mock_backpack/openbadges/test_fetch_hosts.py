"""Fetching survives any host name, response and redirect."""

import asyncio
import contextlib

import pytest
from aiohttp import web

from tests.mock_backpack.earner import problems, push
from tests.mock_backpack.hand_issuer import good_badge

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_leads_to_the_web_only(http, tokens, site, status):
    """A redirect to a file, to another scheme or to no URL at all is refused."""
    url = good_badge(site).publish()
    for target in (
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "data:application/json,{}",
        "javascript:alert(1)",
        "http://",
        "http://[",
        "http://a:99999/",
        "http://user@127.0.0.1/",
        "http://\xff/",
    ):
        site.host("/assertion", b"", status, Location=target)
        assert await problems(http, tokens, url) == [("assertion", "")], target


@pytest.mark.parametrize(
    "host",
    ["nowhere.invalid", "a..b", "%00", "xn--a", "x" * 300, "[v1.a]", "0"],
)
async def test_an_odd_host_is_refused(http, tokens, host):
    """A host that cannot be looked up is no server error."""
    ((document, _),) = await problems(http, tokens, f"http://{host}:1/assertion")
    assert document in ("badge", "assertion"), "either no URL, or one with nothing behind it"


RAW = {
    "nothing": b"",
    "no HTTP": b"hello\r\n\r\n",
    "torn head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "torn body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    "torn chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
    "no chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nklingon\r\n",
    "long header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 50_000 + b"\r\n",
    "bad header": b"HTTP/1.1 200 OK\r\n\x00\xff: x\r\n\r\n",
}


@pytest.mark.parametrize("content", RAW.values(), ids=RAW)
async def test_a_broken_answer_is_refused(http, tokens, content):
    """An invalid HTTP response is the issuer's error, not a server error."""

    async def speak(reader, writer):
        await reader.readline()
        writer.write(content)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}/assertion"
        assert await problems(http, tokens, url) == [("assertion", "")]


async def test_the_mock_does_not_wait_for_itself(http, mock, tokens):
    """A badge on the mock's own address is judged like any other."""
    answer = await push(http, tokens, f"{mock}/_mock/health")
    assert answer.message.startswith("invalid assertion: assertion.uid: expected")


async def test_fetching_tells_who_fetches_and_keeps_no_cookies(http, tokens, site):
    """An issuer sees the mock's name, and no cookie or token comes back to it."""
    heard = []
    badge = good_badge(site)
    url = badge.publish()

    async def listen(request):
        heard.append(request.headers)
        headers = {"Set-Cookie": "spy=1; Path=/"}
        return web.json_response(badge.assertion, headers=headers)

    site.answer("/assertion", listen)
    await push(http, tokens, url)
    await push(http, tokens, url)
    assert [headers["User-Agent"] for headers in heard] == ["mock-backpack"] * 2
    assert not any("Cookie" in headers or "Authorization" in headers for headers in heard)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (
            "http://127.0.0.1:1/badge",
            "saw no connection: Connection refused (is a server running there?)",
        ),
        ("http://nobody.invalid/badge", "saw no host of that name: nobody.invalid"),
    ],
)
async def test_why_there_is_no_answer_is_told_in_plain_words(http, tokens, url, reason):
    """Nothing of our HTTP client's own classes and addresses."""
    message = (await push(http, tokens, url)).message
    assert reason in message
    assert "ssl" not in message
