"""The issue endpoint answers as the historical server did."""

import asyncio

import pytest

from mock_backpack.app import create_app
from mock_backpack.server import served
from tests.mock_backpack.earner import bearer, collection, connect, identity, push, send
from tests.mock_backpack.hand_issuer import ADA, GRACE, good_badge, issuer_site

pytestmark = pytest.mark.anyio


async def test_a_good_badge_is_created(http, tokens, site):
    """A good badge is answered with 201 and the badge as the document shows it."""
    badge = good_badge(site)
    answer = await push(http, tokens, badge.publish())
    recipient = badge.assertion["recipient"]
    assert answer.status == 201
    assert answer.json == {
        "exists": False,
        "badge": {
            "uid": "badge-1",
            "recipient": recipient["identity"],
            "badge": {
                **badge.badge_class,
                "alignment": [],
                "issuer": {
                    **badge.issuer,
                    "origin": site.url,
                    "_location": f"{site.url}/issuer",
                },
                "_location": f"{site.url}/class",
            },
            "verify": badge.assertion["verify"],
            "issuedOn": 1403784577,
            "issued_on": 1403784577,
            "_originalRecipient": recipient,
        },
    }


async def test_further_members_come_back_as_sent(http, tokens, site):
    """Unknown members and any Unicode are preserved."""
    badge = good_badge(site)
    badge.assertion["x-note"] = {"deep": ["Å𝔅\u0000", None, 1.5, True]}
    badge.badge_class["x-note"] = "class"
    badge.issuer["x-note"] = "issuer"
    body = (await push(http, tokens, badge.publish())).json["badge"]
    assert body["x-note"] == {"deep": ["Å𝔅\u0000", None, 1.5, True]}
    assert body["badge"]["x-note"] == "class"
    assert body["badge"]["issuer"]["x-note"] == "issuer"


async def test_the_created_badge_is_for_the_issuer_only(http, tokens, site):
    """No cache keeps the answer, and only pages of the grant's origin may read it."""
    headers = (await push(http, tokens, good_badge(site).publish())).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Access-Control-Allow-Origin"] == site.url
    assert headers["Access-Control-Expose-Headers"] == "WWW-Authenticate"
    assert "Access-Control-Allow-Credentials" not in headers


async def test_a_created_badge_is_in_the_collection(http, mock, tokens, site):
    """A badge that got 201 is in the collection."""
    answer = await push(http, tokens, good_badge(site).publish())
    assert await collection(http, mock) == [answer.json["badge"]]


async def test_a_second_push_is_answered_with_304_without_a_body(http, tokens, site):
    """A badge that is there already is a 304, which carries no body."""
    url = good_badge(site).publish()
    await push(http, tokens, url)
    answer = await push(http, tokens, url)
    assert (answer.status, answer.content) == (304, b"")


async def test_a_badge_pushed_in_parallel_is_added_once(http, mock, tokens, site):
    """Of simultaneous pushes of one badge only one gets 201."""
    url = good_badge(site).publish()
    answers = await asyncio.gather(*(push(http, tokens, url) for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [201, 304, 304, 304, 304]
    assert len(await collection(http, mock)) == 1


async def test_a_refused_badge_can_be_mended(http, tokens, site):
    """A badge that was refused is new when it is pushed again in order."""
    badge = good_badge(site)
    name = badge.badge_class.pop("name")
    assert (await push(http, tokens, badge.publish())).status == 400
    badge.badge_class["name"] = name
    assert (await push(http, tokens, badge.publish())).status == 201


async def test_the_same_uid_for_another_earner_is_another_badge(http, mock, tokens, site):
    """Each earner has a collection of their own."""
    await push(http, tokens, good_badge(site).publish())
    graces = await connect(http, mock, f"{site.url}/callback", GRACE)
    assert (await push(http, graces, good_badge(site, GRACE).publish())).status == 201


async def test_the_same_uid_of_another_issuer_is_another_badge(http, mock, tokens, site):
    """A uid is unique per issuer only."""
    await push(http, tokens, good_badge(site).publish())
    async with issuer_site() as other:
        theirs = await connect(http, mock, f"{other.url}/callback")
        assert (await push(http, theirs, good_badge(other).publish())).status == 201


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"badge": ""}', b'{"badge": null}', b'{"bagde": "x"}']
)
async def test_a_push_without_badge_asks_for_one(http, tokens, body):
    """E2: neither URL nor signature is a 400 in the historical words."""
    headers = {**tokens.bearer, "Content-Type": "application/json"}
    answer = await send(http, "POST", f"{tokens.api_root}/issue", data=body, headers=headers)
    assert (answer.status, answer.message) == (400, "must provide either url or signature")


