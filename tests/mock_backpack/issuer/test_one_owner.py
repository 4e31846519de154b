"""Each fact of an issuer belongs to one requirement; what is untested has its true reason."""

import asyncio
from urllib.parse import quote

import pytest
from aiohttp import web
from attrs import evolve

from tests.mock_backpack.box import STATE
from tests.mock_backpack.earner import bearer, refresh, send
from tests.mock_backpack.hand_issuer import ADA, GRACE, good_badge

pytestmark = pytest.mark.anyio


async def body(box, content):
    """Push with a body of one's own; the answer."""
    headers = bearer(box.tokens.access_token)
    return await send(
        box.http, "POST", f"{box.tokens.api_root}/issue", json=content, headers=headers
    )


async def test_a_refresh_that_met_an_overload_is_14_alone(box):
    """It did refresh; that it did not try again is another matter."""
    await box.enter("refresh-busy")
    await box.push()
    assert not await box.refresh()
    assert await box.failed() == ["BC-CLIENT-14"]
    assert "BC-CLIENT-14" in await box.reason("BC-CLIENT-06")


async def test_a_mangled_refresh_token_is_10_alone(box):
    """The refresh was tried, with half of a token."""
    await box.enter("long-tokens")
    await box.push()
    cut = evolve(box.tokens, refresh_token=box.tokens.refresh_token[:128])
    assert not await box.refresh(cut)
    assert await box.failed() == ["BC-CLIENT-10"]
    assert "BC-CLIENT-10" in await box.reason("BC-CLIENT-06")


async def test_a_refresh_at_a_wrong_address_is_02_alone(box):
    """The pushes found the way."""
    await box.enter("expired-token")
    await box.push()
    astray = evolve(box.tokens, api_root=f"{box.url}/other")
    assert (await refresh(box.http, astray)).status == 404
    assert await box.failed() == ["BC-CLIENT-02"]
    assert "BC-CLIENT-02" in await box.reason("BC-CLIENT-06")


async def test_a_bad_badge_that_is_pushed_again_is_09_alone(box):
    """It was pushed again with the new token: what it leads to is judged by others."""
    await box.enter("expired-token")
    badge = good_badge(box.site)
    del badge.assertion["uid"]
    url = badge.publish()
    assert await box.push(url) == 401
    await box.refresh()
    assert await box.push(url) == 400
    assert await box.failed() == ["BC-CLIENT-09"]
    assert await box.outcome("BC-CLIENT-06") == "passed"


async def test_a_badge_for_another_that_is_pushed_again_is_15_alone(box):
    """Likewise."""
    await box.enter("expired-token")
    url = box.badge(email=GRACE)
    await box.push(url)
    await box.refresh()
    assert await box.push(url) == 403
    assert await box.failed() == ["BC-CLIENT-15"]
    assert await box.outcome("BC-CLIENT-06") == "passed"


async def test_trouble_with_the_push_after_a_refresh_is_14_alone(box):
    """The overload comes late."""
    await box.enter("expired-token")
    await box.push()
    await box.refresh()
    rule = {"fault": "http.unavailable", "match": {"endpoint": "issue"}}
    await box.control("POST", "/rules", json=rule)
    assert await box.push() == 503
    assert await box.failed() == []
    assert await box.outcome("BC-CLIENT-06") == "passed"


@pytest.mark.parametrize("flat", [False, True])
async def test_the_assertion_as_the_body_is_04_alone(box, flat):
    """Its ``badge`` is the URL of the class, which is no assertion, or the class itself."""
    badge = good_badge(box.site)
    badge.publish()
    sent = {**badge.assertion, **({"badge": badge.badge_class} if flat else {})}
    answer = await body(box, sent)
    assert (answer.status, answer.json["requirement"]) == (400, "BC-CLIENT-04")
    assert answer.message == (
        'badge: expected {"badge": the URL of an assertion or its signature}, '
        "saw the assertion itself as the body"
    )
    assert await box.failed() == ["BC-CLIENT-04"]
    assert await box.outcome("BC-CLIENT-04") == "failed: the assertion itself as the body"


async def test_members_beside_a_good_url_are_no_assertion(box):
    """Additional parameters are ignored."""
    answer = await body(box, {"badge": box.badge(), "recipient": ADA, "verify": {}})
    assert answer.status == 201
    assert await box.failed() == []
    assert await box.outcome("BC-CLIENT-04") == "passed"


async def test_pushes_that_are_under_way_together_are_no_repetition(box):
    """The second was sent before the result of the first was known."""
    waiting, asked = asyncio.Event(), asyncio.Queue()
    badge = good_badge(box.site)
    url = badge.publish()

    async def late(_request):
        asked.put_nowait("once")
        await waiting.wait()
        return web.json_response(badge.assertion)

    box.site.answer("/assertion", late)
    first = asyncio.create_task(box.push(url))
    second = asyncio.create_task(box.push(url))
    for _ in (first, second):
        await asked.get()
    waiting.set()
    assert sorted([await first, await second]) == [201, 304]
    assert await box.outcome("BC-CLIENT-08") == "passed"
    assert await box.push(url) == 304
    assert (await box.outcome("BC-CLIENT-08")).startswith("failed")


async def test_a_denial_that_the_mock_cannot_see_is_said(box):
    """Deny on its own page is a link to the callback."""
    await box.control("PUT", "/consent", json={"answer": "page"})
    await box.control("POST", "/login", json={"email": ADA})
    callback = f"{box.site.url}/callback?state={STATE}"
    params = {"scope": "issue", "callback": callback}
    await send(box.http, "GET", f"{box.url}/access", params=params)
    assert "Deny on its page leads the browser straight" in await box.reason("BC-CLIENT-05")


