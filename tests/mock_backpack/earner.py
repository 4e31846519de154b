"""An earner with a browser and an issuer with an HTTP client, both made of aiohttp."""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
from attrs import frozen
from bs4 import BeautifulSoup
from multidict import CIMultiDictProxy

from tests.mock_backpack.hand_issuer import ADA


@frozen
class Answer:
    """An answer of the mock, read to its end."""

    status: int
    headers: CIMultiDictProxy[str]
    content: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode()

    @property
    def json(self) -> Any:
        """The body as strict JSON, which knows no NaN."""
        assert self.headers["Content-Type"].partition(";")[0] == "application/json", self.text
        return json.loads(self.content, parse_constant=_refuse)

    @property
    def message(self) -> str:
        """The message of a JSON refusal."""
        message = self.json["message"]
        assert isinstance(message, str)
        assert message
        return message

    @property
    def page(self) -> BeautifulSoup:
        """The body as HTML."""
        assert self.headers["Content-Type"].startswith("text/html"), self.text
        return BeautifulSoup(self.content, "html.parser")


def _refuse(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


async def send(http: aiohttp.ClientSession, method: str, url: str, **options: Any) -> Answer:
    """One request, following no redirect."""
    async with http.request(method, url, allow_redirects=False, **options) as answer:
        return Answer(answer.status, answer.headers, await answer.read())


@frozen
class Tokens:
    """The parameters of an issuer's callback."""

    access_token: str
    refresh_token: str
    expires: str
    api_root: str

    @property
    def bearer(self) -> dict[str, str]:
        """The header that goes with requests."""
        return bearer(self.access_token)


def bearer(token: str) -> dict[str, str]:
    """The Authorization header for an access token."""
    return {"Authorization": f"Bearer {base64.b64encode(token.encode()).decode()}"}


async def push(http: aiohttp.ClientSession, tokens: Tokens, badge: Any) -> Answer:
    """Push a badge."""
    url = f"{tokens.api_root}/issue"
    return await send(http, "POST", url, json={"badge": badge}, headers=tokens.bearer)


async def problems(http: aiohttp.ClientSession, tokens: Tokens, badge: str) -> list[Any]:
    """Push a badge that must be refused as invalid; document and member of each complaint."""
    answer = await push(http, tokens, badge)
    assert answer.status == 400, answer.text
    assert answer.message.startswith("invalid assertion: ")
    return [(problem["document"], problem["member"]) for problem in answer.json["problems"]]


async def identity(http: aiohttp.ClientSession, tokens: Tokens) -> Answer:
    """Ask for the earner's identity, the harmless way of trying a token."""
    return await send(http, "GET", f"{tokens.api_root}/identity", headers=tokens.bearer)


async def refresh(http: aiohttp.ClientSession, tokens: Tokens, **change: Any) -> Answer:
    """Trade the refresh token; ``change`` goes into the body."""
    body = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token, **change}
    return await send(http, "POST", f"{tokens.api_root}/token", json=body)


def form_fields(page: BeautifulSoup, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to ``action``."""
    form = page.select_one(f'form[action="{action}"]')
    assert form is not None, page
    return {str(field["name"]): str(field["value"]) for field in form.select("input[type=hidden]")}


def access_url(mock: str, callback: str, scope: str = "issue") -> str:
    """The URL to which OpenBadges.connect sends the browser."""
    return f"{mock}/access?{urlencode({'callback': callback, 'scope': scope})}"


async def log_in(http: aiohttp.ClientSession, mock: str, email: str = ADA) -> Answer:
    """Log in; the answer to the form."""
    fields = form_fields((await send(http, "GET", f"{mock}/login")).page, "/login")
    return await send(http, "POST", f"{mock}/login", data={**fields, "email": email})


async def ask_for_access(http: aiohttp.ClientSession, mock: str, callback: str) -> Answer:
    """Open the access page as an earner who is logged in."""
    return await send(http, "GET", access_url(mock, callback))


async def accept(http: aiohttp.ClientSession, mock: str, callback: str) -> Answer:
    """Open the access page and press Grant."""
    page = (await ask_for_access(http, mock, callback)).page
    return await send(http, "POST", f"{mock}/accept", data=form_fields(page, "/accept"))


async def connect(
    http: aiohttp.ClientSession, mock: str, callback: str, email: str = ADA
) -> Tokens:
    """An earner logs in and grants access; returns the parameters of the callback."""
    await log_in(http, mock, email)
    granted = await accept(http, mock, callback)
    query = dict(parse_qsl(urlsplit(granted.headers["Location"]).query))
    return Tokens(**{name: query[name] for name in Tokens.__annotations__})


async def revoke(http: aiohttp.ClientSession, mock: str, origin: str) -> Answer:
    """Revoke an origin's access on the settings page, for the logged-in earner."""
    page = (await send(http, "GET", f"{mock}/settings")).page
    fields = form_fields(page, "/settings/revoke-origin")
    return await send(
        http, "POST", f"{mock}/settings/revoke-origin", data={**fields, "origin": origin}
    )


async def advance(http: aiohttp.ClientSession, mock: str, seconds: float) -> Answer:
    """Move the mock's clock."""
    return await send(http, "POST", f"{mock}/_mock/clock", json={"advance": seconds})


async def collection(http: aiohttp.ClientSession, mock: str, email: str = ADA) -> list[Any]:
    """The badges that the mock keeps of an earner."""
    url = f"{mock}/_mock/badges?{urlencode({'earner': email})}"
    badges: list[Any] = (await send(http, "GET", url)).json["badges"]
    return badges


@contextlib.asynccontextmanager
async def line(url: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection for saying what one likes."""
    at = urlsplit(url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
