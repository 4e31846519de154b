"""Fetch the documents of a badge, bounded in time, size and redirects."""

import asyncio
import base64
import binascii
import errno
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias, TypeVar
from urllib.parse import unquote_to_bytes, urlsplit

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    hdrs,
)
from aiohttp.web import Application
from attrs import frozen

from mock_backpack.core.errors import Unable
from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.labels import media_type
from mock_backpack.core.origin import web_url
from mock_backpack.core.seams import seam
from mock_backpack.core.strict_json import NotJson, kind_of, strict_json
from mock_backpack.openbadges.address import address, target_of
from mock_backpack.openbadges.coding import ASKED, decoded
from mock_backpack.openbadges.complaint import (
    Complaint,
    InvalidBadge,
    Unreachable,
    invalid,
    malformed,
    quoted,
    unreachable,
)
from mock_backpack.openbadges.deadlines import Deadlines
from mock_backpack.openbadges.heading import Head, ask_head
from mock_backpack.openbadges.resolving import Denied, Resolver
from mock_backpack.openbadges.trouble import reason

Answer = TypeVar("Answer")
Ask: TypeAlias = Callable[[str], Awaitable[tuple[str | None, Answer | None]]]
"""One request: where it leads on, or its answer."""
AGENT = "mock-backpack"
MOST_APPLYING = 2
"""Fetched JSON Schemas that are applied at the same time."""
ALLOWED = "a host that --fetch-allow names and --fetch-deny does not"
REDIRECTS = (301, 302, 303, 307, 308)
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BLANKS = re.compile(rb"[ \t\r\n]+")
NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/= \t\r\n]|=(?=[^=\s])")


class TooManyRedirects(Unreachable):
    """The redirects of a document do not end."""


@frozen
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
def is_redirect(status: int) -> bool:
    """Whether an answer with a ``Location`` leads on."""
    return status in REDIRECTS


@seam
def next_url(document: str, location: str, at: str) -> str:
    """The URL that a ``Location`` leads to.

    Raises:
        InvalidBadge: when it is no http(s) URL.
        ValueError: when it is no URL at all.
    """
    target = target_of(location, at)
    if web_url(target) is None:
        raise unreachable(document, "a redirect to http(s)", quoted(target))
    return target


@seam
def check_place(policy: FetchPolicy, document: str, at: str, _asked: str) -> None:
    """Go only where the policy allows, redirects included.

    Raises:
        InvalidBadge: when a host is not allowed.
    """
    if not policy.allows(at):
        raise unreachable(document, ALLOWED, urlsplit(at).hostname or quoted(at))


@seam
def got(fetcher: "Fetcher", document: str, url: str) -> Awaitable[Fetched]:
    """Fetch the URL of a document."""
    return fetcher.get(document, url)


Seen: TypeAlias = dict[tuple[str, str], Fetched | InvalidBadge]
"""The outcomes of fetches, by document and URL."""
_seen: ContextVar[Seen | None] = ContextVar("_seen", default=None)


@contextmanager
def once() -> Iterator[Seen]:
    """Let `Fetcher.get` fetch each document once while the block runs, and then answer the same.

    One push is judged twice, strictly and by the inspection of its issuer; both must see the same
    documents, and the issuer's site should get one request for each. A block within a block adds
    nothing. What was seen is given, in the order of the fetches.
    """
    outer = _seen.get()
    if outer is not None:
        yield outer
        return
    seen: Seen = {}
    token = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(token)