async def test_what_nobody_looked_at_is_said(box, mock):
    """Without a situation a good push proves nothing of the assertion."""
    sandbox = await send(box.http, "POST", f"{mock}/_mock/sandboxes", json={})
    box.url = sandbox.json["url"]
    box.tokens = await box.grant()
    assert await box.push() == 201
    assert (await box.reason("BC-CLIENT-09")).startswith(
        "the mock inspects pushed badges only in a situation"
    )


async def test_half_of_what_a_situation_asks_is_said(box):
    """It pushed below that api_root, and never refreshed."""
    await box.enter("api-root-elsewhere")
    await box.push()
    wanted = "the api_root was elsewhere, but the issuer sent it no token"
    assert await box.reason("BC-CLIENT-02") == wanted


async def test_a_token_that_never_came_back_is_said(box):
    """It was given, and nothing was sent with it."""
    await box.enter("odd-tokens")
    await send(box.http, "POST", f"{box.tokens.api_root}/issue", json={"badge": box.badge()})
    wanted = "the issuer received such tokens, but sent none of them"
    assert await box.reason("BC-CLIENT-10") == wanted


async def test_no_hint_leads_to_the_situation_one_is_in(box):
    """It names others, and says of this one that it is the right one."""
    await box.enter("expires-twice")
    assert await box.push() == 401
    wanted = "the issuer never refreshed: this situation tests it"
    assert await box.reason("BC-CLIENT-07") == wanted
    assert await box.reason("BC-CLIENT-11") == "no request used a revoked grant: see revoked"


async def test_who_never_asks_for_the_identity_is_told_what_to_say(box):
    """The option that declares it."""
    assert await box.push() == 201
    assert "--inapplicable BC-CLIENT-15" in await box.reason("BC-CLIENT-15")


@pytest.mark.parametrize(
    ("requirement", "reason"),
    [
        ("BC-CLIENT-01", "no request to issue or identity was received"),
        ("BC-CLIENT-03", "no request had a body"),
        ("BC-CLIENT-04", "no push was received"),
        ("BC-CLIENT-08", "no push was received"),
        ("BC-CLIENT-09", "no push was received"),
        ("BC-CLIENT-15", "no push was received"),
        ("BC-CLIENT-12", "the issuer sent nobody to the access page"),
        ("BC-CLIENT-07", "the issuer never refreshed: see expires-twice"),
    ],
)
async def test_an_issuer_that_fetched_the_script_alone_pushed_nothing(box, requirement, reason):
    """It sent a request, but nothing that can be judged."""
    await send(box.http, "GET", f"{box.url}/issuer.js")
    assert await box.reason(requirement) == reason


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("http.unavailable endpoint=identity", "only a request to identity failed"),
        ("http.unavailable endpoint=none", "the issuer got no overload, server error"),
    ],
)
async def test_trouble_is_told_from_none(box, fault, reason):
    """A troubled identity is no push."""
    if "none" not in fault:
        await box.control("POST", "/rules", json=fault)
    await box.identity()
    assert (await box.reason("BC-CLIENT-14")).startswith(reason)


@pytest.mark.parametrize(
    ("label", "content"),
    [
        ("text/plain", '{"grant_type": "refresh_token", "refresh_token": "TOKEN"}'),
        ("application/json", "grant_type=refresh_token&refresh_token=ENCODED"),
        ("application/json", "{'grant_type': 'refresh_token'}"),
    ],
)
async def test_a_refresh_that_is_labelled_wrong_is_03_alone(box, label, content):
    """It was tried."""
    await box.enter("expired-token")
    await box.push()
    url = f"{box.tokens.api_root}/token"
    token = box.tokens.refresh_token
    data = content.replace("TOKEN", token).replace("ENCODED", quote(token, safe=""))
    await send(box.http, "POST", url, data=data, headers={"Content-Type": label})
    assert await box.failed() == ["BC-CLIENT-03"]
    assert "BC-CLIENT-03" in await box.reason("BC-CLIENT-06")


async def test_a_refresh_after_the_earner_revoked_is_no_matter_of_06(box):
    """There was nothing to refresh any more."""
    await box.enter("expired-token")
    await box.push()
    (grant,) = (await box.control("GET", "/grants"))["grants"]
    await box.control("DELETE", f"/grants/{grant['number']}")
    assert not await box.refresh()
    assert await box.failed() == []
    assert "BC-CLIENT-11" in await box.reason("BC-CLIENT-06")


async def test_a_recipient_that_is_no_hash_is_09_alone(box):
    """Though it is not as identity gave it, either."""
    await box.identity()
    badge = good_badge(box.site)
    badge.assertion["recipient"] = {"type": "email", "hashed": True, "identity": ADA}
    assert await box.push(badge.publish()) == 400
    assert await box.failed() == ["BC-CLIENT-09"]


async def test_a_salt_that_changes_is_09_alone(box):
    """Each fetch shows another."""
    identity = (await box.identity()).json
    badge = good_badge(box.site)
    url = badge.publish()
    salts = []

    async def anew(_request):
        salts.append("s" * (len(salts) + 1))
        recipient = {
            "type": "email",
            "hashed": True,
            "identity": identity["recipient"],
            "salt": salts[-1],
        }
        return web.json_response({**badge.assertion, "recipient": recipient})

    box.site.answer("/assertion", anew)
    await box.push(url)
    assert await box.failed() == ["BC-CLIENT-09"]
