"""The issuer site: a real HTTP server on several origins, for badges and for the callback."""

import asyncio
import json
import secrets
import socket
import ssl
from collections.abc import Mapping, Sequence
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from attrs import define, field, frozen

from conformance.core.errors import AuthoringError, HarnessError
from conformance.core.exchange import parameters_of
from conformance.openbadges.bundle import PARTS, Bundle, Delivery, ServedDocument
from conformance.openbadges.images import png
from conformance.target.configuration.configuration import Configuration

FIRST, SECOND, FORBIDDEN = "first", "second", "forbidden"
CALLBACK = "callback"
HOPS = "hops"
LOOP = "loop"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with the configuration, not bound to
DRIP_SECONDS = 0.05
"""Seconds between one byte and the next."""


@frozen
class Visit:
    """One request that the site received."""

    method: str
    url: str
    """Absolute URL without the query."""


@define
class SiteOrigin:
    """One of the site's origins."""

    url: str
    """``http://host:port``, without a slash."""
    served: dict[str, ServedDocument] = field(factory=dict)
    """By path."""


@frozen
class SiteAddress:
    """The port where an origin of the site listens, and its public URL."""

    port: int = 0
    """0 uses the port of the URL, or a free port."""
    url: str | None = None
    """The public URL, if it differs from the address where the site listens."""

    @property
    def listening_port(self) -> int:
        """The port to listen on; 0 for a free one."""
        return self.port or (urlsplit(self.url).port if self.url else 0) or 0


