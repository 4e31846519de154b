"""The HTTP client of the suite: it sends requests unchanged and stores every exchange."""

import asyncio
import io
import os
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    TCPConnector,
)
from attrs import Factory, define, evolve, field
from yarl import URL

from conformance.core.errors import AuthoringError, Failure, TargetError
from conformance.core.exchange import BYTES, Answer, Exchange, Headers, Landing, Request
from conformance.core.plain import shortened
from conformance.core.redaction.secrets import Secrets
from conformance.core.redaction.vault import Vault
from conformance.core.shortage import check_shortage
from conformance.target.http.codings import decoded
from conformance.target.http.limits import limit_of
from conformance.target.http.sockets import exchange_bytes
from conformance.target.http.throttle import Throttle

AGENT = "backpack-conformance"
MAX_BYTES = 5 * 1024 * 1024
LONGEST_LINE = 1024 * 1024
"""Maximum size of a header; a redirect may repeat an overlong URL that the suite sent."""
ADDED_BY_CLIENTS = ("Accept", "Accept-Encoding", "User-Agent", "Content-Type")


class Client:
    """Sends each request on its own connection, so that none reuses a closed one.

    Stores no cookies, and adds only necessary headers.
    """

    def __init__(
        self,
        timeout: float,
        trust: ssl.SSLContext | None = None,
        throttle: Throttle | None = None,
        vault: Vault | None = None,
    ) -> None:
        """``timeout`` limits a whole exchange, in seconds; needs a running event loop.

        ``trust`` adds certificate authorities to those of the system.
        """
        self.timeout = timeout
        self.trust = trust
        self.throttle = throttle or Throttle()
        self.vault = vault or Vault()
        """The secrets of all requests and responses of the run."""
        self._session = ClientSession(
            connector=TCPConnector(force_close=True, limit=0, ssl=trust or True),
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=timeout),
            auto_decompress=False,
            skip_auto_headers=ADDED_BY_CLIENTS,
            max_line_size=LONGEST_LINE,
            max_field_size=LONGEST_LINE,
        )
        # aiohttp has no public setting to disable retries; a test covers this.
        self._session._retry_connection = False

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()
        await asyncio.sleep(0)  # the event loop closes an aborted connection in its next iteration

    async def send(self, request: Request) -> Answer:
        """Send one request unchanged, without following redirects.

        Raises:
            TargetError: when there is no complete response.
            NotProvoked: when requests to this host are not allowed.
            HarnessError: when this machine is out of sockets or memory, or cannot decode the
                response.
        """
        self.throttle.check(request.url)
        try:
            async with self._session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=list(request.headers),
                data=io.BytesIO(request.body) if request.body else None,
                allow_redirects=False,
            ) as answer:
                body = await answer.content.read(MAX_BYTES)
                while not answer.content.at_eof() and len(body) < MAX_BYTES:
                    body += await answer.content.read(MAX_BYTES - len(body))
                headers = tuple((key, _readable(value)) for key, value in answer.headers.items())
                whole = Answer(answer.status, answer.reason or "", headers, body)
            return decoded(whole, MAX_BYTES)
        except TimeoutError as error:
            message = f"no answer within {self.timeout:g} seconds"
            raise TargetError(message, Failure.TIMEOUT) from error
        except ClientConnectorCertificateError as error:
            message = f"the certificate is not trusted: {_why_untrusted(error)}"
            raise TargetError(message, Failure.UNTRUSTED) from error
        except ClientConnectorError as error:
            check_shortage(error.os_error)
            failure = Failure.TLS if isinstance(error, ClientSSLError) else Failure.UNREACHABLE
            raise TargetError(f"no connection: {_why(error)}", failure) from error
        except InvalidURL as error:
            raise TargetError(f"invalid URL: {request.url!r}", Failure.URL) from error
        except (ClientError, OSError, ValueError, asyncio.IncompleteReadError) as error:
            check_shortage(error)
            if not is_usable(request.url):
                raise TargetError(f"invalid URL: {request.url!r}", Failure.URL) from error
            kind = type(error).__name__
            raise TargetError(shortened(f"incomplete response: {kind}: {error}", 300)) from error


