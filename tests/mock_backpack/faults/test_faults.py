"""The faults: each one armed on a mock, and seen by a client as what it is."""

import asyncio
import inspect
import socket
import time
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp
import pytest
from attrs import frozen

from mock_backpack.app import create_app
from mock_backpack.faults.all import MISBEHAVIOURS
from mock_backpack.faults.timing import delay
from mock_backpack.server import served
from tests.mock_backpack.earner import advance, collection, identity, push, refresh, send
from tests.mock_backpack.hand_issuer import good_badge
from tests.waiting import eventually_async

pytestmark = pytest.mark.anyio

PATH = "/issuer.js"


@frozen
class Heard:
    """All bytes of a connection until its end, and what that end was."""

    content: bytes
    was_reset: bool
    seconds: float

    @property
    def head(self):
        return self.content.partition(b"\r\n\r\n")[0].decode()

    @property
    def body(self):
        return self.content.partition(b"\r\n\r\n")[2]


async def ask(mock, path=PATH, *, connection="close", version="1.1"):
    """One request on a socket, read to the end of the connection."""
    loop, began, place = asyncio.get_running_loop(), time.monotonic(), urlsplit(mock)
    content, was_reset = b"", False
    with socket.socket() as plug:
        plug.setblocking(False)
        await loop.sock_connect(plug, (place.hostname, place.port))
        head = f"GET {path} HTTP/{version}\r\nHost: {place.netloc}\r\nConnection: {connection}"
        await loop.sock_sendall(plug, f"{head}\r\n\r\n".encode())
        try:
            while part := await asyncio.wait_for(loop.sock_recv(plug, 65536), 5):
                content += part
        except ConnectionResetError:
            was_reset = True
    return Heard(content, was_reset, time.monotonic() - began)


@pytest.fixture
def arm(http, mock):
    """Arm a fault on the mock."""

    async def arm(name, endpoint="script", **parameters):
        rule = {"fault": name, "with": parameters, "match": {"endpoint": endpoint}}
        answer = await send(http, "POST", f"{mock}/_mock/rules", json=rule)
        assert answer.status == 201, answer.text

    return arm


@pytest.fixture
async def right(mock):
    """The body without any fault."""
    return (await ask(mock)).body


async def get(http, mock):
    return await send(http, "GET", f"{mock}{PATH}")


def test_every_fault_has_its_code():
    """Every listed name can be armed with its listed parameters."""
    for entry in MISBEHAVIOURS.entries_of("fault").values():
        taken = inspect.signature(entry.behave).parameters.values()
        assert {
            parameter.name for parameter in taken if parameter.kind is parameter.KEYWORD_ONLY
        } == set(entry.parameters)


@pytest.mark.parametrize("where", ["before_response", "after_headers", "mid_body"])
async def test_a_reset_comes_where_it_was_asked_for(arm, mock, right, where):
    await arm("transport.connection_reset", where=where)
    heard = await ask(mock)
    assert heard.was_reset
    bodies = {"before_response": b"", "after_headers": b"", "mid_body": right[: len(right) // 2]}
    assert heard.body == bodies[where]
    assert heard.head.startswith("HTTP/1.1 200 OK") == (where != "before_response")


async def test_an_empty_response_has_no_byte(arm, mock):
    await arm("transport.empty_response")
    heard = await ask(mock)
    assert (heard.content, heard.was_reset) == (b"", False)


async def test_garbage_is_no_http(arm, http, mock):
    await arm("transport.garbage", bytes=100)
    assert len((await ask(mock)).content) == 100
    with pytest.raises(aiohttp.ClientError):
        await get(http, mock)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("transport.malformed_chunk", {}),
        ("transport.truncated_body", {}),
        ("transport.truncated_body", {"how": "unterminated_chunked"}),
        ("transport.bad_status_line", {}),
        ("transport.oversized_headers", {}),
        ("transport.connection_reset", {}),
        ("transport.empty_response", {}),
        ("data.commit_then_drop", {}),
    ],
)
async def test_a_client_sees_that_an_answer_is_broken(arm, http, mock, name, parameters):
    endpoint, path = ("token", "/api/token") if name.startswith("data.") else ("script", PATH)
    await arm(name, endpoint, **parameters)
    with pytest.raises(aiohttp.ClientError):
        await send(http, "POST" if endpoint == "token" else "GET", f"{mock}{path}")


