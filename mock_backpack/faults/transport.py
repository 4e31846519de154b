"""Connections that break, hang or carry what is no HTTP."""

import hashlib

from aiohttp import HttpVersion11, web

from mock_backpack.core.fault import Call
from mock_backpack.core.misbehaviours import chosen, fault, within
from mock_backpack.http.wire import Line, Raw, body_of, chunk, head_of, in_pieces, rewritten

SETTLE_SECONDS = 0.02
"""Time in which data that was sent before a reset arrives."""
CHUNKED = {"Content-Length": None, "Transfer-Encoding": "chunked"}
CHUNK_BYTES = 3
EXCESS = b'\r\n{"message": "more than Content-Length said"}\r\n'


async def nothing(_line: Line) -> None:
    """A plan that sends nothing."""


async def reset(line: Line) -> None:
    """A plan that breaks the connection off."""
    line.reset()


def started(line: Line, answer: web.Response, where: str) -> bytes:
    """The part of an answer that is sent before it stops ``after_headers`` or ``mid_body``."""
    body = body_of(line.request, answer)
    return head_of(line.request, answer) + (body[: len(body) // 2] if where == "mid_body" else b"")


@fault(
    "transport.connection_reset",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    aliases=("CONNECTION_RESET_BY_PEER", "reset_peer"),
    parameters=(chosen("where", "before_response", "after_headers", "mid_body"),),
    since="0.2",
)
async def resets_the_connection(call: Call, *, where: str) -> web.StreamResponse:
    """The connection is reset: before the request is processed, after the headers, or in the
    middle of the body.
    """

    async def break_off(line: Line, answer: web.Response) -> None:
        line.send(started(line, answer, where))
        await call.sleep(SETTLE_SECONDS)
        line.reset()

    if where == "before_response":
        return Raw(reset)
    return rewritten(await call.proceed(), break_off)


@fault(
    "transport.empty_response",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    aliases=("EMPTY_RESPONSE",),
    since="0.2",
)
async def answers_nothing(_call: Call) -> web.StreamResponse:
    """The connection is closed without a byte, and the request is not processed."""
    return Raw(nothing)


@fault(
    "transport.garbage",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    aliases=("RANDOM_DATA_THEN_CLOSE",),
    parameters=(within("bytes", 512, 1, 1_000_000, "whole bytes"),),
    since="0.2",
)
async def answers_garbage(call: Call, *, bytes: int) -> web.StreamResponse:  # noqa: A002 - as rules name it
    """Random bytes that are not HTTP, then the connection is closed; the request is not
    processed.
    """

    async def babble(line: Line) -> None:
        line.send(hashlib.shake_256(str(call.draw()).encode()).digest(bytes))

    return Raw(babble)


@fault(
    "transport.malformed_chunk",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    aliases=("MALFORMED_RESPONSE_CHUNK",),
    since="0.2",
)
async def sends_a_malformed_chunk(call: Call) -> web.StreamResponse:
    """Status and headers of the correct response, then a chunk whose size is not a number."""

    async def spoil(line: Line, answer: web.Response) -> None:
        line.send(head_of(line.request, answer, CHUNKED))
        line.send(b"no size\r\n" + body_of(line.request, answer))

    return rewritten(await call.proceed(), spoil)


@fault(
    "transport.truncated_body",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    aliases=("limit_data",),
    parameters=(chosen("how", "lying_length", "unterminated_chunked"),),
    since="0.2",
)
async def truncates_the_body(call: Call, *, how: str) -> web.StreamResponse:
    """Half of the correct body, then the connection is closed, whatever length or end was
    announced.
    """

    async def stop_short(line: Line, answer: web.Response) -> None:
        body = body_of(line.request, answer)
        half = body[: len(body) // 2]
        if how == "lying_length":
            line.send(head_of(line.request, answer, {"Content-Length": str(len(body) or 1)}) + half)
        else:
            start = chunk(half) if half else b""
            line.send(head_of(line.request, answer, CHUNKED) + start)

    return rewritten(await call.proceed(), stop_short)


@fault(
    "transport.excess_body",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    since="0.2",
)
async def sends_more_than_it_said(call: Call) -> web.StreamResponse:
    """The correct response, then more bytes than its Content-Length says."""

    async def go_on(line: Line, answer: web.Response) -> None:
        line.send(head_of(line.request, answer) + body_of(line.request, answer) + EXCESS)

    return rewritten(await call.proceed(), go_on)


@fault(
    "transport.bad_status_line",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    since="0.2",
)
async def sends_a_bad_status_line(call: Call) -> web.StreamResponse:
    """The correct response with a status line without a status."""

    async def misspell(line: Line, answer: web.Response) -> None:
        rest = head_of(line.request, answer).partition(b"\r\n")[2]
        line.send(b"HTTP/1.1 fine\r\n" + rest + body_of(line.request, answer))

    return rewritten(await call.proceed(), misspell)


@fault(
    "transport.oversized_headers",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(within("bytes", 100_000, 1, 10_000_000, "whole bytes"),),
    since="0.2",
)
async def sends_oversized_headers(call: Call, *, bytes: int) -> web.StreamResponse:  # noqa: A002 - as rules name it
    """The correct response with one header that is far too long."""

    async def inflate(line: Line, answer: web.Response) -> None:
        head = head_of(line.request, answer, {"X-Oversized": "x" * bytes})
        line.send(head + body_of(line.request, answer))

    return rewritten(await call.proceed(), inflate)


@fault(
    "transport.hang",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    aliases=("timeout",),
    parameters=(
        chosen("where", "before_headers", "mid_body"),
        within("seconds", 60.0, 0, 3600, "seconds"),
    ),
    since="0.2",
)
async def hangs(call: Call, *, where: str, seconds: float) -> web.StreamResponse:
    """The request is processed, but the response stops before its headers or in the middle of
    its body, then ends.
    """

    async def wait(_line: Line) -> None:
        await call.sleep(seconds)

    async def stop(line: Line, answer: web.Response) -> None:
        line.send(started(line, answer, where))
        await call.sleep(seconds)

    answer = await call.proceed()
    return Raw(wait) if where == "before_headers" else rewritten(answer, stop)


@fault(
    "transport.slow_close",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    aliases=("slow_close",),
    parameters=(within("seconds", 5.0, 0, 3600, "seconds"),),
    since="0.2",
)
async def closes_slowly(call: Call, *, seconds: float) -> web.StreamResponse:
    """The correct response at once, but the connection is closed only later."""

    async def linger(line: Line, answer: web.Response) -> None:
        line.send(head_of(line.request, answer) + body_of(line.request, answer))
        await call.sleep(seconds)

    return rewritten(await call.proceed(), linger)


@fault(
    "transport.connection_close",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    since="0.2",
)
async def closes_unannounced(call: Call) -> web.StreamResponse:
    """The correct response, then the keep-alive connection is closed without notice."""

    async def leave(line: Line, answer: web.Response) -> None:
        head = head_of(line.request, answer, {"Connection": None})
        line.send(head + body_of(line.request, answer))

    return rewritten(await call.proceed(), leave)


@fault(
    "transport.refuse",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(within("seconds", 2.0, 0, 3600, "seconds"),),
    since="0.2",
)
async def refuses_connections(call: Call, *, seconds: float) -> web.StreamResponse:
    """The connection is reset, and new ones to the whole mock are refused for a while."""
    listener = call.exchange.sandbox.listener
    if listener is not None:
        await listener.refuse(seconds)
    return Raw(reset)


@fault("transport.http_1_0", stresses=("BC-CLIENT-08", "BC-CLIENT-15"), since="0.2")
async def speaks_http_1_0(call: Call) -> web.StreamResponse:
    """The correct response in HTTP/1.0, without Content-Length, ended by closing."""

    async def age(line: Line, answer: web.Response) -> None:
        head = head_of(line.request, answer, {"Content-Length": None}, "HTTP/1.0")
        line.send(head + body_of(line.request, answer))

    return rewritten(await call.proceed(), age)


@fault("transport.rechunked", stresses=("BC-CLIENT-08", "BC-CLIENT-15"), since="0.2")
async def chunks_anew(call: Call) -> web.StreamResponse:
    """The correct response in many tiny chunks, as a proxy might send it."""

    async def frame(line: Line, answer: web.Response) -> None:
        line.send(head_of(line.request, answer, CHUNKED))
        for piece in in_pieces(body_of(line.request, answer), CHUNK_BYTES):
            line.send(chunk(piece))
        line.send(chunk(b""))

    answer = await call.proceed()
    has_body = isinstance(answer, web.Response) and body_of(call.request, answer)
    takes_chunks = call.request.version >= HttpVersion11
    return rewritten(answer, frame) if has_body and takes_chunks else answer
