"""The journal: recorded exchanges, waiting for them, and redaction."""

import asyncio
import base64
import json
from types import SimpleNamespace
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request

from mock_backpack.app import create_app
from mock_backpack.core.journal import Journal
from mock_backpack.core.settings import Bounds, Settings
from mock_backpack.server import served
from tests.mock_backpack.earner import (
    accept,
    bearer,
    connect,
    identity,
    log_in,
    push,
    refresh,
    revoke,
    send,
)
from tests.mock_backpack.hand_issuer import ADA

pytestmark = pytest.mark.anyio


async def journal(http, mock, query=""):
    answer = await send(http, "GET", f"{mock}/_mock/journal{query}")
    assert answer.status == 200, answer.text
    return answer.json


async def heard(http, mock, query=""):
    return (await journal(http, mock, query))["exchanges"]


async def get(http, mock, path="/issuer.js"):
    return await send(http, "GET", f"{mock}{path}")


async def broke(http, mock):
    return (await heard(http, mock))[-1]["broke"]


@pytest.fixture
async def small():
    """A mock whose journal keeps three exchanges."""
    async with served(create_app(Settings(bounds=Bounds(journal=3)))) as url:
        yield url


async def test_request_and_answer_are_kept_byte_for_byte(http, mock):
    """Method, target, header names as sent, body and the whole answer."""
    body = '{"badge":  "ä%20"}'.encode()
    answer = await send(
        http, "POST", f"{mock}/api/issue?a=%C3%A4&b", data=body, headers={"X-oDD": "1  2"}
    )
    (exchange,) = await heard(http, mock)
    assert exchange["request"]["method"] == "POST"
    assert exchange["request"]["target"].startswith("/api/issue?a=%C3%A4&b")
    assert ["X-oDD", "1  2"] in exchange["request"]["headers"]
    assert exchange["request"]["body"].encode() == body
    assert (exchange["answer"]["status"], exchange["answer"]["body"]) == (401, answer.text)
    assert dict(exchange["answer"]["headers"])["WWW-Authenticate"]


async def test_bytes_that_are_no_text_are_shown_escaped(http, mock):
    """A body that is not UTF-8 can be represented in JSON."""
    await send(http, "POST", f"{mock}/api/issue", data=b"a\xffb")
    assert (await heard(http, mock))[0]["request"]["body"] == "a\\xffb"


FILTERED = {
    "": [1, 2, 3, 4],
    "?endpoint=script": [1],
    "?method=POST": [3],
    "?path=/identity": [2, 4],
    "?status=401": [2, 3],
    "?status=4xx": [2, 3],
    "?earner=ada@example.org": [4],
    "?origin=http://a.example": [4],
    "?broke=BC-CLIENT-01": [2, 3],
    "?since=2": [3, 4],
    "?rule=timing.latency": [1],
    "?rule=r1": [1],
    "?limit=2": [3, 4],
    "?limit=0": [],
    "?status=401&method=POST": [3],
}
"""The numbers of the exchanges that a query shows."""


async def test_a_filter_shows_the_matching_exchanges(http, mock):
    """All filters must fit; the limit keeps the newest."""
    rule = "timing.latency seconds=0 endpoint=script"
    await send(http, "POST", f"{mock}/_mock/rules", json=rule)
    wanted = {"earner": ADA, "origin": "http://a.example"}
    granted = (await send(http, "POST", f"{mock}/_mock/grants", json=wanted)).json
    await get(http, mock)
    await get(http, mock, "/api/identity")
    await send(http, "POST", f"{mock}/api/issue")
    url = f"{mock}/api/identity"
    await send(http, "GET", url, headers=bearer(granted["access_token"]))
    found = {query: await heard(http, mock, query) for query in FILTERED}
    assert {
        query: [exchange["number"] for exchange in exchanges] for query, exchanges in found.items()
    } == FILTERED


@pytest.mark.parametrize("value", ["x", "-1", "9" * 5000])
@pytest.mark.parametrize("name", ["since", "status", "limit", "count", "timeout", "colour"])
async def test_a_wrong_parameter_is_named(http, mock, name, value):
    """A 400, also for a number of five thousand digits."""
    query = "&".join({"timeout": "timeout=0", name: f"{name}={value}"}.values())
    answer = await get(http, mock, f"/_mock/journal/wait?{query}")
    assert (answer.status, answer.message.startswith(f"{name}: ")) == (400, True)


async def test_the_oldest_exchanges_go(http, small):
    """The ring holds three, counts the dropped ones, and numbers continue."""
    for _ in range(5):
        await get(http, small)
    kept = await journal(http, small)
    assert [exchange["number"] for exchange in kept["exchanges"]] == [3, 4, 5]
    assert (kept["last"], kept["dropped"]) == (5, 2)