async def test_more_may_come_than_content_length_says(arm, mock, right):
    await arm("transport.excess_body")
    heard = await ask(mock)
    assert f"Content-Length: {len(right)}" in heard.head
    assert heard.body.startswith(right)
    assert len(heard.body) > len(right)


@pytest.mark.parametrize("where", ["before_headers", "mid_body"])
async def test_an_answer_hangs(arm, mock, right, where):
    await arm("transport.hang", where=where, seconds=0.2)
    heard = await ask(mock)
    assert heard.seconds >= 0.2
    assert heard.body == (right[: len(right) // 2] if where == "mid_body" else b"")


@pytest.mark.slow
async def test_a_connection_closes_late(arm, http, mock, right):
    await arm("transport.slow_close", seconds=1.5)
    began = time.monotonic()
    assert (await get(http, mock)).content == right
    assert time.monotonic() - began < 1.5
    assert (await ask(mock)).seconds >= 1.5


async def test_a_connection_closes_unannounced(arm, mock, right):
    await arm("transport.connection_close")
    heard = await ask(mock, connection="keep-alive")
    assert heard.body == right
    assert "Connection:" not in heard.head


async def test_new_connections_are_refused_for_a_while(arm, http, mock):
    await arm("transport.refuse", seconds=0.2)
    assert (await ask(mock)).was_reset
    with pytest.raises(ConnectionRefusedError):
        await ask(mock)
    await asyncio.sleep(0.3)
    assert (await send(http, "GET", f"{mock}/_mock/health")).status == 200


async def test_http_1_0_ends_by_closing(arm, http, mock, right):
    await arm("transport.http_1_0")
    heard = await ask(mock)
    assert heard.head.startswith("HTTP/1.0 200 OK")
    assert "Content-Length" not in heard.head
    assert (await get(http, mock)).content == heard.body == right


async def test_a_proxy_chunks_anew(arm, http, mock, right):
    await arm("transport.rechunked")
    assert (await ask(mock)).body.startswith(b"3\r\n" + right[:3])
    assert (await get(http, mock)).content == right
    assert (await ask(mock, version="1.0")).body == right


async def test_headers_and_cookies_stay_when_bytes_are_written_by_hand(arm, http, mock):
    plain = await send(http, "GET", f"{mock}/login")
    await arm("transport.http_1_0", "login")
    http.cookie_jar.clear()
    aged = await send(http, "GET", f"{mock}/login")
    assert set(plain.headers) - {"Content-Length"} <= set(aged.headers)
    assert "Set-Cookie" in aged.headers


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("timing.latency", {"seconds": 0.2}),
        ("timing.slow_headers", {"seconds": 0.2}),
        ("timing.dribble", {"seconds": 0.2, "pieces": 3}),
        ("timing.bandwidth", {"bytes_per_second": 10_000}),
    ],
)
async def test_a_slow_answer_is_right(arm, mock, right, name, parameters):
    await arm(name, **parameters)
    heard = await ask(mock)
    least = len(heard.content) / 10_000 if name == "timing.bandwidth" else 0.2
    assert heard.seconds >= least * 0.95
    assert heard.body == right


def test_latency_follows_its_distribution():
    """The median is the given time, a draw of 0 has a value, nothing is negative."""
    kinds = ("fixed", "uniform", "normal", "lognormal")
    assert [delay(kind, 1.0, 0.5, 0.5) for kind in kinds] == [1.0] * 4
    assert all(delay(kind, 1.0, 60, draw) >= 0 for kind in kinds for draw in (0.0, 1 - 2**-53))
    assert delay("uniform", 1.0, 0.5, 0.0) == 0.5


