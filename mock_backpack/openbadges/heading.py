"""Ask for the head of a document, and see whether a body comes after it.

A client with kept connections notices such a body by chance. Here the connection is used for
one request and the server is asked to close it, so all bytes after the head are a body.
"""

import asyncio
import contextlib
import re
from collections.abc import Sequence

from attrs import frozen
from yarl import URL

from mock_backpack.openbadges.trouble import DROPPED, Unusable

LINGER = 1.0
"""Seconds for the end of a connection that the server was asked to close."""
LONGEST = 64 * 1024
"""Bytes of a head."""
STATUS = re.compile(rb"HTTP/\d\.\d (\d{3})(?: [^\r\n]*)?\r?\n")
END = re.compile(rb"\r?\n\r?\n")


@frozen
class Head:
    """An answer to HEAD."""

    status: int
    location: str | None
    has_body: bool
    """Whether anything came after the head (RFC 9110 section 9.3.2 allows nothing)."""


async def ask_head(url: URL, agent: str, hosts: Sequence[str]) -> Head:
    """Send HEAD, and read the answer to the end of its connection.

    Args:
        url: what to ask for.
        agent: the name of the client.
        hosts: the addresses of the URL's host, at least one.

    Raises:
        OSError: when there is no connection.
        Unusable: when the answer is no HTTP.
    """
    reader, writer = await _connected(url, hosts)
    try:
        asked = (
            f"HEAD {url.raw_path_qs} HTTP/1.1",
            f"Host: {url.raw_authority}",
            "Accept: */*",
            f"User-Agent: {agent}",
            "Connection: close",
        )
        writer.write("".join(f"{line}\r\n" for line in (*asked, "")).encode("ascii"))
        await writer.drain()
        return await _answer(reader)
    finally:
        writer.transport.abort()


async def _connected(
    url: URL, hosts: Sequence[str]
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    secure = True if url.scheme == "https" else None
    name = url.host if secure else None
    for host in hosts[:-1]:
        with contextlib.suppress(OSError):
            return await asyncio.open_connection(host, url.port, ssl=secure, server_hostname=name)
    return await asyncio.open_connection(hosts[-1], url.port, ssl=secure, server_hostname=name)


async def _answer(reader: asyncio.StreamReader) -> Head:
    data = b""
    while True:
        end = END.search(data)
        if end is None:
            piece = await reader.read(LONGEST)
            if not piece:
                raise Unusable("an incomplete response" if data else DROPPED)
            data += piece
            if len(data) > LONGEST:
                raise Unusable("a response with too long headers")
            continue
        status, location = _read(data[: end.end()])
        data = data[end.end() :]
        if status >= 200:
            return Head(status, location, bool(data) or await _comes_more(reader))


async def _comes_more(reader: asyncio.StreamReader) -> bool:
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(LINGER):
            return bool(await reader.read(1))
    return False


def _read(head: bytes) -> tuple[int, str | None]:
    """Status and ``Location``; a byte that is no UTF-8 stays as a surrogate."""
    first = STATUS.match(head)
    if first is None:
        raise Unusable("a response that does not begin as HTTP/1.1")
    for line in head[first.end() :].splitlines():
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"location":
            return int(first[1]), value.decode(errors="surrogateescape")
    return int(first[1]), None
