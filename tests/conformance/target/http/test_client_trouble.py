"""Any connection error of a target becomes an exchange with its reason."""

import asyncio

import pytest

from conformance.core.errors import TargetError
from conformance.core.exchange import Request
from conformance.target.http.client import MAX_BYTES, Client, Wire
from tests.conformance.wire import Heard, answer, never, nobody, saying, without_end

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

IMPATIENCE = 0.2


@pytest.mark.parametrize(
    "raw",
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
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2_000_000 + b"\r\n\r\n", id="long header"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="TLS"),
        pytest.param(b"\r\n" * 1000, id="empty lines"),
    ],
)
async def test_an_answer_that_breaks_off_is_trouble(wire, raw):
    """It is recorded, and no exception is raised."""
    async with saying(raw) as server:
        exchange = await wire.send("GET", server.url)
    assert exchange.answer is None
    assert exchange.response() is None
    assert exchange.trouble.startswith("incomplete response: ")
    assert len(exchange.trouble) <= 300


async def test_a_refused_connection_is_trouble(wire):
    """No server listens there."""
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
    """The ``api_root`` of a target may be any text."""
    exchange = await wire.send("GET", url)
    assert exchange.answer is None
    assert exchange.trouble


@pytest.mark.parametrize("value", ["a\r\nX-Planted: 1", "a\nb", "a\x00b"])
async def test_a_header_that_would_become_two_is_trouble(wire, value):
    """A token of a target may be any text."""
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


async def test_trouble_is_an_error_of_the_target(client):
    """Without a wire log an exception is raised."""
    with nobody() as url, pytest.raises(TargetError, match="no connection"):
        await client.send(Request("GET", url))


async def test_a_request_that_broke_off_is_not_sent_again(wire):
    """Each recorded exchange was sent once."""
    heard: Heard

    async def drops(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        heard.requests.append(await reader.readuntil(b"\r\n\r\n"))

    async with saying(drops, answer()) as heard:
        exchange = await wire.send("GET", f"{heard.url}/a")
    assert [request.split()[1] for request in heard.requests] == [b"/a"]
    assert exchange.answer is None


async def test_a_server_that_closes_after_each_answer_is_no_trouble(wire):
    """It need not even say so: each request has a connection of its own."""
    async with saying(answer(), answer(), answer()) as heard:
        exchanges = [await wire.send("POST", f"{heard.url}/{name}") for name in "abc"]
    assert [exchange.trouble for exchange in exchanges] == ["", "", ""]
