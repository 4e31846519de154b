"""The client sends exactly the given bytes, and records any response."""

import pytest

from conformance.core.exchange import Landing, Request
from conformance.target.http.client import AGENT, Wire
from tests.conformance.wire import answer, saying

pytestmark = pytest.mark.anyio


async def sent(wire: Wire, method: str, path: str, *arguments: object) -> list[str]:
    """The lines of the request as the server received them."""
    async with saying(answer()) as server:
        await wire.send(method, server.url + path, *arguments)  # type: ignore[arg-type]
    [heard] = server.requests
    return heard.decode().replace(server.url.partition("//")[2], "HOST").split("\r\n")


async def test_nothing_is_added_to_a_request(wire):
    """Host, our name, and that the connection ends; no Accept, no Accept-Encoding, no type."""
    assert await sent(wire, "GET", "/a") == [
        "GET /a HTTP/1.1",
        "Host: HOST",
        f"User-Agent: {AGENT}",
        "Connection: close",
        "",
        "",
    ]


async def test_headers_are_sent_in_order_and_as_they_are_written(wire):
    """Order, letter case and repetitions stay; length and Connection are added."""
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
        "Connection: close",
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
    """For any bytes."""
    body = bytes(range(256)) * 300
    async with saying(answer()) as server:
        await client.send(Request("PUT", server.url, (("Content-Type", "x/y"),), body))
    assert server.requests[0].endswith(b"\r\n\r\n" + body)


async def test_another_agent_takes_the_place_of_ours(wire):
    """A scenario may call itself as it likes."""
    assert "User-Agent: Moodle" not in await sent(wire, "GET", "/", [("user-agent", "Moodle")])
    assert "user-agent: Moodle" in await sent(wire, "GET", "/", [("user-agent", "Moodle")])


async def test_redirects_are_not_followed(wire):
    """The redirect itself is judged, and no second request is sent."""
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
    assert [header for header in found.headers if "ne" in header[0].lower()][-2:] == [
        ("X-One", "1"),
        ("x-one", "2"),
    ]


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


async def test_exchanges_are_kept_in_order(wire):
    """Responses and errors, numbered from 1."""
    async with saying(answer(), b"") as server:
        exchanges = [await wire.send("GET", f"{server.url}/{name}") for name in "ab"]
    assert wire.exchanges == exchanges
    assert [(exchange.number, exchange.answer is None) for exchange in exchanges] == [
        (1, False),
        (2, True),
    ]


async def test_a_landing_is_noted_at_its_exchange(wire):
    """The record shows where the browser went from there."""
    landing = Landing("https://issuer.example/", {"error": "access_denied"}, acted=True)
    async with saying(answer()) as server:
        first = await wire.send("GET", server.url)
        await wire.send("GET", server.url)
        noted = wire.landed(first, landing)
    assert [exchange.landing for exchange in wire.exchanges] == [landing, None]
    assert noted.response()["landed"]["parameters"] == {"error": "access_denied"}
