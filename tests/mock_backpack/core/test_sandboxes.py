"""Sandboxes: many Backpacks in one process that see nothing of each other."""

import asyncio
from urllib.parse import parse_qsl, urlsplit

import pytest
from attrs import evolve

from mock_backpack.app import create_app
from mock_backpack.core.settings import Bounds, Settings
from mock_backpack.server import served
from tests.mock_backpack.earner import (
    Tokens,
    access_url,
    advance,
    collection,
    form_fields,
    identity,
    push,
    refresh,
    send,
)
from tests.mock_backpack.hand_issuer import ADA, good_badge

pytestmark = pytest.mark.anyio

ORIGIN = "http://issuer.example"


async def make(http, mock, **options):
    return await send(http, "POST", f"{mock}/_mock/sandboxes", json=options)


async def made(http, mock, **options):
    """The URL of a new sandbox."""
    return (await make(http, mock, **options)).json["url"]


async def grant(http, box, origin=ORIGIN):
    body = {"earner": ADA, "origin": origin}
    granted = (await send(http, "POST", f"{box}/_mock/grants", json=body)).json
    return Tokens(**{name: granted[name] for name in Tokens.__annotations__})


async def test_a_sandbox_has_the_name_that_was_asked_for(http, mock):
    """Name, URLs and state are in one answer."""
    answer = await make(http, mock, name="a-b_1")
    url = f"{mock}/s/a-b_1"
    assert answer.status == 201
    assert {name: answer.json[name] for name in ("name", "url", "api_root", "admin")} == {
        "name": "a-b_1",
        "url": url,
        "api_root": f"{url}/api",
        "admin": f"{url}/_mock",
    }


async def test_a_sandbox_without_a_name_gets_one(http, mock):
    """Two drawn names differ."""
    names = {(await make(http, mock)).json["name"] for _ in range(2)}
    assert len(names) == 2


@pytest.mark.parametrize("name", ["", "A", "a/b", "a b", "-a", "a-", "ä", "x" * 65, 5, None])
async def test_a_name_that_cannot_stand_in_a_path_is_refused(http, mock, name):
    """The refusal names the member, and nothing is made."""
    answer = await make(http, mock, name=name)
    assert answer.status == 400
    assert answer.message.startswith("name: expected ")
    assert len((await send(http, "GET", f"{mock}/_mock/sandboxes")).json["sandboxes"]) == 1


async def test_a_name_is_taken_once(http, mock):
    """The second sandbox of a name is refused, the first one lives."""
    box = await made(http, mock, name="a")
    answer = await make(http, mock, name="a")
    assert (answer.status, answer.message) == (400, 'name: sandbox "a" already exists')
    assert (await send(http, "GET", f"{box}/")).status == 200


async def test_there_are_only_so_many_sandboxes(http):
    """Beyond the bound is a 403; a dropped one makes room."""
    async with served(create_app(Settings(bounds=Bounds(sandboxes=2)))) as mock:
        assert [(await make(http, mock, name=name)).status for name in "ab"] == [201, 201]
        full = await make(http, mock, name="c")
        assert (full.status, full.message) == (403, "sandboxes: this mock holds at most 2")
        await send(http, "DELETE", f"{mock}/_mock/sandboxes/a")
        assert (await make(http, mock, name="c")).status == 201


@pytest.mark.parametrize("path", ["", "/", "/api/issue", "/_mock/health"])
async def test_an_unknown_sandbox_is_not_found(http, mock, path):
    """Every request gets a 404 in JSON."""
    answer = await send(http, "GET", f"{mock}/s/nowhere{path}")
    assert (answer.status, "unknown sandbox" in answer.message) == (404, True)


async def test_a_login_and_consent_happen_inside_a_sandbox(http, mock):
    """Pages, forms, cookies, redirects and api_root all stay below the sandbox's path."""
    box = await made(http, mock, name="my-box")
    callback = f"{ORIGIN}/callback"
    first = await send(http, "GET", access_url(box, callback))
    assert first.headers["Location"].startswith("/s/my-box/login?")
    assert "Path=/s/my-box/" in first.headers["Set-Cookie"]
    login = (await send(http, "GET", mock + first.headers["Location"])).page
    links = [
        element.get("href") or element.get("action") for element in login.select("[href], [action]")
    ]
    assert all(link.startswith("/s/my-box/") for link in links if link.startswith("/"))
    fields = {**form_fields(login, "/s/my-box/login"), "email": ADA}
    back = await send(http, "POST", f"{box}/login", data=fields)
    assert back.headers["Location"].startswith("/s/my-box/access?")
    asked = (await send(http, "GET", mock + back.headers["Location"])).page
    sent = form_fields(asked, "/s/my-box/accept")
    granted = await send(http, "POST", f"{box}/accept", data=sent)
    query = dict(parse_qsl(urlsplit(granted.headers["Location"]).query))
    assert query["api_root"] == f"{box}/api"
    assert (await identity(http, Tokens(**query))).status == 200
    assert (await send(http, "GET", f"{mock}/settings")).status == 303


