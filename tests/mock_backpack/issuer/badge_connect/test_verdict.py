"""The verdict on consumers: right ways are not accused, and wrong ones that no example takes."""

import json

import pytest

from mock_backpack.issuer.badge_connect.judges import JUDGES
from mock_backpack.issuer.connect.judges import JUDGES as OF_CONNECT
from mock_backpack.issuer.issuer_api.judges import JUDGES as OF_PAGES
from mock_backpack.issuer.open_badges_3.judges import JUDGES as OF_3
from mock_backpack.issuer.situations import situations_of
from tests.mock_backpack.apis.consumer import ALL, Consumer, modern_badge
from tests.mock_backpack.earner import send

pytestmark = pytest.mark.anyio

STATE = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


@pytest.fixture
async def consumer(http, mock, site) -> Consumer:
    """A client of a sandbox in which nothing is wrong."""
    sandbox = await send(
        http, "POST", f"{mock}/_mock/sandboxes", json={"situation": "ob2.1/healthy"}
    )
    return Consumer(http, sandbox.json["url"], site.url)


async def verdict(consumer, exchanges="cited"):
    """What the mock makes of it."""
    url = f"{consumer.root}/_mock/verdict?exchanges={exchanges}"
    return (await send(consumer.http, "GET", url)).json


def outcomes(judged):
    """The outcome of each requirement."""
    return {ruling["id"]: ruling["outcome"] for ruling in judged["requirements"]}


def saw(judged, requirement):
    """What the findings of a requirement say was seen."""
    (ruling,) = [ruling for ruling in judged["requirements"] if ruling["id"] == requirement]
    return [finding["saw"] for finding in ruling["findings"]]


async def connected(consumer, **changes):
    """Register, ask with a good state, and trade the code with all five fields."""
    if not consumer.client:
        await consumer.register()
    back = await consumer.consent(consumer.request(state=STATE))
    return await consumer.exchange(back["code"], scope=" ".join(ALL), **changes)


async def test_nothing_is_green_by_silence(http, mock):
    """Without requests nothing is judged, in any situation."""
    for situation in situations_of("ob2.1"):
        sandbox = await send(http, "POST", f"{mock}/_mock/sandboxes", json={"situation": situation})
        judged = (await send(http, "GET", f"{sandbox.json['admin']}/verdict")).json
        assert set(outcomes(judged)) == set(JUDGES)
        assert {ruling["reason"] for ruling in judged["requirements"]} == {
            "the issuer sent no requests"
        }


async def test_without_a_situation_all_apis_are_judged(consumer, mock):
    """Each by what was heard."""
    consumer.root = mock
    await connected(consumer)
    judged = await verdict(consumer)
    assert set(outcomes(judged)) == {*OF_CONNECT, *OF_PAGES, *JUDGES, *OF_3}
    passed = {name for name, outcome in outcomes(judged).items() if outcome == "passed"}
    assert {"BC21-CLIENT-03", "BC21-CLIENT-08"} <= passed
    assert passed.isdisjoint({*OF_CONNECT, *OF_3})


async def test_a_verdict_hides_secrets(consumer, site):
    """Codes, verifiers, states, client secrets and tokens."""
    await connected(consumer)
    await consumer.push(modern_badge(site))
    text = json.dumps(await verdict(consumer, "all"))
    secrets = [consumer.tokens["access_token"], consumer.tokens["refresh_token"]]
    for secret in (*secrets, consumer.client["client_secret"], consumer.verifier, STATE):
        assert secret not in text


async def test_a_page_that_is_loaded_again_is_no_second_request(consumer):
    """Its state is the same, since it is the same request."""
    await consumer.register()
    await send(consumer.http, "PUT", f"{consumer.root}/_mock/consent", json={"answer": "page"})
    url = consumer.request(state=STATE)
    await consumer.log_in(url)
    await consumer.ask("GET", url)
    back = await consumer.consent(url)
    await consumer.exchange(back["code"], scope=" ".join(ALL))
    judged = await verdict(consumer)
    assert judged["failed"] == []
    assert outcomes(judged)["BC21-CLIENT-07"] == "passed"


