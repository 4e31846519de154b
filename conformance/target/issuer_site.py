"""The issuer site: a real HTTP server on several origins, for badges and for the callback."""

import asyncio
import json
import secrets
import socket
from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from attrs import define, field, frozen

from conformance.core.errors import AuthoringError, HarnessError
from conformance.core.exchange import parameters_of
from conformance.openbadges.bundle import PARTS, Bundle, Served, Way
from conformance.target.configuration.configuration import Configuration

FIRST, SECOND, FORBIDDEN = "first", "second", "forbidden"
CALLBACK = "callback"
HOPS = "hops"
LOOP = "loop"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what a user may say, and not what we bind to
DRIP_SECONDS = 0.05
"""Between one byte and the next."""


@frozen
class Visit:
    """One request that the site heard."""

    method: str
    url: str
    """Absolute, without the query."""


@define
class SiteOrigin:
    """One of the site's origins."""

    url: str
    """``http://host:port``, without a slash."""
    served: dict[str, Served] = field(factory=dict)
    """By path."""


@frozen
class SiteAddress:
    """Where an origin of the site listens, and under which address others reach it."""

    port: int = 0
    """0 takes a free one, or that of the URL."""
    url: str | None = None
    """When it is another than the one that it listens at."""

    @property
    def listens_at(self) -> int:
        """The port; of a URL that names one, that."""
        return self.port or (urlsplit(self.url).port if self.url else 0) or 0


@frozen
class SiteOptions:
    """Where the issuer site is."""

    bind: str = "127.0.0.1"
    doors: tuple[SiteAddress, SiteAddress] = (SiteAddress(), SiteAddress())

    @classmethod
    def of(cls, said: Configuration) -> "SiteOptions":
        """What a configuration says of it.

        Raises:
            AuthoringError: when nobody could tell where the target finds it.
        """
        bind, url, second = (said[f"issuer.{name}"] for name in ("bind", "url", "second_url"))
        if bool(url) != bool(second):
            missing = said.settings["issuer.second_url" if url else "issuer.url"]
            raise AuthoringError(f"the issuer site needs two origins: set {missing.advice} as well")
        if bind in EVERYWHERE and not url:
            advice = said.settings["issuer.url"].advice
            raise AuthoringError(
                f"nothing can be fetched from {bind}, where the issuer site listens: set {advice}"
            )
        if url and url.rstrip("/") == second.rstrip("/"):
            raise AuthoringError(
                f"the issuer site needs two origins: expected another port or name than {url}"
            )
        first = SiteAddress(said["issuer.port"], url and url.rstrip("/"))
        return cls(
            bind, (first, SiteAddress(said["issuer.second_port"], second and second.rstrip("/")))
        )


