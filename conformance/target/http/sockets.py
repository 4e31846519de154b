"""Send raw bytes that no HTTP client would send, and read the response."""

import asyncio
import ssl
from urllib.parse import urlsplit

import h11
from attrs import evolve

from conformance.core.errors import Failure, TargetError
from conformance.core.exchange import Answer
from conformance.core.plain import shortened
from conformance.core.shortage import check_shortage

CHUNK = 64 * 1024
PORTS = {"http": 80, "https": 443}


async def exchange_bytes(
    url: str, content: bytes, seconds: float, most: int, trust: ssl.SSLContext | None = None
) -> Answer:
    """Send bytes unchanged to the host of a URL, and read one HTTP response.

    ``most`` is the maximum size of the body in bytes; ``trust`` contains the trusted certificate
    authorities.

    Raises:
        TargetError: when there is no complete HTTP response within ``seconds``.
        HarnessError: when this machine is out of sockets or memory.
    """
    parts = urlsplit(url)
    port = parts.port or PORTS[parts.scheme]
    context = (trust or ssl.create_default_context()) if parts.scheme == "https" else None
    connected = False
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=context)
            connected = True
            try:
                writer.write(content)
                return await _read(reader, most)
            finally:
                writer.transport.abort()
    except TimeoutError as error:
        raise TargetError(f"no answer within {seconds:g} seconds", Failure.TIMEOUT) from error
    except OSError as error:
        check_shortage(error)
        if not connected:
            raise TargetError(
                f"no connection: {error.strerror or error}", Failure.UNREACHABLE
            ) from error
        raise TargetError(f"the connection broke: {error.strerror or error}") from error
    except h11.RemoteProtocolError as error:
        raise TargetError(shortened(f"no HTTP response: {error}", 300)) from error


async def _read(reader: asyncio.StreamReader, most: int) -> Answer:
    parser = _parser()
    head, body = Answer(0), b""
    while True:
        event = parser.next_event()
        match event:
            case h11.NEED_DATA:
                received = await reader.read(CHUNK)
                if not received and not head.status:
                    raise TargetError("the connection was closed without a response")
                parser.receive_data(received)
            case h11.Response():
                head = _head(event)
            case h11.Data():
                body += event.data[: most - len(body)]
            case h11.EndOfMessage():
                return evolve(head, body=body)


def _head(event: h11.Response) -> Answer:
    lines = event.headers.raw_items()
    headers = tuple((_text(name), _text(value)) for name, value in lines)
    return Answer(event.status_code, _text(event.reason), headers)


def _text(content: bytes) -> str:
    return content.decode(errors="replace")


def _parser() -> h11.Connection:
    """A parser that reads the response to a request that it did not send."""
    parser = h11.Connection(h11.CLIENT)
    parser.send(h11.Request(method="POST", target="/", headers=[("Host", "-")]))
    parser.send(h11.EndOfMessage())
    return parser
