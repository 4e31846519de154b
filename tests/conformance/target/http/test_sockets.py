"""Bytes go to a socket as they are, and one HTTP answer comes back, or the reason why not."""

import pytest

from conformance.core.errors import TargetError
from conformance.target.http.client import Wire
from conformance.target.http.sockets import exchange_bytes
from tests.conformance.wire import never, nobody, saying

pytestmark = pytest.mark.anyio

SENT = b"GET / HTTP/1.1\r\nHost:\x00\r\n\r\n"
MOST = 1_000


async def test_the_bytes_arrive_as_they_were_given():
    """Nothing is added, fixed or escaped."""
    async with saying(b"HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\nno") as server:
        answer = await exchange_bytes(server.url, SENT, 5, MOST)
    assert server.requests == [SENT]
    assert (answer.status, answer.reason, answer.body) == (400, "Bad", b"no")


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", b"ab"),
        (b"HTTP/1.1 400 Bad\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000, b"x" * MOST),
    ],
    ids=["chunked", "closed", "continue", "long"],
)
async def test_every_form_of_an_answer_is_read(raw, body):
    """Chunks, an end by closing, an interim response; a long body is cut."""
    async with saying(raw) as server:
        answer = await exchange_bytes(server.url, SENT, 5, MOST)
    assert answer.body == body


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "closed without"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "no HTTP response"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "no HTTP response"),
    ],
    ids=["nothing", "rubbish", "too short"],
)
async def test_what_is_no_answer_is_told(answer, reason):
    """The error contains the reason."""
    async with saying(answer) as server:
        with pytest.raises(TargetError, match=reason):
            await exchange_bytes(server.url, SENT, 5, MOST)


async def test_nobody_there_is_told():
    """A refused connection."""
    with nobody() as url, pytest.raises(TargetError, match="connection"):
        await exchange_bytes(url, SENT, 5, MOST)


async def test_silence_has_an_end():
    """Patience is bounded."""
    async with saying(never) as server:
        with pytest.raises(TargetError, match="no answer within"):
            await exchange_bytes(server.url, SENT, 0.2, MOST)


async def test_the_wire_log_keeps_the_bytes(wire: Wire):
    """The exchange shows what was sent, and how to send it again."""
    async with saying(b"HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n") as server:
        exchange = await wire.send_bytes(server.url, SENT)
    assert exchange.request.body == SENT
    assert exchange.answer is not None
    command = exchange.request.curl()
    assert command.startswith(
        "printf 'GET / HTTP/1.1\\015\\012Host:\\000\\015\\012\\015\\012' | nc 127.0.0.1 "
    )
