"""The client sends what it is told, byte for byte, and keeps whatever comes of it."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest

from conformance.client import AGENT, MAX_BYTES, Client, Wire
from conformance.values.errors import TargetError
from conformance.values.exchange import Landing, Request
from tests.conformance.wire import Heard, answer, never, nobody, saying, without_end

pytestmark = pytest.mark.anyio

PATIENCE = 20.0
IMPATIENCE = 0.2


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """A client that waits longer than any answer here takes."""
    client = Client(PATIENCE)
    yield client
    await client.close()


@pytest.fixture
def wire(client: Client) -> Wire:
    """The exchanges of a test."""
    return Wire(client)


async def sent(wire: Wire, method: str, path: str, *arguments: object) -> list[str]:
    """The lines of the request that a server heard."""
    async with saying(answer()) as server:
        await wire.send(method, server.url + path, *arguments)  # type: ignore[arg-type]
    [heard] = server.requests
    return heard.decode().replace(server.url.partition("//")[2], "HOST").split("\r\n")


async def test_nothing_is_added_to_a_request(wire):
    """Host and our name, no Accept, no Accept-Encoding, no Connection, no type."""
    assert await sent(wire, "GET", "/a") == [
        "GET /a HTTP/1.1",
        "Host: HOST",
        f"User-Agent: {AGENT}",
        "",
        "",
    ]


async def test_headers_are_sent_in_order_and_as_they_are_written(wire):
    """Order, letter case and repetitions stay; only the length is added to a body."""
    headers = [("X-b", "2"), ("aUTHORIZATION", "Bearer  a=="), ("x-A", "1"), ("X-b", "3")]
    assert await sent(wire, "POST", "/", headers, b"{}") == [
        "POST / HTTP/1.1",
        "Host: HOST",
        f"User-Agent: {AGENT}",
        "X-b: 2",
        "aUTHORIZATION: Bearer  a==",
        "x-A: 1",
        "X-b: 3",
        "Content-Length: 2",
        "",
        "{}",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/a%20b/%2F/%7e/%zz",
        "/?badge=a%2Bb&badge=a+b&c",
        "/a//b/../c/.",
        "/?callback=https://issuer.example/?a=%3F",
    ],
)
async def test_an_address_is_sent_as_it_is_written(wire, path):
    """Nothing is decoded, encoded or made shorter on the way."""
    assert (await sent(wire, "GET", path))[0] == f"GET {path} HTTP/1.1"


async def test_a_body_is_sent_byte_for_byte(client):
    """Whatever the bytes mean."""
    body = bytes(range(256)) * 300
    async with saying(answer()) as server:
        await client.send(Request("PUT", server.url, (("Content-Type", "x/y"),), body))
    assert server.requests[0].endswith(b"\r\n\r\n" + body)


async def test_another_agent_takes_the_place_of_ours(wire):
    """A scenario may call itself as it likes."""
    assert "User-Agent: Moodle" not in await sent(wire, "GET", "/", [("user-agent", "Moodle")])
    assert "user-agent: Moodle" in await sent(wire, "GET", "/", [("user-agent", "Moodle")])


async def test_redirects_are_not_followed(wire):
    """The judge sees the redirect itself, and nobody gets a second request."""
    async with saying(answer(b"", b"Location: /b", status=b"302 Found")) as server:
        exchange = await wire.send("GET", server.url)
    assert exchange.answer.status == 302
    assert exchange.answer.header("LOCATION") == "/b"
    assert len(server.requests) == 1


async def test_cookies_are_not_kept(wire):
    """Nothing goes from one request to the next."""
    async with saying(answer(b"", b"Set-Cookie: a=1; Path=/")) as server:
        await wire.send("GET", server.url)
        await wire.send("GET", server.url)
    assert b"cookie" not in server.requests[1].lower()


async def test_an_answer_is_kept_as_it_came(wire):
    """Status, reason, headers with their case and repetitions, body."""
    came = answer(b"{}", b"X-One: 1", b"x-one: 2", status=b"299 Very Fine")
    async with saying(came) as server:
        found = (await wire.send("GET", server.url)).answer
    assert (found.status, found.reason, found.body) == (299, "Very Fine", b"{}")
    assert [one for one in found.headers if "ne" in one[0].lower()][-2:] == [
        ("X-One", "1"),
        ("x-one", "2"),
    ]


async def test_a_compressed_body_is_left_alone(wire):
    """What was on the wire is what is judged."""
    body = gzip.compress(b'{"exists": false}')
    async with saying(answer(body, b"Content-Encoding: gzip")) as server:
        assert (await wire.send("GET", server.url)).answer.body == body


async def test_chunks_become_one_body(wire):
    """An answer without a length is read to its end."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with saying(head + b"2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n") as server:
        assert (await wire.send("GET", server.url)).answer.body == b"abcde"


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
async def test_an_answer_without_a_body_has_none(wire, status):
    """A 304 ends with its head."""
    async with saying(answer(status=status)) as server:
        exchange = await wire.send("GET", server.url)
    assert exchange.response()["body"] is None


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Le", id="half a head"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", id="too short"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", id="half a chunk"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n", id="bad chunk"
        ),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", id="no HTTP"),
        pytest.param(b"HTTP/1.1 abc OK\r\n\r\n", id="no status"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", id="length below 0"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", id="long header"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="TLS"),
        pytest.param(b"\r\n" * 1000, id="empty lines"),
    ],
)
async def test_an_answer_that_breaks_off_is_trouble(wire, said):
    """It is told as such, and never thrown."""
    async with saying(said) as server:
        exchange = await wire.send("GET", server.url)
    assert exchange.answer is None
    assert exchange.response() is None
    assert exchange.trouble.startswith("the answer broke off: ")
    assert len(exchange.trouble) <= 300