async def test_a_journal_keeps_only_so_many_bytes(http):
    """Large exchanges push the old ones out, small ones fit again afterwards."""
    async with served(create_app(Settings(bounds=Bounds(journal_bytes=20_000)))) as mock:
        for _ in range(5):
            await send(http, "POST", f"{mock}/api/issue", data=b"x" * 9_000)
        assert (await journal(http, mock))["matching"] == 1
        for _ in range(12):
            await send(http, "GET", f"{mock}/api/identity")
        assert (await journal(http, mock))["matching"] == 12


async def test_wait_ends_as_soon_as_it_matches(http, mock):
    """The answer is yes long before the timeout."""
    url = f"{mock}/_mock/journal/wait?endpoint=script&count=2&timeout=60"
    waiting = asyncio.create_task(send(http, "GET", url))
    await get(http, mock)
    await asyncio.sleep(0.02)
    assert not waiting.done()
    await get(http, mock)
    waited = (await asyncio.wait_for(waiting, 2)).json
    assert (waited["answer"], waited["matching"]) == ("yes", 2)


@pytest.mark.parametrize(
    ("what", "requests", "answer"),
    [
        ("wait?path=/issuer.js", 1, "yes"),
        ("wait?path=/nothing", 1, "no"),
        ("wait?path=/nothing", 4, "cannot know, entries were dropped"),
        ("wait?path=/nothing&since=1", 4, "no"),
        ("wait?path=/issuer.js", 4, "yes"),
        ("never?path=/nothing", 1, "yes"),
        ("never?path=/issuer.js", 1, "no"),
        ("never?path=/nothing", 4, "cannot know, entries were dropped"),
        ("never?path=/issuer.js", 4, "no"),
    ],
)
async def test_the_journal_says_what_it_can_know(http, small, what, requests, answer):
    """Yes, no, or that it cannot know since what was asked for may be gone."""
    for _ in range(requests):
        await get(http, small)
    answered = (await get(http, small, f"/_mock/journal/{what}&timeout=10ms")).json
    assert answered["answer"] == answer


async def test_attempts_are_told_apart(mock):
    """The same request again is attempt 2, over a connection that is new or not."""
    async with aiohttp.ClientSession() as session:
        await get(session, mock)
        await get(session, mock)
        await get(session, mock, "/login")
    async with aiohttp.ClientSession() as other:
        await get(other, mock)
        for token in ("a", "b", "a"):
            await send(other, "GET", f"{mock}/issuer.js", headers=bearer(token))
        exchanges = await heard(other, mock)
    seen = [(exchange["attempt"], exchange["new_connection"]) for exchange in exchanges]
    once, again, new = (1, True), (2, False), (3, True)
    assert seen == [once, again, once, new, once, once, again]


async def test_attempts_are_counted_among_those_that_are_kept(http, small):
    """An attempt after dropped entries starts counting again."""
    for path in ("/issuer.js", "/issuer.js", "/login", "/login", "/login"):
        await get(http, small, path)
    exchanges = await heard(http, small)
    assert [(exchange["request"]["target"], exchange["attempt"]) for exchange in exchanges] == [
        ("/login", number + 1) for number in range(len(exchanges))
    ]


async def test_a_verdict_counts_attempts_as_the_journal_does(http, mock):
    """A request that is still in flight is an attempt, too."""
    late = {"Backpack-Mock-Fault": json.dumps({"fault": "timing.latency", "with": {"seconds": 9}})}
    first = asyncio.create_task(send(http, "GET", f"{mock}/api/identity", headers=late))
    await asyncio.sleep(0.1)
    await get(http, mock, "/api/identity")
    exchanges = await heard(http, mock)
    verdict = (await send(http, "GET", f"{mock}/_mock/verdict?exchanges=all")).json["exchanges"]
    first.cancel()
    assert (
        [exchange["attempt"] for exchange in exchanges]
        == [exchange["attempt"] for exchange in verdict]
        == [2]
    )


async def test_applied_rules_are_told(http, mock):
    """Id and name of each rule that acted, and none that did not."""
    rules = ["timing.latency seconds=0 endpoint=script", "http.status endpoint=issue"]
    await send(http, "POST", f"{mock}/_mock/rules", json=rules)
    await get(http, mock)
    (exchange,) = await heard(http, mock)
    assert exchange["applied"] == [{"rule": "r1", "name": "timing.latency"}]


async def test_a_cleared_journal_is_empty_and_numbers_go_on(http, mock):
    """Nothing counts as dropped."""
    await get(http, mock)
    await send(http, "DELETE", f"{mock}/_mock/journal")
    await get(http, mock)
    kept = await journal(http, mock)
    assert ([exchange["number"] for exchange in kept["exchanges"]], kept["dropped"]) == ([2], 0)