@pytest.mark.parametrize("status", [200, 204, 304, 418, 599])
async def test_any_status_can_be_had(arm, http, mock, status):
    await arm("http.status", status=status)
    answer = await get(http, mock)
    assert answer.status == status
    assert ("http.status" in answer.text) == (status not in (204, 304))


async def test_an_overloaded_backpack_says_when_to_come_back(arm, http, mock):
    await arm("http.unavailable", retry_after=7)
    answer = await get(http, mock)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "7")
    assert answer.message


async def test_a_date_to_come_back_follows_the_clock_of_the_sandbox(arm, http, mock):
    await arm("http.unavailable", retry_after=7, form="date")
    await advance(http, mock, 86400)
    date = parsedate_to_datetime((await get(http, mock)).headers["Retry-After"]).timestamp()
    assert time.time() + 86400 + 5 < date < time.time() + 86400 + 9


async def test_a_rate_limit_counts_each_token_in_a_sliding_window(arm, http, mock):
    await arm("http.rate_limit", limit=2, per=60.0)
    statuses = [(await get(http, mock)).status for _ in range(3)]
    assert statuses == [200, 200, 429]
    wait = int((await get(http, mock)).headers["Retry-After"])
    assert 55 <= wait <= 60
    other = {"Authorization": "Bearer b3RoZXI="}
    assert (await send(http, "GET", f"{mock}{PATH}", headers=other)).status == 200
    await advance(http, mock, wait)
    assert (await get(http, mock)).status == 200


@pytest.mark.parametrize(
    ("name", "status"), [("http.html_error_page", 503), ("http.gateway_timeout", 504)]
)
async def test_a_proxy_shows_a_page(arm, http, mock, name, status):
    await arm(name, **({"seconds": 0.1} if status == 504 else {}))
    answer = await get(http, mock)
    assert answer.status == status
    assert str(status) in answer.page.text


async def test_a_redirect_leads_back_once(arm, http, mock, right):
    await arm("http.redirect", status=308)
    answer = await get(http, mock)
    assert (answer.status, answer.headers["Location"]) == (308, f"{PATH}?redirected=1")
    async with http.get(f"{mock}{PATH}") as followed:
        assert await followed.read() == right


async def test_a_redirect_may_never_end(arm, http, mock):
    await arm("http.redirect", loop="forever")
    with pytest.raises(aiohttp.TooManyRedirects):
        await http.get(f"{mock}{PATH}")


async def test_a_redirect_may_lead_away(arm, http, mock):
    await arm("http.redirect", to="https://elsewhere.example/")
    assert (await get(http, mock)).headers["Location"] == "https://elsewhere.example/"


async def test_maintenance_ends_when_it_said(arm, http, mock):
    await arm("http.maintenance_window", seconds=60)
    answer = await get(http, mock)
    end = parsedate_to_datetime(answer.headers["Retry-After"]).timestamp()
    assert answer.status == 503
    await advance(http, mock, end - time.time() + 0.01)
    assert (await get(http, mock)).status == 200


async def test_hints_come_before_the_answer(arm, http, mock, right):
    await arm("http.informational")
    hinted = (await ask(mock)).content
    assert hinted.startswith(b"HTTP/1.1 103 Early Hints\r\n")
    assert b"\r\n\r\nHTTP/1.1 200 OK\r\n" in hinted
    assert (await get(http, mock)).content == right
    assert b"103" not in (await ask(mock, version="1.0")).head.encode()


@pytest.mark.parametrize(
    ("how", "saw"),
    [
        ("refused", "no connection: Connection refused"),
        ("timeout", "none"),
        ("status", "500"),
        ("oversized", "more"),
    ],
)
async def test_a_document_cannot_be_fetched(arm, http, site, tokens, how, saw):
    await arm("upstream.assertion_fetch", "issue", how=how, seconds=0.05)
    answer = await push(http, tokens, good_badge(site).publish())
    assert answer.status == 400
    (problem,) = answer.json["problems"]
    assert problem["document"] == "assertion"
    assert problem["saw"].startswith(saw)