async def test_a_sandbox_may_be_found_by_its_host(consumer):
    """Its manifest names that host, and requests that go there are right."""
    at, _, path = consumer.root.removeprefix("http://").partition("/")
    host = f"{path.rpartition('/')[2]}.localhost:{at.rpartition(':')[2]}"
    headers = {"Host": host}
    url = f"http://{at}/.well-known/badgeconnect.json"
    api = (await consumer.ask("GET", url, headers=headers)).body["badgeConnectAPI"][0]
    there = api["registrationUrl"].replace(f"http://{host}", f"http://{at}")
    registered = await consumer.ask("POST", there, headers=headers, json=consumer.metadata())
    assert registered.status == 201
    judged = await verdict(consumer)
    assert judged["failed"] == []
    assert outcomes(judged)["BC21-CLIENT-01"] == "passed"


@pytest.mark.parametrize(
    ("changes", "requirement", "words"),
    [
        ({"badge": None}, "", ""),
        ({"evidence": "https://badges.example.org/more"}, "BC21-CLIENT-13", ""),
        ({"issuedOn": "2023-01-02T03:04:05Z"}, "BC21-CLIENT-13", '"2023-01-02T03:04:05Z"'),
        ({"type": "Assertion", "verification": {"type": "hosted"}}, "", ""),
    ],
    ids=["embedded", "more", "other-time", "older-name"],
)
async def test_a_copy_may_differ_in_form_only(consumer, site, changes, requirement, words):
    """Embedded or linked, by a new or an old name; but it says the same."""
    await connected(consumer)
    assertion = modern_badge(site)
    if "badge" in changes:
        changes = {"badge": {"id": assertion["badge"], "type": "BadgeClass"}}
    assert (await consumer.push({**assertion, **changes})).status == 200
    judged = await verdict(consumer)
    assert judged["failed"] == ([requirement] if requirement else [])
    assert all(words in seen for seen in saw(judged, "BC21-CLIENT-13"))


async def test_a_ready_made_client_needs_no_manifest(http, consumer, site):
    """Its addresses were given to it."""
    order = {"earner": "ada@example.org", "origin": site.url, "api": "ob2.1"}
    made = (await send(http, "POST", f"{consumer.root}/_mock/grants", json=order)).json
    consumer.api, consumer.tokens = {"apiBase": made["api_base"]}, made
    assert (await consumer.push(modern_badge(site))).status == 200
    judged = await verdict(consumer)
    assert judged["failed"] == []
    assert outcomes(judged)["BC21-CLIENT-13"] == "passed"


async def test_a_way_that_is_lost_is_told(consumer):
    """An endpoint that nobody named."""
    await consumer.discover()
    await consumer.ask("POST", f"{consumer.root}/oauth2/token", data={"grant_type": "password"})
    judged = await verdict(consumer)
    assert judged["failed"] == ["BC21-CLIENT-01"]
    assert saw(judged, "BC21-CLIENT-01")[0].endswith("/oauth2/token")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (lambda token: token, "the token without Bearer"),
        (lambda token: f"Token {token}", 'the scheme "token"'),
        (lambda token: f"Bearer {token[:20]}", "the first 20 of the token's 42 characters"),
        (lambda _token: "Bearer undefined", "a token that this Backpack did not issue"),
    ],
    ids=["raw", "scheme", "cut", "unknown"],
)
async def test_a_wrong_header_is_named(consumer, header, words):
    """The error is described in words, and violates one requirement."""
    await connected(consumer)
    value = header(consumer.tokens["access_token"])
    url = f"{consumer.api['apiBase']}/profile"
    assert (await consumer.ask("GET", url, headers={"Authorization": value})).status == 401
    judged = await verdict(consumer)
    assert judged["failed"] == ["BC21-CLIENT-10"]
    assert saw(judged, "BC21-CLIENT-10") == [words]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "an array"),
        ({}, "neither member"),
        ({"assertion": {"id": "x"}, "signedAssertion": "a.b.c"}, "both members"),
        ({"assertion": "http://badges.example.org/1"}, "assertion: a text"),
        ({"signedAssertion": {}}, "signedAssertion: an object"),
    ],
    ids=str,
)
async def test_a_wrong_body_is_named(consumer, body, words):
    """As what it is."""
    await connected(consumer)
    assert (await consumer.call("POST", "/assertions", json=body)).status == 400
    judged = await verdict(consumer)
    assert "BC21-CLIENT-12" in judged["failed"]
    assert saw(judged, "BC21-CLIENT-12") == [words]