@frozen
class SiteCertificate:
    """The files by which the issuer site speaks TLS."""

    certificate: Path
    key: Path | None = None
    """``None`` when the key is in the file of the certificate."""

    def context(self) -> ssl.SSLContext:
        """A context of a server.

        Raises:
            AuthoringError: when the files cannot be used.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        key = self.key or self.certificate
        try:
            context.load_cert_chain(self.certificate, key, password=_no_password)
        except (OSError, ValueError) as error:  # an SSLError is an OSError
            message = f"expected a PEM file with a certificate, and its key in {key}"
            reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
            raise AuthoringError(f"issuer.certificate: {message}: {reason}") from None
        return context


def _no_password() -> str:
    """Nobody is asked at a terminal for the password of a key.

    Raises:
        ValueError: always.
    """
    raise ValueError("the key is encrypted")


@frozen
class SiteOptions:
    """The addresses of the issuer site."""

    bind: str = "127.0.0.1"
    addresses: tuple[SiteAddress, SiteAddress] = (SiteAddress(), SiteAddress())
    tls: SiteCertificate | None = None
    """``None`` when the site speaks plain http."""
    path: str = ""
    """The first part of the paths of its documents; a proxy chooses among several sites by it."""

    @classmethod
    def of(cls, configuration: Configuration) -> "SiteOptions":
        """The options in a configuration.

        Raises:
            AuthoringError: when the target could not reach two distinct origins.
        """
        bind, url, second = (
            configuration[f"issuer.{name}"] for name in ("bind", "url", "second_url")
        )
        if bool(url) != bool(second):
            missing = configuration.settings["issuer.second_url" if url else "issuer.url"]
            raise AuthoringError(f"the issuer site needs two origins: set {missing.advice} as well")
        if bind in EVERYWHERE and not url:
            advice = configuration.settings["issuer.url"].advice
            raise AuthoringError(
                f"nothing can be fetched from {bind}, where the issuer site listens: set {advice}"
            )
        if url and url.rstrip("/") == second.rstrip("/"):
            raise AuthoringError(
                f"the issuer site needs two origins: expected another port or name than {url}"
            )
        addresses = (
            SiteAddress(configuration["issuer.port"], url and url.rstrip("/")),
            SiteAddress(configuration["issuer.second_port"], second and second.rstrip("/")),
        )
        return cls(bind, addresses, _certificate(configuration), configuration["issuer.path"] or "")


def _certificate(configuration: Configuration) -> SiteCertificate | None:
    certificate, key = configuration["issuer.certificate"], configuration["issuer.key"]
    if key and not certificate:
        advice = configuration.settings["issuer.certificate"].advice
        raise AuthoringError(f"issuer.key: belongs to a certificate: set {advice} as well")
    return SiteCertificate(Path(certificate), Path(key) if key else None) if certificate else None


class IssuerSite:
    """Serves the documents of a run at unguessable paths, and records visits."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        forbidden: str | None = None,
        addresses: Sequence[SiteAddress] = (SiteAddress(), SiteAddress()),
        tls: SiteCertificate | None = None,
        path: str = "",
    ) -> None:
        """``forbidden`` is an address of this machine that the target must not fetch from."""
        self._tls = tls
        self._path = f"/{path}" if path else ""
        self._host = host
        self._addresses = addresses
        self._forbidden = forbidden
        self._runners: list[web.AppRunner] = []
        self._nowhere = socket.socket()
        self.origins: dict[str, SiteOrigin] = {}
        self.visits: list[Visit] = []
        self.callback_parameters: dict[str, Mapping[str, Any]] = {}
        """From the URL of a callback to the parameters that it last received in a real browser."""

    async def start(self) -> None:
        """Listen on the two addresses, and on a free port of the forbidden host if there is one.

        Raises:
            AuthoringError: when the certificate cannot be used.
            HarnessError: when an address cannot be used.
        """
        context = self._tls.context() if self._tls else None
        try:
            self._nowhere.bind((self._host, 0))
            for name, address in zip((FIRST, SECOND), self._addresses, strict=True):
                await self._listen(name, self._host, address, context)
            if self._forbidden is not None:
                await self._listen(FORBIDDEN, self._forbidden, SiteAddress(), context)
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

    async def _listen(
        self, name: str, host: str, address: SiteAddress, context: ssl.SSLContext | None
    ) -> None:
        origin = SiteOrigin("")
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", partial(self._serve, origin))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, host, address.listening_port, ssl_context=context).start()
        literal_host = f"[{host}]" if ":" in host else host
        scheme = "http" if context is None else "https"
        origin.url = address.url or f"{scheme}://{literal_host}:{runner.addresses[0][1]}"
        self.origins[name] = origin

    async def _serve(self, origin: SiteOrigin, request: web.Request) -> web.StreamResponse:
        self.visits.append(Visit(request.method, f"{origin.url}{request.path}"))
        if request.path.removeprefix(self._path).startswith(f"/{CALLBACK}/"):
            parameters = parameters_of(str(request.rel_url))
            self.callback_parameters[f"{origin.url}{request.path}"] = parameters
            return web.Response(text=_callback_page(parameters), content_type="text/html")
        served = origin.served.get(request.path)
        if served is None and request.path in _of_client():
            body, kind = _of_client()[request.path]
            return web.Response(body=body, content_type=kind)
        if served is None:
            return web.Response(status=404, text="Not found.")
        if (next_hop := _next_hop(served.delivery, request)) is not None:
            return web.Response(
                status=served.delivery.redirect_status, headers={"Location": next_hop}
            )
        if served.delivery.never_ends:
            return await _drip(served, request)
        response = web.Response(
            status=served.status, body=_bytes(served.content), headers=_head(served)
        )
        if served.delivery.is_chunked:
            response.enable_chunked_encoding()
        return response

    @property
    def advice(self) -> str:
        """What to change when a Backpack cannot reach the site."""
        return (
            "Can the Backpack's machine (or container) reach "
            f"{urlsplit(self.origins[FIRST].url).netloc}? If not, set the listening address of the "
            "issuer site with --issuer-bind ADDRESS, and its URLs with --issuer-url URL and "
            "--second-issuer-url URL (BACKPACK_ISSUER_URL, issuer.url)."
        )

    def visits_of(self, url: str) -> list[Visit]:
        """The requests for a URL of the site, oldest first."""
        return [visit for visit in self.visits if visit.url == url]

    def urls(self, origin: str = FIRST) -> dict[str, str]:
        """New URLs for all parts of a badge, and one where nothing listens."""
        base = f"{self._below(origin)}/{secrets.token_urlsafe(9)}"
        return {
            **{part: f"{base}/{part}" for part in PARTS},
            "nowhere": f"http://{urlsplit(base).hostname}:{self._nowhere.getsockname()[1]}/assertion",
        }

    def pages(self, origin: str = FIRST) -> str:
        """The URL of the folder in which all pages are."""
        return f"{self._below(origin)}/pages"

    def page(self, html: str, origin: str = FIRST, headers: Mapping[str, str] | None = None) -> str:
        """Serve an HTML page, and return its new URL."""
        url = f"{self.pages(origin)}/{secrets.token_urlsafe(9)}"
        served = ServedDocument(html.encode(), "text/html; charset=utf-8", headers=headers or {})
        self.put_document(url, served)
        return url

    def callback(self, origin: str = FIRST) -> str:
        """A new callback URL."""
        return f"{self._below(origin)}/{CALLBACK}/{secrets.token_urlsafe(9)}"

    def _below(self, origin: str) -> str:
        """What the URLs of documents of this process begin with."""
        return f"{self.origins[origin].url}{self._path}"

    def put(self, bundle: Bundle) -> None:
        """Serve all documents of a badge, replacing earlier ones at the same URLs."""
        for url, served in bundle.served().items():
            self.put_document(url, served)

    def put_document(self, url: str, served: ServedDocument) -> None:
        """Serve one document, if its URL is ours."""
        for origin in self.origins.values():
            if url.startswith(f"{origin.url}/"):
                origin.served[url.removeprefix(origin.url)] = served

    def withdraw(self, urls: Mapping[str, str]) -> None:
        """Stop serving documents at these URLs."""
        for origin in self.origins.values():
            for url in urls.values():
                origin.served.pop(url.removeprefix(origin.url), None)


