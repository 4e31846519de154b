"""Ten thousand seeded requests full of rubbish break nothing."""

import asyncio
import contextlib
import json
import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import pytest

from mock_backpack.apis.connect.api import ROUTES
from mock_backpack.apis.parameters import FORM
from mock_backpack.app import FAULT_HEADER, create_app
from mock_backpack.control.filters import FILTERS
from mock_backpack.control.operations import OPERATIONS
from mock_backpack.server import served
from tests.mock_backpack.earner import Tokens, connect, identity, send
from tests.mock_backpack.hand_issuer import ADA

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

REQUESTS = 10_000
CONNECTIONS = 8
PATIENCE = 20.0
CALLBACK = "https://issuer.example/callback"

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW", "get")
UNHEARD = ("/journal", "/rules", "/clock", "/reset", "/grants/{number}")
"""Controls that are not changed at the root: the grant that is asked after at the end lives."""
TEXTS = (
    *("", " ", "x", "null", "-1", "1e999", "NaN", "0x10", "١٢", "\x00", "\x7f", "\ud800", "é☃🙂"),
    *("a" * 3000, "ada@example.org", "@", "'\"><script>", "${7*7}", "../../etc/passwd", "%00"),
    *("http://", "http://[", "http://[::1", "http://x:99999/", "http://127.0.0.1:1/", "//x"),
    *("https://issuer.example/callback?a=b#c", "http://127.0.0.1:1/%zz", "data:,x", "javascript:0"),
    *("http://xn--/", "http://a..b/", "http://user:pw@127.0.0.1:1/", "http://127.0.0.1:1/\r\nX: y"),
    *("a.b.c", "e30.e30.e30", "..", "eyJhbGciOiJub25lIn0.e30.", "e30.W10.x", "refresh_token"),
    *("grant", "deny", "page", "issue", "issue,issue", "9999-12-31", "0001-01-01T00:00:00+14:00"),
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.5, -0.0, 1e308, 10**30, -(10**30), 2**63, 253402300799),
    *([], {}, [[]], [None], [{}], {"": ""}, {"a": {"b": []}}, {"rules": {}}, [1] * 300),
)
NAMES = (
    *("badge", "grant_type", "refresh_token", "access_token", "callback", "scope", "csrf", "email"),
    *("then", "origin", "earner", "answer", "times", "advance", "set", "freeze", "resume", "name"),
    *("rules", "expires", "token_length", "seed", "fault", "defect", "with", "match", "when"),
    *("note", "endpoint", "method", "path", "status", "rule", "broke", "since", "limit", "secrets"),
    *("count", "", "__proto__", "a[b]"),
)
TYPES = (
    *("application/json", "application/json; charset=utf-16", "application/json; charset=x"),
    *(
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
    ),
    *("text/plain", "", ";", "/", "a/b/c", "application/json;;;=", "\xff", "image/png"),
)
HEADERS = (
    *("Authorization", "Cookie", "Origin", "Referer", "Accept", "Accept-Encoding", FAULT_HEADER),
    *("If-None-Match", "If-Modified-Since", "Range", "X-Forwarded-For", "X-Forwarded-Host", "Via"),
    *("Access-Control-Request-Method", "Content-Language", "Forwarded", "TE", "X-\xfc"),
)
TOLD = (
    *("", "x", "Bearer", "Bearer ", "Bearer =", "Bearer /w==", "Basic eDp5", "bearer e30=", ","),
    *("null", "https://evil.example", "a=b; c=d", "backpack=x; backpack=y", "bytes=0-", "\xff\xfe"),
    *("0", '"', "*", "x" * 2000, "=;=;", "gzip;q=x", "Mon, 99 Foo 9999", "1.2.3.4, 5.6.7.8"),
)
ENCODINGS = ("identity", "gzip", "deflate", "br", "zstd", "x", "gzip, gzip", "")
BODIES = (
    *(
        b"",
        b" ",
        b"{",
        b"[]",
        b"null",
        b"1",
        b'"x"',
        b"\xff\xfe",
        b"\x00",
        b'{"a":1,"a":2}',
        b"NaN",
    ),
    *(b'{"badge": NaN}', b'{"badge": 1e999}', b'{"badge": "\\ud800"}', b"[" * 5000, b"a=b&c"),
    *(b"\xef\xbb\xbf{}", b'{"a":' * 2000, b"1" * 5000, b"&" * 100, b"%ff=%zz", b"--x\r\n\r\n--x--"),
)


