"""By which names the mock answers, and what it says of itself behind a proxy."""

import contextlib
import ssl
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import trustme
from aiohttp import web

from mock_backpack.app import create_app
from mock_backpack.core.settings import Settings
from mock_backpack.server import served
from tests.mock_backpack.earner import form_fields, line, send
from tests.mock_backpack.hand_issuer import ADA

pytestmark = pytest.mark.anyio

PATHS = ("/", "/issuer.js", "/api/identity", "/_mock/health", "/s/nobody/api/issue")


async def said_to(mock: str, head: str | bytes) -> bytes:
    """The answer to these bytes."""
    content = head if isinstance(head, bytes) else head.encode()
    async with line(mock) as (reader, writer):
        writer.write(content)
        return await reader.read()


def asked(path: str, *headers: str, version: str = "1.1") -> str:
    return "\r\n".join((f"GET {path} HTTP/{version}", *headers, "Connection: close", "", ""))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example"])
async def test_an_unknown_name_is_refused_everywhere(mock, path, host):
    """So no page can let its own name lead here and read what the mock says."""
    answer = await said_to(mock, asked(path, f"Host: {host}", "Backpack-Mock-Fault: http.status"))
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"or a name given with --host-name, saw" in answer


@pytest.mark.parametrize("path", PATHS[:2])
@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.1.2.3:99", "[::1]:8", "x.localhost"]
)
async def test_names_of_this_machine_are_answered(mock, path, host):
    """With any port: containers map it."""
    assert (await said_to(mock, asked(path, f"Host: {host}"))).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "host",
    [
        b"\xff",
        b"evil.example@127.0.0.1",
        b"",
        b"a b",
        b"[::1",
        b"localhost:x",
        b"/",
        b"\xc3\xbc.de",
    ],
)
async def test_what_is_no_host_is_a_400(mock, host):
    """And no crash."""
    head = b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n"
    assert (await said_to(mock, head)).startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))


@pytest.mark.parametrize("hosts", [[], ["Host: localhost", "Host: localhost"]])
async def test_http_1_1_has_one_host(mock, hosts):
    """RFC 9112 section 3.2."""
    answer = await said_to(mock, asked("/", *hosts))
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))


async def test_http_1_0_needs_no_host_but_for_the_controls(mock):
    """No browser leaves it out; the address is then that of the socket."""
    answer = await said_to(mock, asked("/", version="1.0"))
    assert answer.startswith(b"HTTP/1.0 200 ")
    assert mock.encode() in answer
    answer = await said_to(mock, asked("/_mock/health", version="1.0"))
    assert answer.startswith(b"HTTP/1.0 403 ")


async def test_a_given_name_is_answered():
    """Such as the name of a container."""
    async with served(create_app(Settings(host_names=("Backpack",)))) as mock:
        good = await said_to(mock, asked("/_mock/sandboxes", "Host: backpack:8765"))
        bad = await said_to(mock, asked("/", "Host: other:8765"))
    assert good.startswith(b"HTTP/1.1 200 ")
    assert b"http://backpack:8765/api" in good
    assert bad.startswith(b"HTTP/1.1 403 ")


async def test_with_a_token_any_name_is_answered():
    """Others may reach it then, by whatever name; a fault in a header is for this machine."""
    async with served(create_app(Settings(admin_token="t"))) as mock:
        assert b" 200 " in await said_to(mock, asked("/", "Host: mock.example"))
        fault = "Backpack-Mock-Fault: http.status status=418"
        assert b" 403 " in await said_to(mock, asked("/", "Host: mock.example", fault))
        assert b" 418 " in await said_to(mock, asked("/", "Host: localhost", fault))


@pytest.mark.parametrize(
    ("origins", "status"),
    [
        (["http://HOST"], 200),
        (["https://HOST"], 403),
        (["ftp://HOST"], 403),
        (["null"], 403),
        (["http://HOST", "http://evil.example"], 403),
        (["http://HOST.evil.example"], 403),
    ],
)
async def test_controls_are_for_pages_of_the_same_origin(mock, origins, status):
    """Scheme, host and port count, and of two origins both."""
    host = urlsplit(mock).netloc
    headers = [f"Origin: {origin.replace('HOST', host)}" for origin in origins]
    answer = await said_to(mock, asked("/_mock/health", f"Host: {host}", *headers))
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


