"""Fetching is bounded: in bytes, seconds and redirects, whatever a host does."""

import asyncio
import contextlib
import gzip
import json
import math
import socket

import pytest
from aiohttp import web

from mock_backpack.app import create_app
from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.settings import Settings
from mock_backpack.openbadges.walk import together
from mock_backpack.server import served
from tests.mock_backpack.earner import connect, push
from tests.mock_backpack.hand_issuer import PNG, good_badge

pytestmark = pytest.mark.anyio

MEGABYTE = 1024 * 1024
FETCH = FetchPolicy()


@pytest.fixture
async def hurried(http, site):
    """The callback's parameters from a mock with a very short fetch timeout."""

    async with served(create_app(Settings(fetch=FetchPolicy(seconds=0.25)))) as mock:
        yield await connect(http, mock, f"{site.url}/callback")


async def complaint(http, tokens, badge):
    """Push a badge that must be refused for one reason; document and message."""
    answer = await push(http, tokens, badge)
    assert answer.status == 400, answer.text
    (problem,) = answer.json["problems"]
    assert problem["member"] == ""
    return problem["document"], answer.message


DOCUMENTS = [
    ("/assertion", "assertion"),
    ("/class", "badge class"),
    ("/issuer", "issuer"),
    ("/image.png", "badge class image"),
]


@pytest.mark.parametrize(("path", "document"), DOCUMENTS)
async def test_a_document_that_is_too_long_is_refused(http, tokens, site, path, document):
    """More than a megabyte is not read, and the complaint says so."""
    url = good_badge(site).publish()
    site.host(path, b" " * (MEGABYTE + 1))
    named, message = await complaint(http, tokens, url)
    assert named == document
    assert f"{document}: expected at most {MEGABYTE} bytes" in message


async def test_a_long_document_is_accepted(http, tokens, site):
    """A megabyte is read to its end."""
    badge = good_badge(site)
    url = badge.publish()
    content = json.dumps(badge.assertion).encode()
    site.host("/assertion", content.ljust(MEGABYTE))
    assert (await push(http, tokens, url)).status == 201


async def test_a_document_may_be_compressed(http, tokens, site):
    """gzip is undone."""
    badge = good_badge(site)
    url = badge.publish()
    content = gzip.compress(json.dumps(badge.assertion).encode())
    site.host("/assertion", content, Content_Encoding="gzip")
    assert (await push(http, tokens, url)).status == 201


@pytest.mark.slow
@pytest.mark.parametrize(("path", "document"), DOCUMENTS)
async def test_a_bomb_is_refused(http, tokens, site, path, document):
    """The bound is for what a document unpacks to."""
    url = good_badge(site).publish()
    site.host(path, gzip.compress(PNG + bytes(30 * MEGABYTE)), Content_Encoding="gzip")
    named, message = await complaint(http, tokens, url)
    assert named == document
    assert "bytes" in message


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
async def test_a_document_that_cannot_be_unpacked_is_refused(http, tokens, site, encoding):
    """A wrong Content-Encoding is the issuer's mistake."""
    url = good_badge(site).publish()
    site.host("/assertion", b"not compressed at all", Content_Encoding=encoding)
    assert (await complaint(http, tokens, url))[0] == "assertion"


async def test_an_endless_document_is_refused(http, tokens, site):
    """A host that never stops sending is left after a megabyte."""

    async def endless(request):
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            while True:
                await response.write(b" " * 65536)
        return response

    named, message = await complaint(http, tokens, site.answer("/assertion", endless))
    assert (named, "at most" in message) == ("assertion", True)


async def drip(request):
    """One byte at a time, forever."""
    response = web.StreamResponse()
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)
    return response


async def silence(_request):
    """No answer at all."""
    await asyncio.Event().wait()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "document", "reply"),
    [(*DOCUMENTS[0], silence), *((*document, drip) for document in DOCUMENTS)],
)
async def test_a_slow_host_is_left(http, hurried, site, path, document, reply):
    """Neither silence nor a drip holds the mock up, and the complaint names the time."""
    url = good_badge(site).publish()
    site.answer(path, reply)
    named, message = await complaint(http, hurried, url)
    assert named == document
    assert "within 0.25 seconds" in message


def test_a_slow_host_has_ten_seconds():
    """The bounds that a user meets: a megabyte, ten seconds, five redirects."""
    assert (FETCH.most_bytes, FETCH.seconds, FETCH.redirects) == (MEGABYTE, 10.0, 5)


async def hop(request):
    """Redirect to the same path, with one less in the query, until none is left."""
    left = int(request.query["left"])
    raise web.HTTPFound(f"/hop?left={left - 1}" if left > 1 else "/assertion")


@pytest.mark.parametrize(("redirects", "status"), [(1, 201), (5, 201), (6, 400), (7, 400)])
async def test_redirects_are_counted(http, tokens, site, redirects, status):
    """Five redirects are followed, no more."""
    good_badge(site).publish()
    url = site.answer("/hop", hop)
    assert (await push(http, tokens, f"{url}?left={redirects}")).status == status


@pytest.mark.parametrize(("path", "document"), DOCUMENTS)
async def test_a_redirect_loop_is_left(http, tokens, site, path, document):
    """A document that leads to itself is refused."""
    url = good_badge(site).publish()
    site.host(path, b"", 302, Location=path)
    named, message = await complaint(http, tokens, url)
    assert (named, "at most 5 redirects" in message) == (document, True)


def closed_port():
    """A port on which no server listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.mark.parametrize("part", ["badge", "verify"])
async def test_an_unreachable_host_is_refused(http, tokens, site, part):
    """No server listens: the complaint names document and URL, and no internals."""
    badge = good_badge(site)
    nowhere = f"http://127.0.0.1:{closed_port()}/x"
    badge.assertion[part] = nowhere if part == "badge" else {"type": "hosted", "url": nowhere}
    named, message = await complaint(http, tokens, badge.publish())
    assert named == {"badge": "badge class", "verify": "assertion at verify.url"}[part]
    assert nowhere in message
    assert "Traceback" not in message


async def test_a_failure_waits_for_nobody_else() -> None:
    """When the first of several jobs fails, the others are stopped before it is reported."""
    stopped = []

    async def slow() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.append("slow")

    async def bad(message: str, pause: float) -> None:
        await asyncio.sleep(pause)
        raise ValueError(message)

    with pytest.raises(ValueError, match="first"):
        await together(bad("first", 0.02), slow(), bad("second", 0))
    assert stopped == ["slow"]


@pytest.mark.parametrize("seconds", [math.inf, 1e300])
async def test_a_host_may_have_all_the_time_there_is(http, site, seconds) -> None:
    """A bound without an end is none."""
    async with served(create_app(Settings(fetch=FetchPolicy(seconds=seconds)))) as mock:
        tokens = await connect(http, mock, f"{site.url}/callback")
        assert (await push(http, tokens, good_badge(site).publish())).status == 201
