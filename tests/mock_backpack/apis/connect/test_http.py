"""The API as HTTP: methods, paths, preflight, and leaks."""

import asyncio

import pytest
from aiohttp import web

from mock_backpack.app import create_app
from tests.mock_backpack.earner import collection, send
from tests.mock_backpack.hand_issuer import good_badge

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("method", "endpoint", "allowed"),
    [
        ("GET", "issue", "POST"),
        ("PUT", "issue", "POST"),
        ("GET", "token", "POST"),
        ("POST", "identity", "GET"),
        ("DELETE", "identity", "GET"),
    ],
)
async def test_another_method_is_told_the_right_one(http, tokens, method, endpoint, allowed):
    """A wrong method is a 405 whose Allow header names the right one."""
    url = f"{tokens.api_root}/{endpoint}"
    answer = await send(http, method, url, headers=tokens.bearer)
    assert answer.status == 405
    assert answer.headers["Allow"] == f"{allowed}, OPTIONS"
    assert method in answer.message


async def test_no_other_method_adds_a_badge(http, mock, tokens, site):
    """A badge in the query or body of another method is not stored."""
    url = good_badge(site).publish()
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        await send(
            http,
            method,
            f"{tokens.api_root}/issue",
            params={"badge": url},
            json={"badge": url},
            headers=tokens.bearer,
        )
    assert await collection(http, mock) == []


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/issue/", "/api/badges", "/nothing"])
async def test_an_unknown_path_is_a_404_in_json(http, mock, path):
    """An unknown path gets a 404 in JSON."""
    answer = await send(http, "GET", mock + path)
    assert answer.status == 404
    assert path in answer.message


@pytest.mark.parametrize("endpoint", ["issue", "token", "identity"])
async def test_a_preflight_needs_no_credentials(http, mock, endpoint):
    """A browser may ask before a request from another origin."""
    answer = await send(
        http,
        "OPTIONS",
        f"{mock}/api/{endpoint}",
        headers={"Origin": "https://issuer.example", "Access-Control-Request-Method": "POST"},
    )
    assert (answer.status, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type, Authorization"
    assert answer.headers["Access-Control-Expose-Headers"] == "WWW-Authenticate"
    assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_an_answer_does_not_tell_what_the_mock_is_made_of(http, mock):
    """The Server header has no versions of internals."""
    assert (await send(http, "GET", f"{mock}/api/issue")).headers["Server"] == "mock-backpack"


async def test_a_request_that_cannot_be_read_is_no_exception(http, mock):
    """A line that is too long is answered under the mock's name as well."""
    answer = await send(http, "GET", f"{mock}/access?callback={'x' * 100_000}")
    assert answer.status == 400
    assert answer.headers["Server"] == "mock-backpack"


async def test_a_client_that_asks_first_may_send_its_body(mock):
    """``Expect: 100-continue`` is answered before the body comes (RFC 9110 section 10.1.1)."""
    host, port = mock.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /api/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n")
    writer.write(b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(b"{}")
    assert (await reader.read()).endswith(b"invalid grant_type")
    writer.close()


async def test_the_application_can_be_served_by_aiohttp(http):
    """The mock can be part of another server, with the same answers."""
    runner = web.AppRunner(create_app())
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        answer = await send(http, "GET", f"{url}/api/identity", headers={"Expect": "100-continue"})
        journal = (await send(http, "GET", f"{url}/_mock/journal")).json["exchanges"]
    finally:
        await runner.cleanup()
    assert (answer.status, answer.headers["Server"]) == (401, "mock-backpack")
    assert [exchange["answer"]["status"] for exchange in journal] == [401]