async def test_a_member_that_is_null_counts_as_absent(consumer, site):
    """So the body has one member."""
    await connected(consumer)
    body = {"assertion": modern_badge(site), "signedAssertion": None}
    assert (await consumer.call("POST", "/assertions", json=body)).status == 200
    judged = await verdict(consumer)
    assert judged["failed"] == []
    assert outcomes(judged)["BC21-CLIENT-12"] == "passed"


async def test_a_push_by_another_method_is_told(consumer, site):
    """It is at the right place, and has the right body."""
    await connected(consumer)
    body = {"assertion": modern_badge(site)}
    assert (await consumer.call("PUT", "/assertions", json=body)).status == 405
    judged = await verdict(consumer)
    assert judged["failed"] == ["BC21-CLIENT-11"]
    assert [words.partition(" ")[0] for words in saw(judged, "BC21-CLIENT-11")] == ["PUT"]


async def test_a_form_in_place_of_json_is_one_mistake(consumer, site):
    """Its label says that it is none, so its body is not judged."""
    await connected(consumer)
    body = {"assertion": json.dumps(modern_badge(site))}
    assert (await consumer.call("POST", "/assertions", data=body)).status == 400
    judged = await verdict(consumer)
    assert judged["failed"] == ["BC21-CLIENT-11"]


async def test_a_code_that_is_sent_again_is_told(consumer):
    """After it was traded: that revokes the tokens."""
    await consumer.register()
    back = await consumer.consent(consumer.request(state=STATE))
    scope = " ".join(ALL)
    assert (await consumer.exchange(back["code"], scope=scope)).status == 200
    assert (await consumer.exchange(back["code"], scope=scope)).status == 400
    judged = await verdict(consumer)
    assert judged["failed"] == ["BC21-CLIENT-08"]
    assert saw(judged, "BC21-CLIENT-08") == ["the same code again, after it was traded"]


async def test_a_refresh_in_the_query_is_no_trade(consumer):
    """It is one mistake of a refresh."""
    await connected(consumer)
    url = consumer.api["tokenUrl"]
    token = consumer.tokens["refresh_token"]
    query = {"grant_type": "refresh_token", "refresh_token": token}
    answer = await consumer.ask("POST", url, params=query, headers=consumer.basic())
    assert answer.status == 400
    judged = await verdict(consumer)
    assert judged["failed"] == ["BC21-CLIENT-16"]
    assert saw(judged, "BC21-CLIENT-16") == ["grant_type, refresh_token in the query"]
    assert token not in json.dumps(await verdict(consumer, "all"))


@pytest.mark.parametrize("situation", ["expired-token", "busy", "redirected-elsewhere"])
async def test_reading_first_spends_no_situation(http, mock, site, situation):
    """What shall happen to a push does not happen to a consumer that looks before it pushes."""
    order = {"situation": f"ob2.1/{situation}"}
    sandbox = await send(http, "POST", f"{mock}/_mock/sandboxes", json=order)
    consumer = Consumer(http, sandbox.json["url"], site.url)
    await connected(consumer)
    assert (await consumer.call("GET", "/assertions")).status == 200
    assert (await consumer.push(modern_badge(site))).status in (307, 401, 503)


async def test_pages_are_whole_since_long_ago(http, mock, site):
    """The badges of the situation have been updated since."""
    sandbox = await send(http, "POST", f"{mock}/_mock/sandboxes", json={"situation": "ob2.1/pages"})
    consumer = Consumer(http, sandbox.json["url"], site.url)
    await connected(consumer)
    answer = await consumer.call("GET", "/assertions?since=2000-01-01T00:00:00Z")
    assert answer.headers["X-Total-Count"] == "5"


async def test_a_sandbox_tells_the_earner_and_how_many_badges(http, mock):
    """So that a consumer needs nothing but these variables."""
    order = {"situation": "ob2.1/expires-twice"}
    tells = (await send(http, "POST", f"{mock}/_mock/sandboxes", json=order)).json["tells"]
    assert tells["BACKPACK_AWARDS"] == "2"
    assert tells["BACKPACK_EARNER"] == "ada@example.org"