def _page(title: str, text: str) -> bytes:
    page = f"<title>{title}</title><h1>{title}</h1><p>{text}</p>"
    return f'<!doctype html><html lang="en"><meta charset="utf-8">{page}</html>'.encode()


@cache
def _of_client() -> Mapping[str, tuple[bytes, str]]:
    """What the metadata of an OAuth client names, by path: content and type."""
    return {
        "/": (_page("Conformance suite", "This site issues badges for a test."), "text/html"),
        "/logo.png": (png(), "image/png"),
        "/terms": (_page("Terms of service", "There are none."), "text/html"),
        "/privacy": (_page("Privacy policy", "Nothing is kept after the run."), "text/html"),
    }


def _callback_page(parameters: Mapping[str, Any]) -> str:
    """The page that the earner sees at the callback."""
    if "error" in parameters:
        title, message = "Not granted", f"The Backpack responded: {parameters['error']}."
    elif parameters.keys() & {"access_token", "code"}:
        title, message = "Granted", "The Backpack granted access. You can close this page."
    else:
        names = ", ".join(parameters) or "nothing"
        expected = "an access_token or a code"
        title, message = "No grant", f"Expected {expected}; the Backpack sent {names}."
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1><p>{escape(message)}</p></html>"
    )


def _next_hop(delivery: Delivery, request: web.Request) -> str | None:
    """Where a request is sent on to; ``None`` when it has arrived."""
    hops = int(request.query.get(HOPS, "0"))
    if delivery.redirects_to not in (None, LOOP):
        return delivery.redirects_to
    if delivery.redirects_to == LOOP or hops < delivery.redirects:
        return f"{request.path}?{HOPS}={hops + 1}"
    return None


async def _drip(served: ServedDocument, request: web.Request) -> web.StreamResponse:
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


def _head(served: ServedDocument) -> dict[str, str]:
    """Nothing may be cached, so that what is changed must be seen (RFC 9111 section 5.2.2.5)."""
    return {"Cache-Control": "no-store", **served.headers, "Content-Type": served.type}


def _bytes(content: Any) -> bytes:
    if isinstance(content, bytes):
        return content
    return json.dumps(content, ensure_ascii=False).encode()
