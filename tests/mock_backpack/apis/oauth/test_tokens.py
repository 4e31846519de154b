"""Codes, refresh tokens and their end (RFC 6749 sections 4.1.3, 5, 6; RFC 7009)."""

import asyncio
import base64

import pytest

from tests.mock_backpack.apis.consumer import (
    CREATE,
    OFFLINE,
    READ,
    READ_PROFILE,
    Consumer,
)
from tests.mock_backpack.earner import advance, send

pytestmark = pytest.mark.anyio


@pytest.fixture
async def consumer(http, mock, site) -> Consumer:
    """A registered client."""
    consumer = Consumer(http, mock, site.url)
    await consumer.register()
    return consumer


@pytest.fixture
async def other(http, mock, site) -> Consumer:
    """Another client of the same site."""
    other = Consumer(http, mock, site.url)
    await other.register()
    return other


async def code_of(consumer: Consumer, *scopes: str) -> str:
    """A fresh code."""
    return (await consumer.consent(consumer.request(*scopes)))["code"]


async def test_an_answer_of_the_token_endpoint(consumer):
    """As the RFC has it, and not to be stored."""
    reply = await consumer.exchange(await code_of(consumer, READ))
    assert reply.headers["Cache-Control"] == "no-store"
    assert {name: reply.body[name] for name in ("token_type", "expires_in", "scope")} == {
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": READ,
    }
    assert "refresh_token" not in reply.body


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "unknown"},
        {"redirect_uri": None},
        {"redirect_uri": "https://elsewhere.example/"},
        {"code_verifier": None},
        {"code_verifier": "v" * 43},
        {"code_verifier": "short"},
    ],
    ids=str,
)
async def test_a_wrong_exchange_is_refused(consumer, changes):
    """And the right one works afterwards."""
    code = await code_of(consumer)
    reply = await consumer.exchange(**{"code": code, **changes})
    assert (reply.status, reply.body["error"]) == (400, "invalid_grant")
    assert (await consumer.exchange(code)).status == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"code": ""}, "invalid_request"),
    ],
    ids=str,
)
async def test_other_requests_are_refused_by_name(consumer, changes, error):
    """With an error of the vocabulary."""
    code = await code_of(consumer, READ)
    reply = await consumer.exchange(**{"code": code, **changes})
    assert (reply.status, reply.body["error"]) == (400, error)


async def test_a_code_works_once_and_takes_its_tokens_along(consumer):
    """Whoever has it a second time may have stolen it (RFC 6749 section 4.1.2)."""
    code = await code_of(consumer)
    assert (await consumer.exchange(code)).status == 200
    assert (await consumer.call("GET", "/profile")).status == 200
    assert (await consumer.exchange(code)).body["error"] == "invalid_grant"
    assert (await consumer.call("GET", "/profile")).status == 401


async def test_a_code_works_once_for_two_at_the_same_time(consumer):
    """One of them wins."""
    code = await code_of(consumer)
    both = await asyncio.gather(consumer.exchange(code), consumer.exchange(code))
    assert sorted(reply.status for reply in both) == [200, 400]


async def test_a_code_ends_after_five_minutes(consumer, http, mock):
    """By the clock of the sandbox."""
    code = await code_of(consumer)
    await advance(http, mock, 301)
    assert (await consumer.exchange(code)).body["error"] == "invalid_grant"


async def test_a_code_is_for_its_own_client(consumer, other):
    """Even where both are at the same site."""
    code = await code_of(consumer)
    other.verifier = consumer.verifier
    assert (await other.exchange(code)).body["error"] == "invalid_grant"


@pytest.mark.parametrize("secret", ["", "wrong", None])
async def test_a_client_has_to_prove_who_it_is(consumer, secret):
    """By HTTP Basic, and a refusal says so."""
    code = await code_of(consumer)
    wrong = {"client_id": consumer.client["client_id"], "client_secret": secret or ""}
    headers = {} if secret is None else consumer.basic(wrong)
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": consumer.verifier}
    reply = await consumer.token({**form, "redirect_uri": f"{consumer.site}/back"}, headers)
    assert (reply.status, reply.body["error"]) == (401, "invalid_client")
    assert reply.headers["WWW-Authenticate"].startswith("Basic")


async def test_credentials_are_form_decoded(consumer):
    """Each character may be percent-encoded (RFC 6749 section 2.3.1)."""
    encoded = [
        "".join(f"%{ord(character):02X}" for character in consumer.client[name])
        for name in ("client_id", "client_secret")
    ]
    pair = base64.b64encode(":".join(encoded).encode()).decode()
    form = {"grant_type": "refresh_token", "refresh_token": "unknown"}
    reply = await consumer.token(form, {"Authorization": f"Basic {pair}"})
    assert reply.body["error"] == "invalid_grant"