async def test_a_document_comes_late(arm, http, site, tokens):
    await arm("upstream.assertion_fetch", "issue", how="slow", seconds=0.2)
    began = time.monotonic()
    assert (await push(http, tokens, good_badge(site).publish())).status == 201
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("document", ["", "badge class"])
async def test_what_an_assertion_leads_to_cannot_be_fetched(arm, http, site, tokens, document):
    await arm("upstream.linked_fetch", "issue", document=document)
    answer = await push(http, tokens, good_badge(site).publish())
    assert [problem["document"] for problem in answer.json["problems"]] == ["badge class"]


async def test_a_badge_is_kept_though_the_answer_is_lost(arm, http, mock, site, tokens):
    await arm("data.commit_then_drop", "issue")
    with pytest.raises(aiohttp.ClientError):
        await push(http, tokens, good_badge(site).publish())
    assert len(await collection(http, mock)) == 1


async def test_a_badge_is_kept_though_the_answer_is_an_error(arm, http, mock, site, tokens):
    await arm("data.commit_then_error", "issue")
    answer = await push(http, tokens, good_badge(site).publish())
    assert (answer.status, answer.headers["Content-Type"][:9]) == (502, "text/html")
    assert len(await collection(http, mock)) == 1


async def test_a_badge_is_kept_after_the_connection_broke(arm, http, mock, site, tokens):
    await arm("data.drop_then_commit", "issue", seconds=0.2)
    with pytest.raises(aiohttp.ClientError):
        await push(http, tokens, good_badge(site).publish())
    assert await collection(http, mock) == []
    await eventually_async(lambda: collection(http, mock))
    assert len(await collection(http, mock)) == 1


async def test_a_new_token_is_not_known_everywhere_at_once(arm, http, mock, tokens):
    await arm("data.stale_read", "identity", seconds=30)
    assert (await identity(http, tokens)).status == 401
    await advance(http, mock, 31)
    assert (await identity(http, tokens)).status == 200


async def test_a_token_expires_now(arm, http, tokens):
    await arm("access.expire_now", "identity")
    answer = await identity(http, tokens)
    assert (answer.status, "expired" in answer.text) == (401, True)
    assert (await refresh(http, tokens)).status == 200


async def test_a_grant_is_revoked_now(arm, http, tokens):
    await arm("access.revoke_now", "identity")
    assert (await identity(http, tokens)).status == 401
    assert (await refresh(http, tokens)).status >= 400


async def test_a_token_is_good_for_some_requests(arm, http, tokens):
    await arm("access.expire_after_n", "identity", n=2)
    assert [(await identity(http, tokens)).status for _ in range(3)] == [200, 200, 401]


async def test_faults_act_together(arm, http, mock, right):
    """A broken answer stays broken, however much is armed around it."""
    await arm("timing.latency", seconds=0.1)
    await arm("timing.dribble", seconds=0.1)
    await arm("transport.truncated_body")
    heard = await ask(mock)
    assert heard.body == right[: len(right) // 2]
    assert heard.seconds >= 0.1
    await send(http, "DELETE", f"{mock}/_mock/rules")
    assert (await get(http, mock)).content == right


async def test_head_has_no_body_either_way(arm, http, mock):
    await arm("transport.http_1_0")
    answer = await send(http, "HEAD", f"{mock}{PATH}")
    assert (answer.status, answer.content) == (200, b"")


async def test_a_mock_stops_though_an_answer_hangs():
    """Stopping does not take a minute."""
    began = time.monotonic()
    async with served(create_app(rules=["transport.hang"])) as mock:
        asking = asyncio.create_task(ask(mock))
        await asyncio.sleep(0.1)
    assert (await asking).content == b""
    assert time.monotonic() - began < 20
