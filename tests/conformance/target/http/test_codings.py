"""A server may compress what was not asked for: the suite reads it, or says why it cannot."""

import gzip
import zlib

import pytest

from conformance.core.errors import HarnessError
from conformance.core.exchange import Answer
from conformance.target.http.client import MAX_BYTES, Wire
from conformance.target.http.codings import DECODERS, decoded
from tests.conformance.command import run_command
from tests.conformance.fronts import Front, Reply, mock_with_front
from tests.conformance.wire import answer, saying

PLAIN = b'{"exists": false}'


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("coding", "body"),
    [
        pytest.param(b"gzip", gzip.compress(PLAIN), id="gzip"),
        pytest.param(b"GZIP", gzip.compress(PLAIN), id="capitals"),
        pytest.param(b"x-gzip", gzip.compress(PLAIN[:5]) + gzip.compress(PLAIN[5:]), id="members"),
        pytest.param(b"gzip", gzip.compress(PLAIN) + b"\0\0", id="padding"),
        pytest.param(b"deflate", zlib.compress(PLAIN), id="deflate"),
        pytest.param(b"deflate", raw_deflate(PLAIN), id="deflate without a head"),
        pytest.param(b"deflate, gzip", gzip.compress(zlib.compress(PLAIN)), id="two"),
        pytest.param(b"identity", PLAIN, id="identity"),
        pytest.param(b"UTF-8", PLAIN, id="no coding"),
    ],
)
async def test_a_compressed_body_is_decoded(wire: Wire, coding: bytes, body: bytes):
    """The decoded body is judged."""
    async with saying(answer(body, b"Content-Encoding: " + coding)) as server:
        assert (await wire.send("GET", server.url)).answer.body == PLAIN
        raw = await wire.send_bytes(server.url, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert raw.answer.body == PLAIN


@pytest.mark.anyio
async def test_a_body_that_unpacks_to_far_more_is_bounded(wire: Wire):
    """A bomb is read as far as any other body."""
    bomb = gzip.compress(b"x" * (MAX_BYTES * 4))
    async with saying(answer(bomb, b"Content-Encoding: gzip")) as server:
        assert len((await wire.send("GET", server.url)).answer.body) == MAX_BYTES


@pytest.mark.anyio
async def test_a_body_that_is_not_in_its_coding_is_no_answer(wire: Wire):
    """The reason names the coding."""
    async with saying(answer(PLAIN, b"Content-Encoding: gzip")) as server:
        exchange = await wire.send("GET", server.url)
    assert exchange.answer is None
    assert exchange.trouble == "the body is not valid gzip, despite its Content-Encoding"


@pytest.mark.anyio
@pytest.mark.parametrize("coding", sorted(set(DECODERS) - {"gzip", "x-gzip", "deflate"}))
async def test_a_coding_that_cannot_be_decoded_here_is_named(wire, coding, monkeypatch):
    """That is no fault of the target, and the reason says what to install."""
    for module in ("brotli", "backports", "backports.zstd"):
        monkeypatch.setitem(__import__("sys").modules, module, None)
    async with saying(answer(b"\x0b", b"Content-Encoding: " + coding.encode())) as server:
        with pytest.raises(HarnessError, match=f"compressed with {coding}.*pip install"):
            await wire.send("GET", server.url)


def compressed(_front: Front, reply: Reply) -> Reply:
    """Every answer as gzip."""
    if reply.body:
        reply.headers.append(("Content-Encoding", "gzip"))
        reply.body = gzip.compress(reply.body)
    return reply


@pytest.mark.slow
def test_a_backpack_that_compresses_everything_is_judged(tmp_path):
    """Pages, too: the walk through consent goes on."""
    few = "token-refresh or identity-told or connect-granted"
    words = ("--select", few, "--out", str(tmp_path), "--allow-incomplete")
    with mock_with_front(after=compressed) as url:
        ended = run_command("run", url, *words)
    assert ended.code == 0, ended.out


def test_a_part_of_a_body_is_what_there_is():
    """A body that we cut ourselves ends in the middle of its coding."""
    body = gzip.compress(PLAIN * 1000)
    cut = Answer(200, "", (("Content-Encoding", "gzip"),), body[: len(body) // 2])
    assert (PLAIN * 1000).startswith(decoded(cut, MAX_BYTES).body)