SHAPE = ("expires", "token_length", "seed")
RULE = ("fault", "defect", "with", "match", "when", "note")
KNOWN: Mapping[str, Sequence[str]] = {
    "/api/issue": ("badge",),
    "/api/token": ("grant_type", "refresh_token"),
    "/access": ("callback", "scope"),
    "/accept": ("callback", "scope"),
    "/login": ("email", "then"),
    "/settings/revoke-origin": ("origin",),
    "/_mock/sandboxes": ("name", "rules", *SHAPE),
    "/_mock/clock": ("advance", "set", "freeze", "resume"),
    "/_mock/earners": ("email",),
    "/_mock/login": ("email",),
    "/_mock/badges": ("earner",),
    "/_mock/grants": ("earner", "origin", "scope"),
    "/_mock/consent": ("answer", "earner", "times"),
    "/_mock/rules": ("rules", *RULE),
    **{f"/_mock/journal{path}": (*FILTERS, "limit", "count") for path in ("", "/wait", "/never")},
}
"""What each path takes, so that much of the rubbish gets past the first look."""


def places() -> list[tuple[str, str]]:
    """Right methods and paths of all that a sandbox answers, but the stream that never ends."""
    pages = [(method, path) for path, routes in ROUTES.items() for method in routes]
    controls = [(how, f"/_mock{path}") for how, path in OPERATIONS if path != "/events"]
    wrong = ["/nothing", "/api", "/api/issue/", "/_mock", "/_mock/x", "/_mock//", "//", "/s/"]
    api = [("POST", "/api/issue"), ("POST", "/api/token"), ("GET", "/api/identity")] * 5
    pages = [("POST" if method == "*" else method, path) for method, path in pages]
    return [*pages, *controls, *api, *(("GET", path) for path in wrong)]


class Rubbish:
    """A source of requests that comes up with the same ones every time."""

    def __init__(self, seed: int, tokens: Tokens, session: Any) -> None:
        self._random = random.Random(seed)  # noqa: S311 - it shall repeat
        self._bearer = tokens.bearer
        self._cookie = "{name}={value}".format(**session["cookie"])
        self._csrf = session["csrf"]
        self._places = places()

    def requests(self, count: int) -> Iterator[tuple[str, bytes]]:
        """So many requests, each with the method that was used."""
        for _ in range(count):
            yield self._request()

    def _pick(self, choices: Sequence[Any]) -> Any:
        return self._random.choice(choices)

    def _request(self) -> tuple[str, bytes]:
        method, place = self._pick(self._places)
        if self._random.random() < 0.4:
            method = self._pick(METHODS)
        prefix = self._pick(("", "", "/s/fuzzed", "/s/fuzzed", "/s/nobody"))
        if not prefix and place.startswith("/_mock") and place.endswith(UNHEARD):
            method = "GET"
        path = place.replace("{name}", self._pick(("nobody", "%ff", "A", "", "x" * 300)))
        for variable in ("{number}", "{rule}"):
            path = path.replace(variable, quote(self._text()) or "0")
        headers, body = self._headers(), b""
        if method not in ("GET", "HEAD", "TRACE") or self._random.random() < 0.1:
            body = self._body(place, headers)
        target = f"{prefix}{path}?{self._query(place)}"
        lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
        return method, head.encode("latin-1") + body

    def _text(self) -> str:
        return str(self._pick(TEXTS)).encode(errors="ignore").decode()

    def _names(self, place: str) -> list[str]:
        known = KNOWN.get(place, NAMES)
        several = range(self._random.randrange(5))
        return [self._pick(known if self._random.random() < 0.9 else NAMES) for _ in several]

    def _query(self, place: str) -> str:
        waits = "&timeout=0.01" if "/journal/" in place else ""
        asked = "&".join(f"{name}={quote(self._text())}" for name in self._names(place))
        return (
            str(self._pick((asked, asked, asked, "&&&", "=", "%", "%zz=%ff", "?", "a;b"))) + waits
        )

    def _headers(self) -> dict[str, str]:
        chosen = {self._pick(HEADERS): self._pick(TOLD) for _ in range(self._random.randrange(4))}
        if self._random.random() < 0.4:
            chosen |= self._bearer
        if self._random.random() < 0.4:
            chosen["Cookie"] = self._cookie
        if self._random.random() < 0.9:
            chosen["Content-Type"] = self._pick((TYPES[0], TYPES[3], *TYPES))
        return chosen

    def _body(self, place: str, headers: dict[str, str]) -> bytes:
        if self._random.random() < 0.1:
            headers["Content-Encoding"] = self._pick(ENCODINGS)
        members = {name: self._value() for name in self._names(place)}
        if place == "/api/token" and self._random.random() < 0.7:
            members["grant_type"] = "refresh_token"
        if place in ROUTES and not place.startswith("/api") and self._random.random() < 0.8:
            headers["Content-Type"] = FORM
            fields = [f"{name}={quote(self._text())}" for name in members]
            return "&".join([*fields, f"csrf={self._csrf}"]).encode()
        as_json = json.dumps(
            self._pick((members, members, members, [members], self._value()))
        ).encode()
        return bytes(self._pick((as_json, as_json, as_json, self._raw())))

    def _value(self) -> Any:
        return self._pick(TEXTS) if self._random.random() < 0.5 else self._pick(VALUES)

    def _raw(self) -> bytes:
        return bytes(self._pick((*BODIES, self._random.randbytes(40))))


