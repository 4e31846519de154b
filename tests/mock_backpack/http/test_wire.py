"""Answers as bytes: whole, framed as HTTP wants it, on connections that stay as long as asked."""

import asyncio

import pytest
from aiohttp import HttpVersion10, web
from aiohttp.test_utils import make_mocked_request

from mock_backpack.http.wire import Whole, head_of
from tests.mock_backpack.earner import Tokens, bearer, line
from tests.mock_backpack.hand_issuer import Site, good_badge

pytestmark = pytest.mark.anyio

PATIENCE = 10.0
PAGES = 400
"""So many answers of one page are more than the system takes for somebody who does not read."""


async def head_and_body(reader: asyncio.StreamReader, has_body: bool = True) -> tuple[str, bytes]:
    """One answer of a connection, its headers in lower case."""
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)).decode().lower()
    size = int(head.partition("content-length: ")[2].partition("\r\n")[0]) if has_body else 0
    return head, await asyncio.wait_for(reader.readexactly(size), PATIENCE)


@pytest.mark.parametrize(
    ("version", "asked", "answered", "stays"),
    [
        ("1.1", "", None, True),
        ("1.1", "Connection: close\r\n", "close", False),
        ("1.0", "", "close", False),
        ("1.0", "Connection: keep-alive\r\n", "keep-alive", True),
    ],
)
async def test_a_connection_stays_as_long_as_its_client_wants(
    mock: str, version: str, asked: str, answered: str | None, stays: bool
) -> None:
    """RFC 9112 section 9.3: 1.1 stays open by default, 1.0 does not."""
    request = f"GET /issuer.js HTTP/{version}\r\nHost: localhost\r\n{asked}\r\n".encode()
    async with line(mock) as (reader, writer):
        writer.write(request)
        head, _ = await head_and_body(reader)
        assert head.startswith(f"http/{version} 200 ok\r\n")
        header = head.partition("connection: ")[2].partition("\r\n")[0]
        assert (header or None) in ((answered,) if stays else (answered, None))
        if stays:
            writer.write(request)
            assert (await head_and_body(reader))[0].startswith(f"http/{version} 200")
        else:
            assert await asyncio.wait_for(reader.read(), PATIENCE) == b""


async def test_what_was_asked_at_once_is_answered_in_order(mock: str) -> None:
    """Requests that come in one piece get their answers one after the other."""
    paths = ["/issuer.js", "/nowhere", "/style.css"] * 5
    requests = "".join(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n" for path in paths)
    async with line(mock) as (reader, writer):
        writer.write(requests.encode())
        seen = [(await head_and_body(reader))[0].split()[1] for _ in paths]
    assert seen == ["200", "404", "200"] * 5


async def test_who_does_not_read_gets_everything_later(mock: str) -> None:
    """Unread answers wait until they are read; none is lost."""
    async with line(mock) as (reader, writer):
        writer.write(b"GET /issuer.js HTTP/1.1\r\nHost: localhost\r\n\r\n" * PAGES)
        await asyncio.sleep(0.2)
        bodies = {(await head_and_body(reader))[1] for _ in range(PAGES)}
    assert len(bodies) == 1


async def test_head_has_the_length_and_no_body(mock: str) -> None:
    """RFC 9110 section 9.3.2: what GET would answer, without its content."""
    async with line(mock) as (reader, writer):
        writer.write(b"GET /issuer.js HTTP/1.1\r\nHost: localhost\r\n\r\n")
        right, body = await head_and_body(reader)
        writer.write(b"HEAD /issuer.js HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        head, _ = await head_and_body(reader, has_body=False)
        assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
    assert head.split()[1] == "200"
    assert f"content-length: {len(body)}\r\n" in head
    assert f"content-length: {len(body)}\r\n" in right


async def test_answers_without_a_body_have_no_length(mock: str) -> None:
    """RFC 9110 section 8.6: a 204 has no Content-Length."""
    async with line(mock) as (reader, writer):
        writer.write(b"OPTIONS /api/issue HTTP/1.1\r\nHost: localhost\r\nOrigin: http://b\r\n\r\n")
        head, _ = await head_and_body(reader, has_body=False)
        writer.write(b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert (await head_and_body(reader))[0].startswith("http/1.1 404")
    assert head.startswith("http/1.1 204 no content\r\n")
    assert "content-length" not in head


async def test_a_duplicate_ends_with_its_head(mock: str, tokens: Tokens, site: Site) -> None:
    """After a 304 the connection is ready for the next answer."""
    body = f'{{"badge": "{good_badge(site).publish()}"}}'.encode()
    name, value = next(iter(bearer(tokens.access_token).items()))
    push = (
        f"POST /api/issue HTTP/1.1\r\nHost: localhost\r\n{name}: {value}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    async with line(mock) as (reader, writer):
        seen = []
        for has_body in (True, False, False):
            writer.write(push)
            seen.append((await head_and_body(reader, has_body=has_body))[0].split()[1])
    assert seen == ["201", "304", "304"]


def test_a_header_stays_on_its_line() -> None:
    """A value with line ends in it begins no header of its own."""
    request = make_mocked_request("GET", "/")
    answer = web.Response(headers={"X-Said": "a\r\nSet-Cookie: stolen=1\r\n\r\nbody"})
    for content in (Whole(request, answer).content, head_of(request, answer)):
        lines = content.decode().split("\r\n")
        assert "X-Said: aSet-Cookie: stolen=1body" in lines
        assert content.endswith(b"\r\n\r\n")
        assert content.count(b"\r\n\r\n") == 1


def test_what_no_bytes_stand_for_is_replaced() -> None:
    """Half of a surrogate pair in a header breaks no answer."""
    answer = web.Response(headers={"X-Said": "a\ud800b"})
    assert b"X-Said: a?b\r\n" in Whole(make_mocked_request("GET", "/"), answer).content


def test_cookies_and_headers_of_one_name_are_all_sent() -> None:
    """Each has a line of its own, and the handler's answer stays as it was."""
    answer = web.Response(headers=[("Vary", "Origin"), ("Vary", "Accept")])  # type: ignore[arg-type]
    answer.set_cookie("a", "1")
    answer.set_cookie("b", "2")
    before = answer.headers.copy()
    head = Whole(make_mocked_request("GET", "/"), answer).content.decode()
    assert head.count("\r\nVary: ") == 2
    assert head.count("\r\nSet-Cookie: ") == 2
    assert answer.headers == before


def test_an_answer_is_in_the_version_of_its_request() -> None:
    """A request in 1.0 gets an answer in 1.0."""
    request = make_mocked_request("GET", "/", version=HttpVersion10)
    assert Whole(request, web.Response(text="a")).content.startswith(b"HTTP/1.0 200 OK\r\n")