async def test_tokens_of_one_sandbox_are_worth_nothing_in_another(http, mock):
    """Neither access nor refresh tokens cross, to the root or from it."""
    boxes = [mock, await made(http, mock), await made(http, mock)]
    held = [await grant(http, box) for box in boxes]
    for mine in held:
        for other in held:
            crossed = evolve(mine, api_root=other.api_root)
            assert (await identity(http, crossed)).status == (200 if mine is other else 401)
            if mine is not other:
                assert (await refresh(http, crossed)).status == 400


async def test_what_happens_in_one_sandbox_is_not_seen_in_another(http, mock, site):
    """Earners, grants, badges, clock, rules and journal are a sandbox's own."""
    busy, other = await made(http, mock), await made(http, mock)
    tokens = await grant(http, busy, site.url)
    assert (await push(http, tokens, good_badge(site).publish())).status == 201
    await send(http, "POST", f"{busy}/_mock/rules", json="http.unavailable")
    await advance(http, busy, 100_000)
    for box in (other, mock):
        assert await collection(http, box) == []
        for path, member in (
            ("earners", "earners"),
            ("grants", "grants"),
            ("rules", "rules"),
            ("journal", "exchanges"),
        ):
            assert (await send(http, "GET", f"{box}/_mock/{path}")).json[member] == []
        times = [(await advance(http, at, 0)).json["now"] for at in (box, busy)]
        assert times[1] - times[0] > 99_000
    assert len(await collection(http, busy)) == 1


@pytest.mark.slow
async def test_a_thousand_sandboxes_do_not_see_each_other(http, mock):
    """Each of a thousand at once has its own grant and knows of no other."""

    async def live(number):
        box = await made(http, mock, name=f"n{number}")
        tokens = await grant(http, box, f"http://i{number}.example")
        status = (await identity(http, tokens)).status
        return status, tokens.access_token

    lives = await asyncio.gather(*map(live, range(1000)))
    assert {status for status, _ in lives} == {200}
    assert len({token for _, token in lives}) == 1000
    sandboxes = (await send(http, "GET", f"{mock}/_mock/sandboxes")).json["sandboxes"]
    assert {sandbox["journal"] for sandbox in sandboxes[1:]} == {1}
    shown = (await send(http, "GET", f"{mock}/s/n7/_mock/grants")).json["grants"]
    assert [grant["origin"] for grant in shown] == ["http://i7.example"]


async def test_a_dropped_sandbox_is_gone(http, mock):
    """The answer lists rules that never fired; then all is a 404, and the name is free."""
    box = await made(http, mock, name="a", rules=["http.unavailable endpoint=issue", "http.status"])
    await send(http, "GET", f"{box}/")
    answer = await send(http, "DELETE", f"{mock}/_mock/sandboxes/a")
    assert answer.json["dropped"] == "a"
    assert [rule["fault"] for rule in answer.json["never_fired"]] == ["http.unavailable"]
    assert (await send(http, "GET", f"{box}/")).message
    again = await send(http, "DELETE", f"{mock}/_mock/sandboxes/a")
    assert (again.status, again.message) == (404, 'unknown sandbox "a"')
    assert (await make(http, mock, name="a")).status == 201


async def test_a_reset_sandbox_is_as_it_began(http, mock):
    """Grants, clock and added rules are gone; its initial rules are armed again."""
    box = await made(http, mock, rules=["http.unavailable endpoint=issue"], expires=60)
    tokens = await grant(http, box)
    await send(http, "POST", f"{box}/_mock/rules", json="http.status endpoint=token")
    await send(http, "POST", f"{box}/_mock/clock", json={"freeze": True})
    sandbox = (await send(http, "POST", f"{box}/_mock/reset")).json
    assert [sandbox[name] for name in ("earners", "rules", "journal", "frozen", "expires")] == [
        0,
        1,
        0,
        False,
        60,
    ]
    assert (await identity(http, tokens)).status == 401


async def test_a_seed_repeats_tokens_and_salts(http, mock):
    """Two sandboxes of one seed say the same; one of another seed does not."""
    drawn = []
    for seed in ("x", "x", "y"):
        tokens = await grant(http, await made(http, mock, seed=seed))
        drawn.append((tokens.access_token, (await identity(http, tokens)).json["salt"]))
    assert drawn[0] == drawn[1]
    assert not set(drawn[0]) & set(drawn[2])


@pytest.mark.parametrize(
    ("options", "start"),
    [
        ({"expires": 0}, "expires: expected a whole number"),
        ({"token_length": 7}, "token_length: expected a whole number"),
        ({"seed": 5}, "seed: expected a text"),
        ({"colour": 1}, "colour: expected one of name"),
        ({"rules": ["http.unavailable", "nonsense"]}, "rules[1]: no fault or defect"),
    ],
)
async def test_a_sandbox_of_a_wrong_shape_is_not_made(http, mock, options, start):
    """The refusal names the member."""
    answer = await make(http, mock, name="a", **options)
    assert (answer.status, answer.message[: len(start)]) == (400, start)
    assert (await send(http, "GET", f"{mock}/s/a/")).status == 404
