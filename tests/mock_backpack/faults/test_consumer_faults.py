"""Faults of Open Badges 2.1: each one armed on a mock, and seen by a client as what it is."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.mock_backpack.apis.consumer import CREATE, Consumer, modern_badge
from tests.mock_backpack.earner import send
from tests.mock_backpack.hand_issuer import ADA

pytestmark = pytest.mark.anyio


@pytest.fixture
async def consumer(http, mock, site) -> Consumer:
    """A client that knows nothing yet."""
    return Consumer(http, mock, site.url)


@pytest.fixture
def arm(http, mock):
    """Arm a fault on the mock, in words."""

    async def arm(*rules):
        answer = await send(http, "POST", f"{mock}/_mock/rules", json=list(rules))
        assert answer.status == 201, answer.text

    return arm


async def manifest(consumer):
    """The answer to a request for the manifest."""
    return await consumer.ask("GET", f"{consumer.root}/.well-known/badgeconnect.json")


async def test_endpoints_are_on_another_port(arm, consumer, site):
    """All of them, and they work."""
    await arm("manifest.elsewhere")
    await consumer.connect()
    assert consumer.api["apiBase"].endswith("/ims/ob/v2p1")
    urls = [url for name, url in consumer.api.items() if name.endswith(("Url", "Base"))]
    assert not any(url.startswith(f"{consumer.root}/") for url in urls)
    assert (await consumer.push(modern_badge(site))).status == 200


@pytest.mark.parametrize(
    ("where", "versions"),
    [("first", ["v1p0", "v2p1"]), ("last", ["v2p1", "v1p0"]), ("alone", ["v1p0"])],
)
async def test_a_manifest_has_another_version(arm, consumer, where, versions):
    """At an address that is not the Backpack's."""
    await arm(f"manifest.other_version where={where} version=v1p0")
    entries = (await manifest(consumer)).body["badgeConnectAPI"]
    assert [entry["version"] for entry in entries] == versions
    other = entries[versions.index("v1p0")]
    assert "/elsewhere/" in urlsplit(other["tokenUrl"]).path


async def test_a_manifest_lives_for_a_second(arm, consumer):
    """As its header says."""
    await arm("manifest.short_lived seconds=1")
    assert (await manifest(consumer)).headers["Cache-Control"] == "max-age=1"


async def test_a_web_page_stands_in_place_of_the_manifest(arm, consumer):
    """With status 200."""
    await arm("manifest.web_page")
    page = await manifest(consumer)
    assert (page.status, page.body) == (200, None)
    assert "<html>" in page.text


async def test_an_odd_secret_is_understood_in_both_ways(arm, consumer):
    """Form-encoded as it should be, and as it is."""
    await arm("client.odd_secret")
    await consumer.register()
    secret = consumer.client["client_secret"]
    assert secret.endswith("%3A+/=&")
    for encoded in (consumer.basic(), consumer.basic({**consumer.client, "client_secret": secret})):
        back = await consumer.consent(consumer.request())
        traded = await consumer.token(
            {
                "grant_type": "authorization_code",
                "code": back["code"],
                "redirect_uri": consumer.client["redirect_uris"][0],
                "code_verifier": consumer.verifier,
            },
            encoded,
        )
        assert traded.status == 200


async def test_a_registration_may_be_narrower(arm, consumer):
    """The answer says which scopes are left."""
    await arm("client.fewer_scopes without=readonly,offline_access")
    await consumer.register()
    left = [scope.rpartition("/")[2] for scope in consumer.client["scope"].split()]
    assert left == ["assertion.create", "profile.update"]


async def test_no_client_is_taken(arm, consumer):
    """With the error of RFC 7591."""
    await arm("client.refused")
    refused = await consumer.register()
    assert (refused.status, refused.body["error"]) == (400, "invalid_client_metadata")


async def test_a_secret_expires_now(arm, consumer):
    """The next request with it is refused; a new registration helps."""
    await consumer.register()
    await arm("client.expire_now count=1")
    back = await consumer.consent(consumer.request())
    refused = await consumer.exchange(back["code"])
    assert (refused.status, refused.body["error"]) == (401, "invalid_client")
    await consumer.register()
    assert "access_token" in await consumer.connect()


async def test_a_state_is_not_the_one_that_was_sent(arm, consumer):
    """And the code would be good."""
    await arm("code.another_state")
    await consumer.register()
    back = await consumer.consent(consumer.request(state="x" * 20))
    assert back["state"] != "x" * 20
    assert (await consumer.exchange(back["code"])).status == 200


async def test_a_dishonest_backpack_sends_the_earner_on(http, mock, site):
    """To the honest one, as the client that is registered there."""
    entered = await send(
        http, "POST", f"{mock}/_mock/sandboxes", json={"situation": "ob2.1/mix-up"}
    )
    sandbox = entered.json
    honest = Consumer(http, sandbox["url"], site.url)
    await honest.register()
    dishonest = Consumer(http, sandbox["tells"]["BACKPACK_OTHER_URL"], site.url)
    await dishonest.register()
    sent_on = await dishonest.ask("GET", dishonest.request())
    location = sent_on.headers["Location"]
    assert location.startswith(f"{sandbox['url']}/oauth/authorize?")
    assert parse_qs(urlsplit(location).query)["client_id"] == [honest.client["client_id"]]
    assert (await honest.ask("GET", honest.request())).headers["Location"].startswith(site.url)