@contextlib.asynccontextmanager
async def proxied():
    """A mock behind a proxy that ends TLS and takes ``/backpack`` away; URL and client."""
    authority = trustme.CA()
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(theirs)
    ours = ssl.create_default_context()
    authority.configure_trust(ours)
    inner: list[str] = []

    async def forward(request: web.Request) -> web.Response:
        assert request.path.startswith("/backpack/"), request.path
        url = inner[0] + request.path_qs.removeprefix("/backpack")
        headers = request.headers.copy()
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client,
            client.request(
                request.method,
                url,
                headers=headers,
                data=await request.read(),
                allow_redirects=False,
            ) as answer,
        ):
            kept = answer.headers.copy()
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", forward)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=theirs).start()
    outer = f"https://localhost:{runner.addresses[0][1]}/backpack"
    jar = aiohttp.CookieJar()
    connector = aiohttp.TCPConnector(ssl=ours)
    try:
        async with (
            served(create_app(Settings(url=outer))) as url,
            aiohttp.ClientSession(cookie_jar=jar, connector=connector) as client,
        ):
            inner.append(url)
            yield outer, client
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("sandbox", ["", "/s/one"])
async def test_behind_a_proxy_everything_has_the_outer_address(sandbox):
    """Login, consent, tokens, sandboxes and controls, over TLS and below a path."""
    async with proxied() as (outer, client):
        made = await send(client, "POST", f"{outer}/_mock/sandboxes", json={"name": "one"})
        assert made.json["url"] == f"{outer}/s/one"
        assert made.json["admin"] == f"{outer}/s/one/_mock"
        base = outer + sandbox
        query = {"callback": "https://issuer.example/back", "scope": "issue"}
        asked_for = await send(client, "GET", f"{base}/access", params=query)
        login = urlsplit(asked_for.headers["Location"])
        assert login.path == urlsplit(base).path + "/login"
        root = "{0.scheme}://{0.netloc}".format(urlsplit(outer))
        page = (await send(client, "GET", root + asked_for.headers["Location"])).page
        fields = form_fields(page, f"{urlsplit(base).path}/login")
        done = await send(client, "POST", f"{base}/login", data={**fields, "email": ADA})
        cookie = done.headers["Set-Cookie"]
        assert "Secure" in cookie
        assert f"Path={urlsplit(base).path}/;" in f"{cookie};"
        page = (await send(client, "GET", root + done.headers["Location"])).page
        fields = form_fields(page, f"{urlsplit(base).path}/accept")
        granted = await send(client, "POST", f"{base}/accept", data=fields)
        parameters = parse_qs(urlsplit(granted.headers["Location"]).query)
        assert parameters["api_root"] == [f"{base}/api"]
        assert (await send(client, "GET", f"{parameters['api_root'][0]}/identity")).status == 401
        moved = await send(client, "GET", f"{base}/_mock")
        assert moved.headers["Location"] == f"{urlsplit(base).path}/_mock/"


async def test_behind_a_proxy_the_own_origin_is_the_outer_one():
    """A page that the proxy serves may use the controls, and no other."""
    async with proxied() as (outer, client):
        own = outer.removesuffix("/backpack")
        for origin, status in ((own, 200), (own.replace("https", "http"), 403), ("null", 403)):
            answer = await send(client, "GET", f"{outer}/_mock/health", headers={"Origin": origin})
            assert answer.status == status, origin
        document = (await send(client, "GET", f"{outer}/_mock/openapi.json")).json
        assert document["servers"] == [{"url": f"{outer}/_mock"}]
        fault = {"Backpack-Mock-Fault": "http.status status=418"}
        assert (await send(client, "GET", f"{outer}/issuer.js", headers=fault)).status == 403