async def test_a_raw_token_is_told(http, mock, tokens):
    """BC-CLIENT-01: the token must be in base64."""
    raw = {"Authorization": f"Bearer {tokens.access_token}"}
    await send(http, "GET", f"{tokens.api_root}/identity", headers=raw)
    assert await broke(http, mock) == ["BC-CLIENT-01"]


@pytest.mark.parametrize(
    ("label", "body", "requirement"),
    [
        ("text/plain", b'{"badge": "x"}', "BC-CLIENT-03"),
        ("application/json", b"badge=x", "BC-CLIENT-03"),
        ("application/json", b'{"badge": {"uid": "1"}}', "BC-CLIENT-04"),
    ],
)
async def test_a_wrong_push_is_told(http, mock, tokens, label, body, requirement):
    """BC-CLIENT-03 for a wrong label, BC-CLIENT-04 for an object in place of its URL."""
    headers = {**tokens.bearer, "Content-Type": label}
    await send(http, "POST", f"{tokens.api_root}/issue", data=body, headers=headers)
    assert await broke(http, mock) == [requirement]


async def test_spent_tokens_are_told(http, mock, tokens):
    """BC-CLIENT-06 for the old access token, BC-CLIENT-07 for the old refresh token."""
    await refresh(http, tokens)
    await identity(http, tokens)
    assert await broke(http, mock) == ["BC-CLIENT-06"]
    await refresh(http, tokens)
    assert await broke(http, mock) == ["BC-CLIENT-07"]


async def test_revoked_tokens_are_told(http, mock, tokens, site):
    """BC-CLIENT-11 for both tokens of a grant that the earner took back."""
    await revoke(http, mock, site.url)
    for trial in (identity, refresh):
        await trial(http, tokens)
        assert await broke(http, mock) == ["BC-CLIENT-11"]


async def test_a_wrong_path_is_told(http, mock):
    """BC-CLIENT-02: the endpoints are below api_root."""
    await send(http, "POST", f"{mock}/issue")
    assert await broke(http, mock) == ["BC-CLIENT-02"]


async def test_a_good_request_breaks_nothing(http, mock, tokens):
    """The earner of a request is recorded, and no requirement."""
    await identity(http, tokens)
    exchange = (await heard(http, mock))[-1]
    assert (exchange["broke"], exchange["earner"]) == ([], ADA)


async def test_tokens_are_hidden_in_every_form(http, mock, tokens):
    """Raw, percent-encoded, base64, in bodies and in Location; shown when asked for."""
    held = (tokens.access_token, tokens.refresh_token)
    secrets = {
        form
        for secret in held
        for form in (secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode())
    }
    await identity(http, tokens)
    for secret in held:
        await get(http, mock, f"/callback?token={quote(secret, safe='')}")
        await send(http, "POST", f"{mock}/nowhere", data=f"token={secret}&x=1".encode())
        raw = {"Authorization": f"Bearer {secret}", "X-Token": secret}
        await send(http, "GET", f"{tokens.api_root}/identity", headers=raw)
    await push(http, tokens, tokens.access_token)
    await refresh(http, tokens)
    hidden = (await send(http, "GET", f"{mock}/_mock/journal")).text
    assert [secret for secret in secrets if secret in hidden] == []
    shown = (await send(http, "GET", f"{mock}/_mock/journal?secrets=shown")).text
    assert all(secret in shown for secret in held)