async def test_a_refused_connection_is_trouble(wire):
    """Nobody listens there."""
    with nobody() as url:
        exchange = await wire.send("GET", url)
    assert exchange.answer is None
    assert exchange.trouble.startswith("no connection: ")


@pytest.mark.parametrize(
    "beginning",
    [b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nabc"],
    ids=["nothing", "continue", "half a body"],
)
async def test_a_target_that_hangs_is_trouble(beginning):
    """After our patience the exchange says so."""
    client = Client(IMPATIENCE)

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(beginning)
        await never(reader, writer)

    async with saying(hang) as server:
        exchange = await Wire(client).send("GET", server.url)
    await client.close()
    assert exchange.trouble == "no answer within 0.2 seconds"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/access",
        "not a url",
        "http://",
        "http:///path",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:port/",
        "javascript:alert(1)",
        "file:///etc/hosts",
        "http://a b/",
        "http://\u2603..example/",
        f"http://{'a' * 70}.example/",
        "http://127.0.0.1\r\nX: 1/",
    ],
)
async def test_an_address_that_is_none_is_trouble(wire, url):
    """A target may tell any text as its ``api_root``."""
    exchange = await wire.send("GET", url)
    assert exchange.answer is None
    assert exchange.trouble


@pytest.mark.parametrize("value", ["a\r\nX-Planted: 1", "a\nb", "a\x00b"])
async def test_a_header_that_would_become_two_is_trouble(wire, value):
    """A target may tell any text as its token."""
    async with saying(answer()) as server:
        exchange = await wire.send("GET", server.url, [("Authorization", value)])
    assert exchange.answer is None
    assert exchange.trouble
    assert server.requests == []


@pytest.mark.parametrize(
    "says",
    [answer(b"x" * (10 * 1024 * 1024)), without_end(b"x" * 65536)],
    ids=["10 MB", "without end"],
)
async def test_a_huge_answer_is_bounded(wire, says):
    """A target cannot fill our memory."""
    async with saying(says) as server:
        exchange = await wire.send("GET", server.url)
    assert exchange.answer.status == 200
    assert len(exchange.answer.body) == MAX_BYTES


async def test_exchanges_are_kept_in_order(wire):
    """Good ones and troubles, numbered from 1."""
    async with saying(answer(), b"") as server:
        exchanges = [await wire.send("GET", f"{server.url}/{name}") for name in "ab"]
    assert wire.exchanges == exchanges
    assert [(one.number, one.answer is None) for one in exchanges] == [(1, False), (2, True)]


async def test_a_landing_is_noted_at_its_exchange(wire):
    """The record shows where the browser went from there."""
    landing = Landing("https://issuer.example/", {"error": "access_denied"}, acted=True)
    async with saying(answer()) as server:
        first = await wire.send("GET", server.url)
        await wire.send("GET", server.url)
        noted = wire.landed(first, landing)
    assert [one.landing for one in wire.exchanges] == [landing, None]
    assert noted.response()["landed"]["parameters"] == {"error": "access_denied"}


async def test_trouble_is_an_error_of_the_target(client):
    """Whoever sends without a wire log learns it too."""
    with nobody() as url, pytest.raises(TargetError, match="no connection"):
        await client.send(Request("GET", url))


async def test_a_request_that_broke_off_is_not_sent_again(wire):
    """What the log shows once was sent once, also where a kept connection ends."""
    kept = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    heard: Heard

    async def twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(kept)
        heard.requests.append(await reader.readuntil(b"\r\n\r\n"))

    async with saying(twice, answer()) as heard:
        exchanges = [await wire.send("GET", f"{heard.url}/{name}") for name in "ab"]
    assert [one.split()[1] for one in heard.requests] == [b"/a", b"/b"]
    assert [one.answer is None for one in exchanges] == [False, True]