async def test_a_refresh_token_is_spent_by_its_use(consumer):
    """And ends everything when it comes again (RFC 9700 section 4.14.2)."""
    old = await consumer.connect()
    new = (await consumer.refresh()).body
    assert new["access_token"] != old["access_token"]
    assert new["refresh_token"] != old["refresh_token"]
    assert (await consumer.call("GET", "/profile", old["access_token"])).status == 401
    assert (await consumer.call("GET", "/profile", new["access_token"])).status == 200
    assert (await consumer.refresh(refresh_token=old["refresh_token"])).status == 400
    assert (await consumer.call("GET", "/profile", new["access_token"])).status == 401


async def test_a_refresh_may_narrow_and_never_widens(consumer):
    """What is narrower now may be wide again later."""
    await consumer.connect(READ, READ_PROFILE, OFFLINE)
    assert (await consumer.refresh(scope=CREATE)).body["error"] == "invalid_scope"
    assert (await consumer.refresh(scope=READ)).body["scope"] == READ
    assert (await consumer.call("GET", "/profile")).status == 401
    again = (await consumer.refresh()).body
    assert set(again["scope"].split()) == {READ, READ_PROFILE, OFFLINE}


async def test_a_refresh_is_for_its_own_client(consumer, other):
    """The token stays good for the one that it was given to."""
    tokens = await consumer.connect()
    refused = await other.token(
        {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    )
    assert refused.body["error"] == "invalid_grant"
    assert (await consumer.refresh()).status == 200


async def test_credentials_in_the_body_do_at_a_refresh(consumer):
    """As Moodle sends them."""
    tokens = await consumer.connect()
    names = ("client_id", "client_secret")
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    form |= {name: consumer.client[name] for name in names}
    assert (await consumer.token(form, {})).status == 200


async def test_an_access_token_ends_in_time(consumer, http, mock):
    """Not before."""
    await consumer.connect()
    await advance(http, mock, 3599)
    assert (await consumer.call("GET", "/profile")).status == 200
    await advance(http, mock, 2)
    assert (await consumer.call("GET", "/profile")).status == 401
    assert (await consumer.refresh()).status == 200


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
async def test_a_client_gives_up_a_token(consumer, kind):
    """A refresh token takes the access token along, an access token goes alone."""
    tokens = await consumer.connect()
    url, form = consumer.api["tokenRevocationUrl"], {"token": tokens[kind]}
    assert (await consumer.ask("POST", url, data=form, headers=consumer.basic())).status == 200
    assert (await consumer.call("GET", "/profile", tokens["access_token"])).status == 401
    expected = 400 if kind == "refresh_token" else 200
    assert (await consumer.refresh(refresh_token=tokens["refresh_token"])).status == expected
    assert (await consumer.ask("POST", url, data=form, headers=consumer.basic())).status == 200


async def test_nobody_gives_up_the_token_of_another(consumer, other):
    """It lives on."""
    tokens = await consumer.connect()
    url, form = consumer.api["tokenRevocationUrl"], {"token": tokens["refresh_token"]}
    refused = await consumer.ask("POST", url, data=form, headers=other.basic())
    assert (refused.status, refused.body["error"]) == (400, "unauthorized_client")
    assert (await consumer.refresh()).status == 200


async def test_parameters_are_in_the_body_of_a_post(consumer):
    """Neither in the query nor repeated."""
    code = await code_of(consumer)
    query = f"?grant_type=authorization_code&code={code}&code_verifier={consumer.verifier}"
    url = consumer.api["tokenUrl"]
    assert (await consumer.ask("GET", url + query, headers=consumer.basic())).status == 405
    posted = await consumer.ask("POST", url + query, data={"a": "b"}, headers=consumer.basic())
    assert posted.body["error"] == "invalid_request"
    twice = f"grant_type=authorization_code&code={code}&code={code}"
    kind = {"Content-Type": "application/x-www-form-urlencoded", **consumer.basic()}
    assert (await consumer.ask("POST", url, data=twice, headers=kind)).status == 400


async def test_clients_codes_and_grants_outlive_a_snapshot(consumer, http, mock):
    """Everything works as before."""
    tokens = await consumer.connect()
    code = await code_of(consumer)
    snapshot = (await send(http, "GET", f"{mock}/_mock/snapshot")).json
    await send(http, "POST", f"{mock}/_mock/reset")
    assert (await consumer.call("GET", "/profile", tokens["access_token"])).status == 401
    assert (await send(http, "POST", f"{mock}/_mock/restore", json=snapshot)).status == 200
    assert (await consumer.call("GET", "/profile", tokens["access_token"])).status == 200
    assert (await consumer.exchange(code)).status == 200


async def test_the_journal_holds_no_secret(consumer, http, mock):
    """Neither codes nor verifiers nor what a client must keep."""
    code = await code_of(consumer)
    tokens = (await consumer.exchange(code)).body
    journal = (await send(http, "GET", f"{mock}/_mock/journal")).text
    secrets = (code, consumer.verifier, consumer.client["client_secret"])
    for secret in (*secrets, tokens["access_token"], tokens["refresh_token"]):
        assert secret not in journal
    assert "oauth-token" in journal
