"""The controls of the mock: health, clock, and an earner's badges."""

import pytest

from mock_backpack.app import create_app
from mock_backpack.core.clock import Clock
from mock_backpack.core.settings import Settings, Shape
from mock_backpack.server import served
from mock_backpack.version import VERSION
from tests.mock_backpack.earner import (
    advance,
    collection,
    connect,
    identity,
    push,
    refresh,
    send,
)
from tests.mock_backpack.hand_issuer import GRACE, good_badge

pytestmark = pytest.mark.anyio


async def test_health_says_which_mock_this_is(http, mock):
    """Name, version, status, one sandbox, and the defects of this mock: none."""
    answer = await send(http, "GET", f"{mock}/_mock/health")
    assert answer.status == 200
    assert answer.json == {
        "name": "mock-backpack",
        "version": VERSION,
        "status": "ok",
        "sandboxes": 1,
        "defects": [],
    }


async def test_a_token_lives_as_long_as_was_said(http, mock, tokens):
    """Shortly before the end of ``expires`` the token works, at the end it does not."""
    await advance(http, mock, 3540)
    assert (await identity(http, tokens)).status == 200
    await advance(http, mock, 60)
    assert (await identity(http, tokens)).status == 401


async def test_a_refreshed_token_lives_as_long_again(http, mock, tokens):
    """A new access token's life begins with the refresh."""
    await advance(http, mock, 3000)
    pair = (await refresh(http, tokens)).json
    fresh = type(tokens)(pair["access_token"], pair["refresh_token"], "", tokens.api_root)
    await advance(http, mock, 3000)
    assert (await identity(http, fresh)).status == 200
    await advance(http, mock, 600)
    assert (await identity(http, fresh)).status == 401


async def test_the_life_of_a_token_is_what_the_mock_was_started_with(http, site):
    """A mock with short-lived tokens announces and enforces their lifetime."""
    async with served(create_app(Settings(Shape(expires=30)))) as mock:
        tokens = await connect(http, mock, f"{site.url}/callback")
        assert tokens.expires == "30"
        assert (await refresh(http, tokens)).json["expires"] == 30
        tokens = await connect(http, mock, f"{site.url}/callback")
        await advance(http, mock, 30)
        assert (await identity(http, tokens)).status == 401


async def test_the_clock_is_told_after_it_moved(http, mock):
    """The answer is the mock's time, so that a caller can see the move."""
    before = (await advance(http, mock, 0)).json["now"]
    after = (await advance(http, mock, 86_400.5)).json["now"]
    assert after - before >= 86_400.5


async def test_two_mocks_have_clocks_of_their_own(http, tokens):
    """Moving one mock's clock leaves another mock's tokens alive."""
    async with served(create_app()) as other:
        await advance(http, other, 10_000)
    assert (await identity(http, tokens)).status == 200


async def test_a_badge_expires_with_the_clock(http, mock, tokens, site):
    """The clock is the judge's as well: an assertion whose time is over is refused."""
    now = (await advance(http, mock, 0)).json["now"]
    badge = good_badge(site)
    badge.assertion["expires"] = int(now) + 1000
    url = badge.publish()
    await advance(http, mock, 2000)
    assert (await push(http, tokens, url)).json["problems"][0]["member"] == "expires"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"5",
        b"{}",
        b'{"seconds": 5}',
        b'{"advance": null}',
        b'{"advance": "5"}',
        b'{"advance": true}',
        b'{"advance": [5]}',
        b'{"advance": -1}',
        b'{"advance": -0.001}',
        b'{"advance": NaN}',
        b'{"advance": Infinity}',
        b'{"advance": 1e999}',
        b'{"advance": ' + b"9" * 5000 + b"}",
        b"\xff",
        b'{"advance":' * 10_000,
        b'{"advance": ' + b"9" * 400 + b"}",
    ],
)
async def test_a_wrong_advance_is_refused_and_moves_nothing(http, mock, tokens, body):
    """A 400 in JSON that says what is wrong, and the tokens live on."""
    answer = await send(http, "POST", f"{mock}/_mock/clock", data=body)
    assert (answer.status, bool(answer.message)) == (400, True)
    assert (await identity(http, tokens)).status == 200


async def test_the_clock_never_runs_into_infinity(http, mock):
    """However often it is advanced, the answer is a 4xx or a valid JSON number."""
    for _ in range(3):
        answer = await advance(http, mock, 1e308)
        assert answer.json


def test_a_clock_refuses_to_run_backwards():
    """A negative advance says what was expected and seen."""
    with pytest.raises(ValueError, match="at least 0, saw -5"):
        Clock().advance(-5)


def test_a_clock_adds_its_advances():
    """Two moves are one long move."""
    clock = Clock()
    before = clock.now()
    clock.advance(1000)
    clock.advance(500)
    assert clock.now() - before >= 1500


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "clock", "GET, POST"),
        ("POST", "health", "GET"),
        ("POST", "badges", "GET"),
    ],
)
async def test_a_control_has_one_method(http, mock, method, path, allowed):
    """Another method is a 405 that names the right one."""
    answer = await send(http, method, f"{mock}/_mock/{path}")
    assert (answer.status, answer.headers["Allow"]) == (405, allowed)
    assert answer.message


async def test_badges_are_listed_by_earner(http, mock, tokens, site):
    """An earner's collection has what was pushed, in that order, and nothing of others."""
    for uid in ("first", "second"):
        badge = good_badge(site)
        badge.assertion["uid"] = uid
        await push(http, tokens, badge.publish())
    graces = await connect(http, mock, f"{site.url}/callback", GRACE)
    await push(http, graces, good_badge(site, GRACE).publish())
    assert [badge["uid"] for badge in await collection(http, mock)] == ["first", "second"]
    assert [badge["uid"] for badge in await collection(http, mock, GRACE)] == ["badge-1"]


async def test_an_earner_whom_nobody_knows_has_no_badges(http, mock):
    """Asking is no error: the collection is empty."""
    assert await collection(http, mock, "nobody@example.org") == []


@pytest.mark.parametrize("query", ["", "?earner=", "?email=ada@example.org"])
async def test_badges_need_an_earner(http, mock, query):
    """Without an e-mail the answer is a 400 that asks for one."""
    answer = await send(http, "GET", f"{mock}/_mock/badges{query}")
    assert answer.status == 400
    assert "expected" in answer.message


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_a_header_makes_nobody_remote(http, mock, header):
    """The controls look at the connection, not at what a request says of it."""
    answer = await send(http, "GET", f"{mock}/_mock/badges?earner=a@b", headers={header: "8.8.8.8"})
    assert answer.status == 200