class Fetcher:
    """Gets documents over HTTP while the application that it belongs to runs."""

    _session: ClientSession
    _deadlines: Deadlines
    _resolver: Resolver

    def __init__(self, policy: FetchPolicy | None = None) -> None:
        self.policy = policy or FetchPolicy()
        self._stops = False
        self.applying = asyncio.Semaphore(MOST_APPLYING)
        """For the processes that apply schemas: with many at once, good ones would be too slow."""

    def stop(self) -> None:
        """Let nobody wait for documents any longer: the mock stops."""
        self._stops = True
        self._deadlines.end_all()

    async def running(self, _app: Application | None = None) -> AsyncIterator[None]:
        """A clean-up context of aiohttp: no cookies, nothing of the environment, its own name."""
        self._deadlines = Deadlines(asyncio.get_running_loop())
        self._resolver = Resolver(self.policy)
        # sandboxes share no bound of connections: the slow site of one would stop the others
        async with ClientSession(
            connector=TCPConnector(limit=0, resolver=self._resolver),
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=None),  # ours, which cover redirects
            headers={"User-Agent": AGENT, "Accept-Encoding": ASKED},
            auto_decompress=False,  # ours, which says what was wrong
        ) as self._session:
            yield

    async def get(self, document: str, url: str) -> Fetched:
        """Fetch a URL, or return what it gave before in this block of `once`.

        Raises:
            InvalidBadge: as `fresh` does, or did.
        """
        seen = _seen.get()
        if seen is None:
            return await self.fresh(document, url)
        if (document, url) not in seen:
            try:
                seen[document, url] = await self.fresh(document, url)
            except InvalidBadge as error:
                seen[document, url] = error
        outcome = seen[document, url]
        if isinstance(outcome, InvalidBadge):
            raise outcome
        return outcome

    async def fresh(self, document: str, url: str) -> Fetched:
        """Fetch a URL, following redirects to http(s) only, and only where the policy allows.

        Raises:
            InvalidBadge: when there is no answer, or one that is too long or too slow.
        """
        policy = limits(self.policy)

        async def ask(at: str) -> tuple[str | None, Fetched | None]:
            answer = await self._session.request("GET", address(at), allow_redirects=False)
            try:
                location = answer.headers.get(hdrs.LOCATION)
                target = location if is_redirect(answer.status) else None
                if target is not None:
                    return target, None
                content = await _read(document, answer, policy.most_bytes)
                label = answer.headers.get(hdrs.CONTENT_TYPE, "")
                return None, Fetched(url, answer.status, content, label)
            finally:
                if not answer.content.at_eof():  # at its end it has let its connection go
                    answer.release()

        return await self._in_time(policy, document, url, ask)

    async def head(self, document: str, url: str) -> Head:
        """Ask for the head of a document in the same way.

        Raises:
            InvalidBadge: as `get` does.
        """

        async def ask(at: str) -> tuple[str | None, Head | None]:
            url = address(at)
            hosts = await self._resolver.resolve(url.host or "", url.port or 0)
            head = await ask_head(url, AGENT, [host["host"] for host in hosts])
            return (head.location if is_redirect(head.status) else None), head

        return await self._in_time(limits(self.policy), document, url, ask)

    async def _in_time(
        self, policy: FetchPolicy, document: str, url: str, ask: Ask[Answer]
    ) -> Answer:
        try:
            with self._deadlines.within(policy.seconds):
                return await _follow(policy, document, url, ask)
        except TimeoutError as error:
            if self._stops:
                raise Unable("the mock stops") from error
            expected = f"an answer from {url} within {policy.seconds:g} seconds"
            raise unreachable(document, expected, "none") from error
        except (ClientError, OSError, ValueError) as error:
            cause = error.os_error if isinstance(error, ClientConnectorError) else error
            if isinstance(cause, Denied):
                raise unreachable(document, ALLOWED, str(cause)) from error
            if isinstance(cause, OSError) and cause.errno in (errno.EMFILE, errno.ENFILE):
                words = "the mock has too many connections open to fetch a document"
                raise Unable(cause.errno, words) from error
            raise unreachable(document, f"an answer from {url}", reason(error)) from error
        except RuntimeError as error:  # how aiohttp says that our session was closed
            raise Unable("the mock stops") from error

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

    async def image(self, document: str, url: str) -> Fetched:
        """An image, fetched or out of its ``data:`` URL."""
        if not url.startswith("data:"):
            fetched = await got(self, document, url)
            content_of(document, fetched)
            return fetched
        head, _, data = url.partition(",")
        label = head.removeprefix("data:")
        content = unquote_to_bytes(data)
        if label.endswith(";base64"):
            content, label = _base64(document, content), label.removesuffix(";base64")
        return Fetched(url, 200, content, label)


async def _follow(policy: FetchPolicy, document: str, url: str, ask: Ask[Answer]) -> Answer:
    at = url
    for _ in range(policy.redirects + 1):
        check_place(policy, document, at, url)
        target, answer = await ask(at)
        if target is None:
            assert answer is not None  # noqa: S101 - what leads nowhere is an answer
            return answer
        at = next_url(document, target, at)
    expected = f"at most {policy.redirects} redirects from {url}"
    raise TooManyRedirects((Complaint(document, "", expected, "more"),))


def _base64(document: str, content: bytes) -> bytes:
    """The bytes of a ``data:`` URL in base64; line ends in it mean nothing."""
    try:
        return base64.b64decode(BLANKS.sub(b"", content), validate=True)
    except binascii.Error as error:
        saw = _no_base64(content)
        raise invalid(document, "", "base64 in its data: URL", saw) from error


def _no_base64(content: bytes) -> str:
    """Why bytes are not base64."""
    if match := NOT_BASE64.search(content):
        shown = quoted(match[0].decode("latin-1"))
        return f"{shown} at character {match.start() + 1} of it"
    return f"{len(content)} characters, which are cut or lack their ="


async def _read(document: str, answer: ClientResponse, most_bytes: int) -> bytes:
    content = b""
    while not answer.content.at_eof():
        content += await answer.content.readany()
        if len(content) > most_bytes:
            raise too_long(document, most_bytes)
    coding = answer.headers.get(hdrs.CONTENT_ENCODING)
    if coding is not None:
        most = most_unpacked(most_bytes)
        content = decoded(content, coding, most)
        if len(content) > most:
            raise too_long(document, most)
    return content


@seam
def most_unpacked(most_bytes: int) -> int:
    """How long a compressed document may become: as long as any other."""
    return most_bytes


def too_long(document: str, most_bytes: int) -> InvalidBadge:
    """A document that exceeds the bound of this mock."""
    expected = f"at most {most_bytes} bytes, as --fetch-bytes says"
    return invalid(document, "", expected, "more")


def content_of(document: str, fetched: Fetched) -> bytes:
    """The bytes of a document that is there.

    Raises:
        InvalidBadge: when the answer is not 200.
    """
    if not is_good(fetched.status):
        explanation = ": it was revoked or withdrawn" if fetched.status == 410 else ""
        raise unreachable(document, f"200 from {fetched.url}", f"{fetched.status}{explanation}")
    return fetched.content


def json_object(document: str, content: bytes) -> dict[str, Any]:
    """Parse a document that must be a JSON object.

    Raises:
        InvalidBadge: when it is none.
    """
    try:
        value = strict_json(content.removeprefix(BYTE_ORDER_MARK))
    except NotJson as error:
        raise malformed(document, error.expected, error.saw) from error
    if not isinstance(value, dict):
        raise malformed(document, "a JSON object", kind_of(value))
    return value