class Line:
    """A connection that stays open as long as the mock allows."""

    def __init__(self, url: str) -> None:
        at = urlsplit(url)
        self._at = at.hostname, at.port
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, content: bytes) -> tuple[int, bytes]:
        """Send a request as it is; status and body of the answer.

        A kept connection may end without a word after a body that was broken; a fresh one not.
        """
        was_kept = self._writer is not None
        try:
            return await self._ask(method, content)
        except (OSError, EOFError):
            await self.close()
            if not was_kept:
                raise
            return await self._ask(method, content)

    async def _ask(self, method: str, content: bytes) -> tuple[int, bytes]:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(*self._at)
        self._writer.write(content)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        _, _, length = head.partition("\r\ncontent-length: ")
        bodiless = method == "HEAD" or status in (204, 304) or not length
        body = b"" if bodiless else await self._reader.readexactly(int(length.split("\r\n")[0]))
        if "\r\nconnection: close" in head:
            await self.close()
        return status, body

    async def close(self) -> None:
        """End the connection."""
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
            self._writer = None


async def asked_all(url: str, rubbish: Rubbish, count: int) -> list[tuple[int, bytes, bytes]]:
    """Send so many requests one after the other; status, request and answer of each."""
    line = Line(url)
    answers: list[tuple[int, bytes, bytes]] = []
    try:
        for method, content in rubbish.requests(count):
            try:
                status, body = await asyncio.wait_for(line.ask(method, content), PATIENCE)
            except (OSError, EOFError, TimeoutError) as error:
                before = answers[-1][1:] if answers else ()
                raise AssertionError(f"no answer to {content[:500]!r} after {before!r}") from error
            answers.append((status, content, body))
    finally:
        await line.close()
    return answers


async def test_no_request_breaks_the_mock(
    http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    """Rubbish of ten thousand kinds gets no 5xx, logs no exception, and spoils nothing."""
    caplog.set_level(logging.WARNING)
    async with served(create_app()) as mock:
        tokens = await connect(http, mock, CALLBACK)
        await send(http, "POST", f"{mock}/_mock/sandboxes", json={"name": "fuzzed"})
        session = await send(http, "POST", f"{mock}/_mock/login", json={"email": ADA})
        sources = [Rubbish(seed, tokens, session.json) for seed in range(CONNECTIONS)]
        each = REQUESTS // CONNECTIONS
        heard = await asyncio.gather(*(asked_all(mock, source, each) for source in sources))
        answers = [answer for part in heard for answer in part]
        assert len(answers) == REQUESTS
        assert [answer for answer in answers if answer[0] >= 500][:3] == []
        assert [record.getMessage() for record in caplog.records] == []
        answer = await identity(http, tokens)
        assert answer.json["recipient"].startswith("sha256$")
        statuses = {answer[0] for answer in answers}
        assert {200, 204, 303, 400, 401, 403, 404, 405, 415} <= statuses
