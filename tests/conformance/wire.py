"""A minimal server that records every byte and answers with the bytes of a test."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial

from attrs import field, frozen

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@frozen
class Heard:
    """The address of the server, and the raw requests that it received."""

    url: str
    requests: list[bytes] = field(factory=list)


def answer(body: bytes = b"", *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """A whole answer after which the connection ends."""
    length = b"Content-Length: %d" % len(body)
    return b"\r\n".join([b"HTTP/1.1 " + status, length, b"Connection: close", *headers, b"", body])


@asynccontextmanager
async def saying(*answers: bytes | Speak) -> AsyncIterator[Heard]:
    """A server that gives these answers, the last one again and again."""
    talking: set[asyncio.Task[None]] = set()
    number = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal number
        task = asyncio.current_task()
        assert task is not None
        talking.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            heard.requests.append(await request(reader))
            says = answers[min(number, len(answers) - 1)]
            number += 1
            if isinstance(says, bytes):
                writer.write(says)
                await writer.drain()
            else:
                await says(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        talking.discard(task)

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    heard = Heard(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    try:
        yield heard
    finally:
        server.close()
        await asyncio.gather(*talking)


async def request(reader: asyncio.StreamReader) -> bytes:
    """One request: its head, and as much body as it announces."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    return head + await reader.readexactly(length)


async def never(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Say nothing until the other side gives up."""
    await reader.read()


def without_end(piece: bytes) -> Speak:
    """Say a piece again and again, after a head that announces no length."""
    return partial(_repeat, piece)


async def _repeat(
    piece: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(piece)
        await writer.drain()


@contextmanager
def nobody() -> Iterator[str]:
    """A URL at which no server listens while the block runs."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/"
