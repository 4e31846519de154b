"""Answers as bytes: as HTTP wants them, and for faults as it does not."""

import socket
import struct
import time
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from aiohttp import HttpVersion10, hdrs, web
from multidict import CIMultiDict

SERVER = "mock-backpack"
"""The name of the mock in answers."""
Changes: TypeAlias = Mapping[str, str | None]
"""Headers that differ from the right ones; ``None`` takes one away."""
NO_CHANGES: Changes = MappingProxyType({})
BODILESS = (204, 304)
RESET_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER on, with 0 seconds: closing the socket sends RST in place of FIN."""
NO_LINE_ENDS = str.maketrans("", "", "\r\n")


class Line:
    """The connection of a request, for writing what one likes; harmless once it is gone."""

    def __init__(self, request: web.Request) -> None:
        self.request = request
        self._transport = request.transport

    @property
    def is_open(self) -> bool:
        """Whether something can still be sent."""
        return self._transport is not None and not self._transport.is_closing()

    def send(self, content: bytes) -> None:
        """Send bytes as they are."""
        if self._transport is not None and self.is_open:
            self._transport.write(content)

    def reset(self) -> None:
        """Break the connection off, so that the client sees ECONNRESET."""
        if self._transport is None or not self.is_open:
            return
        plug = self._transport.get_extra_info("socket")
        if plug is not None and plug.family in (socket.AF_INET, socket.AF_INET6):
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
        self._transport.abort()

    def close(self) -> None:
        """End the connection in order, after what was sent."""
        if self._transport is not None:
            self._transport.close()


Plan: TypeAlias = Callable[[Line], Awaitable[None]]
"""Says what is sent in place of an answer."""
Rewrite: TypeAlias = Callable[[Line, web.Response], Awaitable[None]]
"""Sends the right answer in a way of its own."""


class Raw(web.StreamResponse):
    """An answer that goes past aiohttp's own framing; the connection ends after it."""

    def __init__(self, plan: Plan, right: web.Response | None = None) -> None:
        """``right`` is the answer that the journal records, ``None`` if it records none."""
        super().__init__(status=200 if right is None else right.status)
        self.recorded = right
        self._plan = plan
        self.force_close()

    async def prepare(self, request: web.BaseRequest) -> None:
        """Send what the plan says."""
        if isinstance(request, web.Request):
            await self._plan(Line(request))

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to send."""


class Whole(web.StreamResponse):
    """A finished answer as the bytes that it is on the wire, sent in one piece.

    aiohttp puts an answer together in steps that take longer than most of our handlers.
    """

    def __init__(self, request: web.Request, answer: web.Response) -> None:
        super().__init__(status=answer.status)
        body = _content(answer)
        headers = _headers_of(request, answer, len(body))
        self._stays = _stays_open(request, headers)
        version = "HTTP/1.0" if request.version == HttpVersion10 else "HTTP/1.1"
        head = _spelled(version, answer, headers)
        self.content = head if _is_bodiless(request, answer) else head + body
        """Status line, headers, an empty line and the body."""

    @property
    def keep_alive(self) -> bool:
        """Whether the connection stays open for another request."""
        return self._stays

    @property
    def body_length(self) -> int:
        """Bytes on the wire, for the access log."""
        return len(self.content)

    async def prepare(self, request: web.BaseRequest) -> None:
        """Send everything, as fast as the client takes it."""
        await request.writer.write_eof(self.content)

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to send."""


def rewritten(answer: web.StreamResponse, rewrite: Rewrite) -> web.StreamResponse:
    """The right answer, sent by ``rewrite``; an answer that is raw already stays as it is."""
    if not isinstance(answer, web.Response):
        return answer

    async def plan(line: Line) -> None:
        await rewrite(line, answer)

    return Raw(plan, answer)


def head_of(
    request: web.Request,
    response: web.Response,
    changes: Changes = NO_CHANGES,
    version: str = "HTTP/1.1",
) -> bytes:
    """Status line and headers of an answer after which the connection ends, with ``changes``."""
    headers = _headers_of(request, response, len(_content(response)))
    headers[hdrs.CONNECTION] = "close"
    for name, value in changes.items():
        headers.popall(name, None)
        if value is not None:
            headers[name] = value
    return _spelled(version, response, headers)


def _spelled(version: str, response: web.Response, headers: CIMultiDict[str]) -> bytes:
    """Status line and headers as bytes; whatever a header says, it stays on its line."""
    lines = [f"{version} {response.status} {response.reason}"]
    lines += map(": ".join, headers.items())
    text = "\r\n".join(lines)
    if text.count("\r") + text.count("\n") > 2 * (len(lines) - 1):
        text = "\r\n".join(line.translate(NO_LINE_ENDS) for line in lines)
    return f"{text}\r\n\r\n".encode(errors="replace")


def _headers_of(request: web.Request, response: web.Response, size: int) -> CIMultiDict[str]:
    headers = CIMultiDict(response.headers)
    if response.status in BODILESS:
        headers.popall(hdrs.CONTENT_LENGTH, None)
    elif request.method != hdrs.METH_HEAD or hdrs.CONTENT_LENGTH not in headers:
        headers[hdrs.CONTENT_LENGTH] = str(size)
    for cookie in response.cookies.values():
        headers.add(hdrs.SET_COOKIE, cookie.OutputString())
    headers.setdefault(hdrs.DATE, _date(int(time.time())))
    headers[hdrs.SERVER] = SERVER
    return headers


@lru_cache(1)
def _date(seconds: int) -> str:
    """Unix seconds as HTTP writes dates (RFC 9110 section 5.6.7)."""
    return formatdate(seconds, usegmt=True)


def _stays_open(request: web.Request, headers: CIMultiDict[str]) -> bool:
    """Whether the connection stays open, which the headers then say (RFC 9112 section 9.3)."""
    if hdrs.CONNECTION in headers:
        return headers[hdrs.CONNECTION].lower() != "close"
    stays: bool = request.keep_alive
    if not stays:
        headers[hdrs.CONNECTION] = "close"
    elif request.version == HttpVersion10:
        headers[hdrs.CONNECTION] = "keep-alive"
    return stays


def body_of(request: web.Request, response: web.Response) -> bytes:
    """The bytes after the head; none where HTTP has none."""
    return b"" if _is_bodiless(request, response) else _content(response)


def _is_bodiless(request: web.Request, response: web.Response) -> bool:
    return request.method == hdrs.METH_HEAD or response.status in BODILESS


def _content(response: web.Response) -> bytes:
    body = response.body
    if isinstance(body, bytes):
        return body
    return bytes(body) if isinstance(body, bytearray | memoryview) else b""


def chunk(content: bytes) -> bytes:
    """Bytes as one chunk of a chunked body; no bytes make the last one (RFC 9112 section 7.1)."""
    return b"%x\r\n%b\r\n" % (len(content), content)


def in_pieces(content: bytes, size: int) -> list[bytes]:
    """The content cut into pieces of ``size`` bytes, the last one perhaps shorter."""
    return [content[at : at + size] for at in range(0, len(content), size)]