@define
class Wire:
    """The exchanges of one scenario, in order, and the secrets in them."""

    client: Client
    exchanges: list[Exchange] = field(factory=list)
    waits: bool = True
    """Whether to wait and retry when the target limits requests."""
    gate: Callable[[Request], None] | None = None
    """Asked before a request is sent; what it raises keeps the request back."""
    learns: bool = True
    """Whether it looks for secrets in each exchange; who keeps few of them does so later."""
    secrets: Secrets = Factory(lambda wire: Secrets(wire.client.vault), takes_self=True)

    def copied(self) -> "Wire":
        """A copy of the log, to which more exchanges can be added."""
        return evolve(self, exchanges=list(self.exchanges), secrets=self.secrets.copied())

    async def send(
        self, method: str, url: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> Exchange:
        """Send a request and store the exchange, which also describes a missing response.

        Raises:
            Limited: when the target limits requests, and waiting did not help.
        """
        request = Request(method, url, (*_agent(headers), *headers), body)
        return await self._request(request, lambda: self.client.send(request))

    async def send_bytes(self, url: str, content: bytes) -> Exchange:
        """Send bytes unchanged to the host of a URL, and store the exchange.

        Raises:
            Limited: when the target limits requests, and waiting did not help.
        """
        self.client.throttle.check(url)

        async def ask() -> Answer:
            client = self.client
            answer = await exchange_bytes(url, content, client.timeout, MAX_BYTES, client.trust)
            return decoded(answer, MAX_BYTES)

        return await self._request(Request(BYTES, url, body=content), ask)

    async def _request(self, request: Request, ask: Callable[[], Awaitable[Answer]]) -> Exchange:
        """Retry until the target no longer limits the request; each try is an exchange."""
        if self.gate is not None:
            self.gate(request)
        throttle, tries = self.client.throttle, 0
        while True:
            await throttle.turn()
            exchange = await self._store(request, ask())
            limit = limit_of(request, exchange.answer) if self.waits else None
            if limit is None:
                throttle.went_through()
                return exchange
            tries += 1
            await throttle.wait(limit, tries)

    async def _store(self, request: Request, pending: Awaitable[Answer]) -> Exchange:
        started = time.perf_counter()
        answer, trouble, failure = None, "", None
        try:
            answer = await pending
        except TargetError as error:
            trouble, failure = str(error), error.failure
        seconds = time.perf_counter() - started
        number = len(self.exchanges) + 1
        return self.add(Exchange(number, request, answer, seconds, trouble, failure=failure))

    def add(self, exchange: Exchange) -> Exchange:
        """Store an exchange, and register its secrets for redaction."""
        self.exchanges.append(exchange)
        if self.learns:
            self.secrets.see(exchange)
        return exchange

    def landed(self, exchange: Exchange, landing: Landing) -> Exchange:
        """Record where the browser landed after an exchange."""
        noted = evolve(exchange, landing=landing)
        self.exchanges[exchange.number - 1] = noted
        if self.learns:
            self.secrets.see(noted)
        return noted


def trust_of(ca: Path | None) -> ssl.SSLContext | None:
    """A TLS context that trusts the authorities of the system and the certificates of a file.

    Raises:
        AuthoringError: when the file cannot be read or contains no certificate.
    """
    if ca is None:
        return None
    trust = ssl.create_default_context()
    try:
        trust.load_verify_locations(ca)
    except ssl.SSLError as error:
        raise AuthoringError(f"ca: expected a certificate (PEM) in {ca}") from error
    except OSError as error:
        raise AuthoringError(f"ca: {ca} cannot be read: {error.strerror}") from error
    return trust


def is_usable(url: object) -> bool:
    """Whether a request can be sent to a URL: absolute, http or https, with a host and a port."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        if parts is None or parts.scheme not in ("http", "https") or parts.port == 0:
            return False
        return bool(parts.hostname and URL(str(url), encoded=True).host)
    except ValueError:
        return False


def _readable(value: str) -> str:
    """A header value with replacement characters for bytes that are not UTF-8."""
    return value.encode(errors="surrogateescape").decode(errors="replace")


def _why_untrusted(error: ClientConnectorCertificateError) -> str:
    certificate_error = error.certificate_error
    return shortened(
        str(getattr(certificate_error, "verify_message", "") or certificate_error), 300
    )


def _why(error: ClientConnectorError) -> str:
    if isinstance(error, ClientSSLError):
        return shortened(
            (f"TLS handshake failed (did you mean http://?): {error.os_error or error}"), 300
        )
    number = error.os_error.errno
    return os.strerror(number) if number and number > 0 else str(error.strerror or error)


def _agent(headers: Iterable[tuple[str, str]]) -> Headers:
    given = {name.lower() for name, _ in headers}
    return () if "user-agent" in given else (("User-Agent", AGENT),)