async def test_a_badge_for_somebody_else_is_forbidden(http, tokens, site):
    """E3: an assertion for a different earner is a 403 in the historical words."""
    answer = await push(http, tokens, good_badge(site, GRACE).publish())
    assert (answer.status, answer.message) == (403, "badge assertion is for a different user")


@pytest.mark.parametrize(
    "other",
    ["https://127.0.0.1:{}", "http://localhost:{}", "http://a.127.0.0.1:{}", "http://127.0.0.1"],
)
async def test_a_badge_of_another_origin_is_refused(http, mock, site, other):
    """E4: scheme, host, subdomain and port all count."""
    origin = other.format(site.url.rpartition(":")[2])
    theirs = await connect(http, mock, f"{origin}/callback")
    answer = await push(http, theirs, good_badge(site).publish())
    assert answer.status == 400
    assert answer.message == "issuer origin must be identical to bearer token origin"


async def test_the_origins_letter_case_does_not_count(http, mock, site):
    """A host is the same host in capitals."""
    site.url = site.url.replace("127.0.0.1", "localhost")
    badge = good_badge(site)
    badge.issuer["url"] = site.url.replace("localhost", "LOCALHOST")
    theirs = await connect(http, mock, site.url.replace("localhost", "LocalHost") + "/callback")
    assert (await push(http, theirs, badge.publish())).status == 201


async def test_an_invalid_assertion_says_what_is_wrong(http, tokens, site):
    """E1: every complaint is in the message and, member by member, in ``problems``."""
    badge = good_badge(site)
    badge.assertion["uid"] = 5
    del badge.assertion["issuedOn"]
    answer = await push(http, tokens, badge.publish())
    assert answer.status == 400
    assert answer.message == (
        "invalid assertion: assertion.uid: expected a non-empty string, saw 5; "
        "assertion.issuedOn: expected an ISO 8601 time or unix seconds of 10 digits, "
        "saw no such member"
    )
    assert [problem["member"] for problem in answer.json["problems"]] == ["uid", "issuedOn"]
    assert set(answer.json["problems"][0]) == {"document", "member", "expected", "saw"}


async def test_a_token_without_the_scope_is_refused(http, site):
    """A token that lacks the scope is a 401 with insufficient_scope."""
    async with served(create_app(defects=["token.forgets-scope"])) as mock:
        tokens = await connect(http, mock, f"{site.url}/callback", ADA)
        url, body = f"{tokens.api_root}/token", {"grant_type": "refresh_token"}
        fresh = await send(http, "POST", url, json={**body, "refresh_token": tokens.refresh_token})
        answer = await send(
            http, "GET", f"{mock}/api/identity", headers=bearer(fresh.json["access_token"])
        )
    assert answer.status == 401
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


async def test_tokens_cannot_be_guessed(http, mock, tokens, site):
    """RFC 6749 section 10.10: all tokens differ, and are long enough for 128 bits."""
    granted = [tokens, *[await connect(http, mock, f"{site.url}/callback") for _ in range(5)]]
    every = [token for pair in granted for token in (pair.access_token, pair.refresh_token)]
    assert len(set(every)) == 12
    assert all(len(token) >= 22 for token in every)


async def test_tokens_of_two_grants_live_side_by_side(http, mock, tokens, site):
    """A second grant has tokens of its own and leaves the first alive."""
    second = await connect(http, mock, f"{site.url}/callback")
    assert {second.access_token, second.refresh_token}.isdisjoint(
        {tokens.access_token, tokens.refresh_token}
    )
    assert (await identity(http, tokens)).status == 200
