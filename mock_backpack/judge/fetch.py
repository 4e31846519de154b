"""Fetch the documents of a badge, bounded in time, size and redirects."""

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Awaitable
from typing import Any
from urllib.parse import unquote_to_bytes, urljoin

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientPayloadError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    ServerDisconnectedError,
    hdrs,
)
from aiohttp.web import Application
from attrs import define
from yarl import URL

from mock_backpack.fetching import FetchPolicy
from mock_backpack.judge.complaint import SEEN_LENGTH, invalid
from mock_backpack.judge.deadlines import Deadlines
from mock_backpack.labels import media_type
from mock_backpack.origin import web_url
from mock_backpack.seams import seam
from mock_backpack.strict_json import NotJson, kind_of, strict_json

REDIRECTS = (301, 302, 303, 307, 308)
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@define
class Fetched:
    """A document as it came: status and bytes."""

    url: str
    status: int
    content: bytes
    label: str = ""
    """Its ``Content-Type``."""

    @property
    def content_type(self) -> str:
        """The media type of its label, ``none`` when it has no label."""
        return media_type(self.label) or "none"


@seam
def limits(policy: FetchPolicy) -> FetchPolicy:
    """The policy with the bounds that hold: bytes, seconds, redirects."""
    return policy


@seam
def is_good(status: int) -> bool:
    """Whether a document was there."""
    return status == 200


@seam
def check_place(policy: FetchPolicy, document: str, at: str, _asked: str) -> None:
    """Go only where the policy allows, redirects included.

    Raises:
        InvalidBadge: when a host is not allowed.
    """
    if not policy.allows(at):
        expected = "a host that --fetch-allow names and --fetch-deny does not"
        raise invalid(document, "", expected, URL(at).host or at)


@seam
def got(fetcher: "Fetcher", document: str, url: str) -> Awaitable[Fetched]:
    """What a document's URL gives."""
    return fetcher.get(document, url)


class Fetcher:
    """Gets documents over HTTP while the application that it belongs to runs."""

    _session: ClientSession
    _deadlines: Deadlines

    def __init__(self, policy: FetchPolicy | None = None) -> None:
        self.policy = policy or FetchPolicy()

    async def running(self, _app: Application | None = None) -> AsyncIterator[None]:
        """A clean-up context of aiohttp: no cookies, nothing of the environment, its own name."""
        self._deadlines = Deadlines(asyncio.get_running_loop())
        async with ClientSession(
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=None),  # ours, which are cheaper
            headers={"User-Agent": "mock-backpack"},
        ) as self._session:
            yield

    async def get(self, document: str, url: str, method: str = "GET") -> Fetched:
        """Fetch a URL, following redirects to http(s) only, and only where the policy allows.

        Raises:
            InvalidBadge: when there is no answer, or one that is too long or too slow.
        """
        policy = limits(self.policy)
        try:
            with self._deadlines.within(policy.seconds):
                return await self._follow(policy, document, url, method)
        except TimeoutError as error:
            expected = f"an answer from {url} within {policy.seconds:g} seconds"
            raise invalid(document, "", expected, "none") from error
        except (ClientError, OSError, ValueError) as error:
            raise invalid(document, "", f"an answer from {url}", reason(error)) from error
        except RuntimeError as error:  # how aiohttp says that our session was closed: we stop
            raise invalid(document, "", f"an answer from {url}", "none, the mock stops") from error

    async def _follow(self, policy: FetchPolicy, document: str, url: str, method: str) -> Fetched:
        at = url
        for _ in range(policy.redirects + 1):
            check_place(policy, document, at, url)
            answer = await self._session.request(method, URL(at), allow_redirects=False)
            try:
                target = answer.headers.get(hdrs.LOCATION) if answer.status in REDIRECTS else None
                if target is None:
                    content = await _read(document, answer, policy.most_bytes)
                    label = answer.headers.get(hdrs.CONTENT_TYPE, "")
                    return Fetched(url, answer.status, content, label)
                at = urljoin(at, target)
            finally:
                if not answer.content.at_eof():  # at its end it has let its connection go
                    answer.release()
            if web_url(at) is None:
                raise invalid(document, "", "a redirect to http(s)", at)
        raise invalid(document, "", f"at most {policy.redirects} redirects from {url}", "more")

    async def good(self, document: str, url: str) -> bytes:
        """The bytes of a document that is there.

        Raises:
            InvalidBadge: when the answer is not 200.
        """
        return content_of(document, await got(self, document, url))

    async def json_object(self, document: str, url: str) -> dict[str, Any]:
        """A document that is a JSON object.

        Raises:
            InvalidBadge: when it is not there, or no JSON object.
        """
        return json_object(document, content_of(document, await got(self, document, url)))

    async def image(self, document: str, url: str) -> bytes:
        """The bytes of an image, fetched or out of its ``data:`` URL."""
        if not url.startswith("data:"):
            return content_of(document, await got(self, document, url))
        head, _, data = url.partition(",")
        content = unquote_to_bytes(data)
        if not head.endswith(";base64"):
            return content
        try:
            return base64.b64decode(content, validate=True)
        except binascii.Error as error:
            raise invalid(document, "", "base64 in its data: URL", str(error)) from error


def reason(error: Exception) -> str:
    """Why there was no answer, in words that need no knowledge of our HTTP client."""
    match error:
        case ClientConnectorDNSError():
            return f"no host of that name: {error.host}"
        case ClientConnectorError():
            return f"no connection: {error.os_error.strerror or error.os_error}"
        case ServerDisconnectedError():
            return "a connection that closed without an answer"
        case ClientPayloadError():
            return "an answer that broke off, or was not encoded as it said"
        case ClientError():
            return f"an answer that is no HTTP: {error}"[:SEEN_LENGTH]
        case _:
            return str(error) or type(error).__name__


async def _read(document: str, answer: ClientResponse, most_bytes: int) -> bytes:
    content = b""
    while not answer.content.at_eof():
        content += await answer.content.readany()
        if len(content) > most_bytes:
            raise invalid(document, "", f"at most {most_bytes} bytes", "more")
    return content


def content_of(document: str, fetched: Fetched) -> bytes:
    """The bytes of a document that is there.

    Raises:
        InvalidBadge: when the answer is not 200.
    """
    if not is_good(fetched.status):
        gone = ": it was revoked or withdrawn" if fetched.status == 410 else ""
        raise invalid(document, "", f"200 from {fetched.url}", f"{fetched.status}{gone}")
    return fetched.content


def json_object(document: str, content: bytes) -> dict[str, Any]:
    """Parse a document that must be a JSON object.

    Raises:
        InvalidBadge: when it is none.
    """
    try:
        value = strict_json(content.removeprefix(BYTE_ORDER_MARK))
    except NotJson as error:
        raise invalid(document, "", "JSON in UTF-8", str(error)) from error
    if not isinstance(value, dict):
        raise invalid(document, "", "a JSON object", kind_of(value))
    return value