@pytest.mark.parametrize("member", ["expires_in", "refresh_token", "scope"])
async def test_a_token_answer_lacks_a_member(arm, consumer, member):
    """And no other."""
    everything = set(await consumer.connect())
    await arm(f"tokens.without member={member}")
    assert everything - set(await consumer.connect()) == {member}


async def test_a_refresh_token_stays(arm, consumer):
    """The answer has none, and the old one works again."""
    await arm("tokens.keep_refresh")
    old = (await consumer.connect())["refresh_token"]
    for _ in range(2):
        renewed = await consumer.refresh(refresh_token=old)
        assert (renewed.status, "refresh_token" in renewed.body) == (200, False)
        assert (await consumer.call("GET", "/profile")).status == 200
        consumer.tokens["refresh_token"] = old


async def test_an_earner_grants_less(arm, consumer, site):
    """The answer says so, and the API refuses."""
    await arm("tokens.narrowed")
    assert CREATE not in (await consumer.connect())["scope"].split()
    refused = await consumer.push(modern_badge(site))
    assert (refused.status, refused.body["status"]["statusText"]) == (401, "PERMISSION_DENIED")
    assert (await consumer.call("GET", "/assertions")).status == 200


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("invalid", "INVALID_BADGE"),
        ("recipient", "RECIPIENT_PROFILE_MISMATCH"),
        ("duplicate", "BAD_REQUEST"),
    ],
)
async def test_a_push_is_refused(arm, consumer, site, how, text):
    """A read is not; a duplicate has an array for error."""
    await consumer.connect()
    await arm(f"push.refused how={how}")
    refused = await consumer.push(modern_badge(site))
    status = refused.body["status"]
    assert (refused.status, status["statusCode"], status["statusText"]) == (400, 400, text)
    assert isinstance(status["error"], list) == (how == "duplicate")
    assert (await consumer.call("GET", "/assertions")).status == 200


@pytest.mark.parametrize(("how", "status"), [("words", 200), ("created", 201)])
async def test_success_looks_odd(arm, consumer, site, how, status):
    """And the badge is kept."""
    await consumer.connect()
    await arm(f"push.odd_status how={how} count=1")
    pushed = await consumer.push(modern_badge(site))
    assert (pushed.status, pushed.body["status"]["statusCode"]) == (status, 200)
    assert (pushed.body["status"]["statusText"] == "OK") == (how == "created")
    assert len((await consumer.call("GET", "/assertions")).body["assertions"]) == 1


async def test_a_collection_has_pages(arm, consumer):
    """Of both kinds, linked to each other."""
    await consumer.connect()
    await arm("read.pages badges=5 limit=2")
    first = await consumer.call("GET", "/assertions?limit=50")
    assert len(first.body["assertions"]) == 2
    assert 'rel="next"' in first.headers["Link"]
    last = await consumer.call("GET", "/assertions?limit=50&offset=4")
    assert (last.body["assertions"], len(last.body["signedAssertions"])) == ([], 1)
    assert 'rel="next"' not in last.headers["Link"]


async def test_arrays_may_be_missing_or_null(arm, consumer):
    """The one without badges."""
    await consumer.connect()
    await arm("read.pages badges=4 limit=2 arrays=odd")
    first = (await consumer.call("GET", "/assertions")).body
    assert "signedAssertions" not in first
    last = (await consumer.call("GET", "/assertions?offset=2")).body
    assert (last["assertions"], len(last["signedAssertions"])) == (None, 2)


async def test_tokens_end_while_they_are_used(arm, consumer, site):
    """Expired, then revoked with its client."""
    await consumer.connect()
    await arm("access.expire_now endpoint=assertions count=1")
    expired = await consumer.push(modern_badge(site))
    assert (expired.status, "expired" in expired.body["status"]["error"]) == (401, True)
    await consumer.refresh()
    await arm("access.revoke_now endpoint=assertions count=1")
    assert (await consumer.push(modern_badge(site))).status == 401
    assert (await consumer.refresh()).body["error"] == "invalid_grant"


async def test_a_grant_without_a_browser(http, mock, consumer, site):
    """Of a new client, which can push, refresh and be revoked."""
    order = {"earner": ADA, "origin": site.url, "api": "ob2.1"}
    made = await send(http, "POST", f"{mock}/_mock/grants", json=order)
    assert made.status == 201
    consumer.client = consumer.tokens = made.json
    await consumer.discover()
    assert made.json["api_base"] == consumer.api["apiBase"]
    assert (await consumer.push(modern_badge(site))).status == 200
    assert (await consumer.refresh()).status == 200
    gone = await send(http, "DELETE", f"{mock}/_mock/grants/{made.json['number']}")
    assert gone.json["revoked"] == 1
    assert (await consumer.call("GET", "/profile")).status == 401


async def test_a_grant_of_an_unknown_api_is_refused(http, mock, site):
    """With the APIs that there are."""
    order = {"earner": ADA, "origin": site.url, "api": "ob9"}
    refused = await send(http, "POST", f"{mock}/_mock/grants", json=order)
    assert refused.status == 400
    assert "expected one of connect, ob2.1, ob3" in refused.message