class IssuerSite:
    """Serves what a run put there, under paths that nobody can guess, and remembers visits."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        forbidden: str | None = None,
        doors: Sequence[SiteAddress] = (SiteAddress(), SiteAddress()),
    ) -> None:
        """``forbidden`` is an address of this machine that the target must not fetch from."""
        self._host = host
        self._doors = doors
        self._forbidden = forbidden
        self._runners: list[web.AppRunner] = []
        self._nowhere = socket.socket()
        self.origins: dict[str, SiteOrigin] = {}
        self.visits: list[Visit] = []
        self.told: dict[str, Mapping[str, Any]] = {}
        """From a callback to what the Backpack told it last, in a real browser."""

    async def start(self) -> None:
        """Listen on two free ports, and on one of the forbidden address if there is that.

        Raises:
            HarnessError: when an address cannot be used.
        """
        try:
            self._nowhere.bind((self._host, 0))
            for name, door in zip((FIRST, SECOND), self._doors, strict=True):
                await self._listen(name, self._host, door)
            if self._forbidden is not None:
                await self._listen(FORBIDDEN, self._forbidden, SiteAddress())
        except OSError as error:
            await self.stop()
            raise HarnessError(
                f"the issuer site cannot listen on {self._host}: {error.strerror or error}"
            ) from error

    async def stop(self) -> None:
        """Close all sockets."""
        for runner in self._runners:
            await runner.cleanup()
        self._nowhere.close()

    async def _listen(self, name: str, host: str, door: SiteAddress) -> None:
        origin = SiteOrigin("")
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", partial(self._serve, origin))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, host, door.listens_at).start()
        shown = f"[{host}]" if ":" in host else host
        origin.url = door.url or f"http://{shown}:{runner.addresses[0][1]}"
        self.origins[name] = origin

    async def _serve(self, origin: SiteOrigin, request: web.Request) -> web.StreamResponse:
        self.visits.append(Visit(request.method, f"{origin.url}{request.path}"))
        if request.path.startswith(f"/{CALLBACK}/"):
            told = parameters_of(str(request.rel_url))
            self.told[f"{origin.url}{request.path}"] = told
            return web.Response(text=_thanks(told), content_type="text/html")
        served = origin.served.get(request.path)
        if served is None:
            return web.Response(status=404, text="Not found.")
        if (elsewhere := _next_hop(served.way, request)) is not None:
            return web.Response(status=served.way.with_status, headers={"Location": elsewhere})
        if served.way.drips:
            return await _drip(served, request)
        return web.Response(
            status=served.status, body=_bytes(served.content), headers=_head(served)
        )

    def visits_of(self, url: str) -> list[Visit]:
        """The requests for a URL of ours, oldest first."""
        return [one for one in self.visits if one.url == url]

    def urls(self, origin: str = FIRST) -> dict[str, str]:
        """Fresh URLs for all parts of a badge, and one where nothing listens."""
        base = f"{self.origins[origin].url}/{secrets.token_urlsafe(9)}"
        return {
            **{part: f"{base}/{part}" for part in PARTS},
            "nowhere": f"http://{urlsplit(base).hostname}:{self._nowhere.getsockname()[1]}/assertion",
        }

    def page(self, html: str, origin: str = FIRST) -> str:
        """The URL of a fresh HTML page."""
        url = f"{self.origins[origin].url}/{secrets.token_urlsafe(9)}/page"
        self.put_one(url, Served(html.encode(), "text/html; charset=utf-8"))
        return url

    def callback(self, origin: str = FIRST) -> str:
        """A fresh callback URL."""
        return f"{self.origins[origin].url}/{CALLBACK}/{secrets.token_urlsafe(9)}"

    def put(self, bundle: Bundle) -> None:
        """Serve all documents of a badge, in place of what was served at their URLs."""
        for url, served in bundle.served().items():
            self.put_one(url, served)

    def put_one(self, url: str, served: Served) -> None:
        """Serve one document, if its URL is ours."""
        for origin in self.origins.values():
            if url.startswith(f"{origin.url}/"):
                origin.served[url.removeprefix(origin.url)] = served

    def withdraw(self, urls: Mapping[str, str]) -> None:
        """Serve nothing at these URLs from now on."""
        for origin in self.origins.values():
            for url in urls.values():
                origin.served.pop(url.removeprefix(origin.url), None)


def _thanks(told: Mapping[str, Any]) -> str:
    """What the earner reads at the callback."""
    if "error" in told:
        title, says = "Not granted", f"The Backpack responded: {told['error']}."
    elif "access_token" in told:
        title, says = "Granted", "The Backpack granted access. You can close this page."
    else:
        heard = ", ".join(told) or "nothing"
        title, says = "No grant", f"Expected an access_token; the Backpack sent {heard}."
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1><p>{escape(says)}</p></html>"
    )


def _next_hop(way: Way, request: web.Request) -> str | None:
    """Where a request is sent on to; ``None`` when it has arrived."""
    hops = int(request.query.get(HOPS, "0"))
    if way.leads_to not in (None, LOOP):
        return way.leads_to
    if way.leads_to == LOOP or hops < way.redirects:
        return f"{request.path}?{HOPS}={hops + 1}"
    return None


async def _drip(served: Served, request: web.Request) -> web.StreamResponse:
    """A right beginning, and then blanks for as long as somebody listens."""
    response = web.StreamResponse(status=served.status, headers=_head(served))
    await response.prepare(request)
    try:
        await response.write(_bytes(served.content))
        while True:
            await response.write(b" ")
            await asyncio.sleep(DRIP_SECONDS)
    except ConnectionError:
        return response


def _head(served: Served) -> dict[str, str]:
    """Nothing may be cached, so that what is changed must be seen (RFC 9111 section 5.2.2.5)."""
    return {"Cache-Control": "no-store", **served.headers, "Content-Type": served.type}


def _bytes(content: Any) -> bytes:
    if isinstance(content, bytes):
        return content
    return json.dumps(content, ensure_ascii=False).encode()
