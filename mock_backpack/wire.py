"""Answers as bytes, for those that HTTP would not allow."""

import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from types import MappingProxyType
from typing import TypeAlias

from aiohttp import web
from multidict import CIMultiDict

SERVER = "mock-backpack"
"""What the mock calls itself in answers."""
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

    def __init__(self, plan: Plan, told: web.StreamResponse | None = None) -> None:
        """``told`` is the right answer that this one stands for, ``None`` if nothing is told."""
        super().__init__(status=200 if told is None else told.status)
        self.told = told
        self._plan = plan
        self.force_close()

    async def prepare(self, request: web.BaseRequest) -> None:
        """Send what the plan says."""
        if isinstance(request, web.Request):
            await self._plan(Line(request))

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
    """Status line and headers of an answer, with the empty line after them."""
    headers = _headers_of(request, response)
    for name, value in changes.items():
        headers.popall(name, None)
        if value is not None:
            headers[name] = value
    lines = [f"{version} {response.status} {response.reason}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "".join(f"{line.translate(NO_LINE_ENDS)}\r\n" for line in [*lines, ""]).encode()


def _headers_of(request: web.Request, response: web.Response) -> CIMultiDict[str]:
    headers = CIMultiDict(response.headers)
    if response.status in BODILESS:
        headers.popall("Content-Length", None)
    elif request.method != "HEAD" or "Content-Length" not in headers:
        headers["Content-Length"] = str(len(_content(response)))
    for cookie in response.cookies.values():
        headers.add("Set-Cookie", cookie.OutputString())
    headers.setdefault("Date", formatdate(usegmt=True))
    headers["Server"] = SERVER
    headers["Connection"] = "close"
    return headers


def body_of(request: web.Request, response: web.Response) -> bytes:
    """The bytes after the head; none where HTTP has none."""
    is_bodiless = request.method == "HEAD" or response.status in BODILESS
    return b"" if is_bodiless else _content(response)


def _content(response: web.Response) -> bytes:
    body = response.body
    return bytes(body) if isinstance(body, bytes | bytearray | memoryview) else b""


def chunk(content: bytes) -> bytes:
    """Bytes as one chunk of a chunked body; no bytes make the last one (RFC 9112 section 7.1)."""
    return b"%x\r\n%b\r\n" % (len(content), content)


def in_pieces(content: bytes, size: int) -> list[bytes]:
    """The content cut into pieces of ``size`` bytes, the last one perhaps shorter."""
    return [content[at : at + size] for at in range(0, len(content), size)]
