"""The situations: data that is whole, and sandboxes that are prepared by it."""

import re

import pytest

from mock_backpack.issuer.all import NAMES, issuer_apis
from mock_backpack.issuer.situation import EARNER, see
from mock_backpack.issuer.situations import UnknownSituation, situation, situations, situations_of
from tests.mock_backpack.earner import bearer, send

ALL = list(situations().values())
CALLBACK = "http://issuer.example/callback?state=0123456789abcdef0123"

every = pytest.mark.parametrize("situation", ALL, ids=lambda situation: situation.id)


async def entered(http, mock, name):
    """A fresh sandbox in a situation."""
    answer = await send(http, "POST", f"{mock}/_mock/sandboxes", json={"situation": name})
    assert answer.status == 201, answer.text
    return answer.json


async def connected(http, box):
    """The redirect of the access page."""
    url = f"{box['url']}/access"
    parameters = {"scope": "issue", "callback": CALLBACK}
    return (await send(http, "GET", url, params=parameters)).headers["Location"]


@pytest.mark.parametrize("api", issuer_apis(), ids=lambda api: api.name)
def test_there_are_enough_of_them(api):
    """Without tokens there is less to go wrong; together they test every requirement of issuers."""
    own = situations_of(api.name).values()
    assert len(own) >= (10 if api.name == "issuer-api" else 30)
    assert {name for situation in own for name in situation.tests} == set(api.criteria)


def test_each_way_to_judge_has_its_name():
    """The command line knows the names without loading what judges."""
    assert tuple(api.name for api in issuer_apis()) == NAMES


def test_a_situation_tells_itself_in_sentences():
    """What happens, and how a good issuer behaves."""
    for each in ALL:
        assert re.fullmatch(r"((ob2\.1|ob3|issuer-api)/)?[a-z0-9]+(-[a-z0-9]+)*", each.id)
        assert re.fullmatch(r"[A-Z].{8,60}[^.]", each.title), each.title
        for sentence in (each.does, each.sees):
            assert re.fullmatch(r"[A-Z].{20,140}\.", sentence), sentence


@pytest.mark.slow
@every
@pytest.mark.anyio
async def test_a_situation_can_be_entered(http, mock, situation):
    """Its rules can be armed, and the sandbox says which situation it is in."""
    box = await entered(http, mock, situation.id)
    assert box["situation"] == situation.id
    assert box["rules"] == len(situation.rules)


@pytest.mark.anyio
async def test_the_earner_answers_without_a_page(http, mock):
    """The access page redirects to the callback, as the situation says."""
    granted = await connected(http, await entered(http, mock, "healthy"))
    assert granted.startswith(f"{CALLBACK}&access_token=")
    denied = await connected(http, await entered(http, mock, "earner-denies"))
    assert denied == f"{CALLBACK}&error=access_denied"
    forged = await connected(http, await entered(http, mock, "forged-callback"))
    assert forged.startswith("http://issuer.example/callback?access_token=")


@pytest.mark.anyio
async def test_the_api_may_be_on_another_port(http, mock):
    """The api_root works, and is not where the pages are."""
    box = await entered(http, mock, "api-root-elsewhere")
    grant = {"earner": EARNER, "origin": "http://issuer.example"}
    granted = (await send(http, "POST", f"{box['admin']}/grants", json=grant)).json
    assert granted["api_root"] == box["api_root"]
    assert not granted["api_root"].startswith(mock)
    headers = bearer(granted["access_token"])
    answer = await send(http, "GET", f"{granted['api_root']}/identity", headers=headers)
    assert answer.status == 200


@pytest.mark.anyio
async def test_tokens_may_be_odd_or_long(http, mock):
    """They have the characters or the length that the situation says, and still differ."""
    odd, other = [await connected(http, await entered(http, mock, "odd-tokens")) for _ in range(2)]
    assert "%2B%2F%3D_-" in odd
    assert odd != other
    long = await connected(http, await entered(http, mock, "long-tokens"))
    assert len(re.search(r"refresh_token=([^&]+)", long)[1]) >= 255


@pytest.mark.anyio
async def test_a_sandbox_can_change_its_situation(http, mock):
    """It is reset: armed rules and recorded requests are gone."""
    box = await entered(http, mock, "long-tokens")
    await connected(http, box)
    answer = await send(
        http, "PUT", f"{box['admin']}/situation", json={"situation": "earner-denies"}
    )
    sandbox = answer.json
    assert (sandbox["situation"], sandbox["journal"], sandbox["rules"]) == ("earner-denies", 0, 0)
    assert (await connected(http, box)).endswith("error=access_denied")


def test_an_unknown_situation_suggests_a_close_one():
    """A mistyped name gets a suggestion; any other gets the list."""
    with pytest.raises(UnknownSituation, match="did you mean expired-token"):
        situation("expired-tokens")
    with pytest.raises(UnknownSituation, match="there are healthy, "):
        situation("xyzzy")


def test_a_situation_of_a_named_api_needs_no_prefix():
    """The same word names a situation of each API."""
    assert situation("healthy", "ob2.1") is situation("ob2.1/healthy")
    assert situation("healthy", "connect") is situation("healthy")
    with pytest.raises(UnknownSituation, match=r"did you mean ob2\.1/expired-token"):
        situation("expired-tokens", "ob2.1")
    with pytest.raises(UnknownSituation, match=r"did you mean issuer-api/closed\?"):
        situation("close", "issuer-api")


@pytest.mark.anyio
async def test_the_controls_refuse_an_unknown_situation(http, mock):
    """A 400 with the same advice, and no sandbox is made."""
    wanted = {"situation": "helthy"}
    answer = await send(http, "POST", f"{mock}/_mock/sandboxes", json=wanted)
    assert answer.status == 400
    close = "healthy or ob3/healthy or ob2.1/healthy"
    expected = f'situation: no situation is called "helthy": did you mean {close}?'
    assert answer.message == expected
    listed = (await send(http, "GET", f"{mock}/_mock/sandboxes")).json["sandboxes"]
    assert len(listed) == 1


def test_a_hint_names_the_situations_of_a_requirement():
    """And of one of these, that it is one."""
    assert see(None, "odd-tokens", "long-tokens") == "see odd-tokens and long-tokens"
    assert see(situation("long-tokens"), "odd-tokens", "long-tokens") == "this situation tests it"
    assert see(situation("healthy"), "revoked") == "see revoked"