FORMS = {
    "JSON as .NET writes it": lambda text: "".join(
        f"\\u{ord(character):04X}" for character in text
    ),
    "JSON as PHP writes it": lambda text: text.replace("/", "\\/"),
    "entities": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "hexadecimal entities": lambda text: "".join(f"&#x{ord(character):x};" for character in text),
    "percent-encoded": lambda text: "".join(f"%{ord(character):02x}" for character in text),
    "percent-encoded twice": lambda text: quote(
        "".join(f"%{ord(character):02X}" for character in text)
    ),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of user:token": lambda text: base64.b64encode(f"me:{text}".encode()).decode(),
    "base64 in front of more": lambda text: base64.b64encode(f"{text}:x".encode()).decode(),
    "base64 behind two letters": lambda text: "ab" + base64.b64encode(text.encode()).decode(),
    "base64, percent-encoded": lambda text: quote(base64.b64encode(text.encode()), safe=""),
    "URL-safe base64": lambda text: base64.urlsafe_b64encode(f"?{text}>>".encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "capitals": str.upper,
    "other letter case": str.swapcase,
    "within a word": lambda text: f"x{text}x",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
async def test_a_token_is_hidden_however_it_is_written(http, mock, tokens, form):
    """In an address, a header and a body, alone and within other text, which stays."""
    written = form(tokens.access_token)
    await send(
        http,
        "POST",
        f"{mock}/nowhere?before=1&x={quote(written, safe='%')}&after=2",
        data=f"before {written} after".encode(),
        headers={"X-Debug": f"before={written}; after", "Authorization": f"Basic {written}"},
    )
    [exchange] = (await journal(http, mock, "?limit=1"))["exchanges"]
    headers = dict(exchange["request"]["headers"])
    texts = (exchange["request"]["target"], headers["X-Debug"], exchange["request"]["body"])
    for text in (*texts, headers["Authorization"]):
        assert written not in text
        assert "«" in text
    for text in texts:
        assert "«access_token 1»" in text
        assert "before" in text
        assert "after" in text


@pytest.mark.parametrize("name", [None, "my-box"])
async def test_cookies_and_csrf_tokens_are_hidden(http, mock, name):
    """Neither headers, forms nor pages in the journal let anybody act as the earner."""
    earner = {"email": ADA}
    root = mock
    if name:
        await send(http, "POST", f"{mock}/_mock/sandboxes", json={"name": name})
        root = f"{mock}/s/{name}"
        login = (await send(http, "POST", f"{root}/_mock/login", json=earner)).json
        await get(http, root, "/settings")
    else:
        await log_in(http, mock)
        await accept(http, mock, "http://a.example/callback")
        login = (await send(http, "POST", f"{mock}/_mock/login", json=earner)).json
        await get(http, mock, "/settings")
        await revoke(http, mock, "http://a.example")
    shown = (await send(http, "GET", f"{root}/_mock/journal?secrets=shown")).text
    hidden = (await send(http, "GET", f"{root}/_mock/journal")).text
    for secret in (login["csrf"], login["cookie"]["value"]):
        assert secret in shown
        assert secret not in hidden


async def test_a_callback_shows_no_token(http, mock, site):
    """The redirect of a grant is in the journal without what it carried."""
    tokens = await connect(http, mock, f"{site.url}/callback")
    (exchange,) = await heard(http, mock, "?endpoint=accept")
    location = dict(exchange["answer"]["headers"])["Location"]
    assert location.startswith(f"{site.url}/callback?access_token=«")
    assert quote(tokens.refresh_token, safe="") not in location


def heard_in(journal, path, headers=None):
    """Write down a request that has come to a journal."""
    protocol = SimpleNamespace(peername=("127.0.0.1", 1), sockname=None, ssl_context=None)
    request = make_mocked_request("GET", path, headers=headers, protocol=protocol)
    return journal.received(request, "identity", b"", 0.0)


def answered(journal, entry, size):
    """Answer a request with so many bytes."""
    journal.done(entry, b"x" * size)


def test_equal_heads_are_kept_once():
    """Of requests and of answers; bodies differ."""
    journal = Journal(most=5, most_bytes=10_000)
    entries = [heard_in(journal, f"/{name}", headers={"A": "b"}) for name in "ab"]
    for number, entry in enumerate(entries):
        journal.done(entry, b"HTTP/1.1 200 OK\r\nC: d\r\n\r\n%d" % number)
    first, second = entries
    assert first.head is second.head
    assert first.answer_head is second.answer_head
    assert (first.answer_headers, first.answer_body, second.answer_body) == ("C: d", b"0", b"1")


def test_an_answer_to_what_has_gone_takes_no_room():
    """The journal counts the bytes of those exchanges that it keeps, and of no others."""
    journal = Journal(most=1, most_bytes=10_000)
    first, second = heard_in(journal, "/first"), heard_in(journal, "/second")
    answered(journal, first, 20_000)
    answered(journal, second, 10)
    assert [exchange.target for exchange in journal] == ["/second"]
    assert journal.dropped == 1


def test_an_answer_after_the_journal_was_cleared_takes_no_room():
    """Requests in flight when the journal was cleared do not reappear."""
    journal = Journal(most=5, most_bytes=10_000)
    first = heard_in(journal, "/first")
    journal.clear()
    answered(journal, first, 20_000)
    second = heard_in(journal, "/second")
    answered(journal, second, 10)
    assert [exchange.target for exchange in journal] == ["/second"]
    assert (journal.dropped, journal.last_number) == (0, 2)


@pytest.mark.parametrize(("size", "is_shared"), [(10, True), (5_000, False)])
def test_a_cleared_journal_holds_no_head(size, is_shared):
    """Short heads are shared by all entries that have them, while one of these exists."""
    journal = Journal(most=5, most_bytes=100_000)
    headers = {"Authorization": "s" * size}
    heads = [heard_in(journal, "/a", headers).head for _ in range(2)]
    assert heads[0] == heads[1]
    assert (heads[0] is heads[1]) == is_shared
    journal.clear()
    assert heard_in(journal, "/a", headers).head is not heads[0]
