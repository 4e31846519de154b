"""A client finds the API, registers, is granted access, pushes and reads badges."""

import re

import pytest

from tests.mock_backpack.apis.consumer import (
    CREATE,
    OFFLINE,
    READ,
    READ_PROFILE,
    Consumer,
    modern_badge,
)
from tests.mock_backpack.hand_issuer import ADA, GRACE

pytestmark = pytest.mark.anyio


@pytest.fixture
async def consumer(http, mock, site) -> Consumer:
    """A client that knows nothing yet."""
    return Consumer(http, mock, site.url)


async def test_a_badge_is_pushed_and_read(consumer, site):
    """From the manifest to the collection, which is the same at all times."""
    tokens = await consumer.connect()
    assert set(tokens) == {"access_token", "token_type", "expires_in", "scope", "refresh_token"}
    assertion = modern_badge(site)
    pushed = await consumer.push(assertion)
    assert (pushed.status, pushed.body) == (
        200,
        {"status": {"error": None, "statusCode": 200, "statusText": "OK"}},
    )
    listed = await consumer.call("GET", "/assertions")
    assert listed.body["assertions"] == [assertion]
    assert listed.body["signedAssertions"] == []
    assert listed.headers["X-Total-Count"] == "1"
    assert "Link" not in listed.headers


async def test_a_badge_that_comes_again_is_an_update(consumer, site):
    """The hosted document counts, and the last update is the first of the list."""
    await consumer.connect()
    first, second = modern_badge(site), modern_badge(site, "two")
    assert [(await consumer.push(badge)).status for badge in (first, second)] == [200, 200]
    changed = modern_badge(site, narrative="more")
    assert (await consumer.push(first)).status == 200
    listed = await consumer.call("GET", "/assertions")
    assert listed.body["assertions"] == [changed, second]


async def test_paging_meets_every_badge_once(consumer, site):
    """Along the links from the first page to the last."""
    await consumer.connect()
    badges = [modern_badge(site, f"n{number}") for number in range(5)]
    for badge in badges:
        await consumer.push(badge)
    path, met = "/assertions?limit=2", []
    while path:
        page = await consumer.call("GET", path)
        met += page.body["assertions"]
        links = dict(reversed(link.split("; ")) for link in page.headers["Link"].split(", "))
        path = links.get('rel="next"', "").strip("<>").removeprefix(consumer.api["apiBase"])
    assert met == badges[::-1]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "offset=-1", "since=yesterday", "since=2024-01-01T00:00:00"]
)
async def test_a_wrong_query_is_refused(consumer, query):
    """With the status text of the specification."""
    await consumer.connect()
    refused = await consumer.call("GET", f"/assertions?{query}")
    assert refused.status == 400
    assert refused.body["status"]["statusText"] == "REQUEST_VALIDATION_ERROR"
    assert refused.body["status"]["error"]


async def test_a_badge_for_somebody_else_is_refused(consumer, site):
    """And is not in the list."""
    await consumer.connect()
    refused = await consumer.push(modern_badge(site, email=GRACE))
    assert refused.body["status"]["statusText"] == "RECIPIENT_PROFILE_MISMATCH"
    assert (await consumer.call("GET", "/assertions")).body["assertions"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"@context": "https://w3id.org/openbadges/v1"},
        {"type": "BadgeClass"},
        {"issuedOn": "2024-01-02"},
        {"expires": "2024-01-03T00:00:00Z"},
        {"revoked": True},
        {"verification": {"type": "SignedBadge"}},
        {"badge": "http://127.0.0.1:9/class"},
        {"recipient": {"type": "email", "hashed": True, "identity": ADA}},
    ],
    ids=str,
)
async def test_a_broken_badge_is_refused(consumer, site, changes):
    """Also when the copy that was pushed is right: the hosted one counts."""
    await consumer.connect()
    right = {**modern_badge(site)}
    modern_badge(site, **changes)
    refused = await consumer.push(right)
    assert (refused.status, refused.body["status"]["statusText"]) == (400, "INVALID_BADGE")


@pytest.mark.parametrize(
    ("method", "path", "scopes"),
    [
        ("GET", "/assertions", (CREATE, READ_PROFILE)),
        ("POST", "/assertions", (READ,)),
        ("GET", "/profile", (READ,)),
        ("POST", "/profile", (READ_PROFILE,)),
    ],
)
async def test_each_resource_needs_its_scope(consumer, site, method, path, scopes):
    """A token without it is refused, and nothing happens."""
    await consumer.connect(*scopes)
    options = {"json": {"assertion": modern_badge(site)}} if method == "POST" else {}
    refused = await consumer.call(method, path, **options)
    assert (refused.status, refused.body["status"]["statusText"]) == (401, "PERMISSION_DENIED")
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("token", ["", "unknown"])
async def test_without_a_token_nothing_is_shown(consumer, token):
    """401 with the envelope, whatever the endpoint."""
    await consumer.connect()
    for path in ("/assertions", "/profile"):
        refused = await consumer.call("GET", path, token=token)
        assert (refused.status, refused.body["status"]["statusText"]) == (401, "UNAUTHENTICATED")


async def test_a_path_and_a_method_that_there_are_not(consumer):
    """Also below ``apiBase`` everything has an envelope."""
    await consumer.connect()
    lost = await consumer.call("GET", "/nothing")
    assert (lost.status, lost.body["status"]["statusText"]) == (404, "NOT_FOUND")
    wrong = await consumer.call("DELETE", "/assertions")
    assert (wrong.status, wrong.body["status"]["statusText"]) == (405, "METHOD_NOT_ALLOWED")


async def test_a_profile_is_shown_and_added_to(consumer):
    """What was there stays."""
    await consumer.connect()
    shown = (await consumer.call("GET", "/profile")).body["profile"]
    assert (shown["type"], shown["email"]) == ("Profile", ADA)
    added = await consumer.call("POST", "/profile", json={"telephone": "1815"})
    assert added.body["profile"] == {**shown, "telephone": "1815"}
    refused = await consumer.call("POST", "/profile", json={"email": GRACE})
    assert refused.status == 400
    assert (await consumer.call("GET", "/profile")).body["profile"]["email"] == ADA


async def test_the_tokens_of_one_api_open_no_other(consumer, tokens):
    """Neither way, whatever the scope."""
    await consumer.connect()
    refused = await consumer.call("GET", "/profile", token=tokens.access_token)
    assert refused.status == 401


async def test_a_refresh_token_needs_its_client_everywhere(consumer):
    """The other API gives nothing for it, and ends nothing."""
    old = await consumer.connect()
    new = (await consumer.refresh()).body
    for tokens in (new, old):
        sent = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        refused = await consumer.ask("POST", f"{consumer.root}/api/token", json=sent)
        assert refused.status == 400
    assert (await consumer.call("GET", "/profile")).status == 200


@pytest.mark.parametrize("embedded", [{}, {"issuer": {}}, {"image": {}}], ids=str)
async def test_the_earner_sees_the_badge(consumer, site, embedded):
    """Whatever copy of its badge class the assertion has in it."""
    await consumer.connect()
    badge_class = {"id": f"{site.url}/class2/one", "type": "BadgeClass", **embedded}
    modern_badge(site)
    assertion = {**modern_badge(site), "badge": badge_class}
    site.host("/assertion2/one", assertion)
    assert (await consumer.push(assertion)).status == 200
    page = await consumer.ask("GET", f"{consumer.root}/badges")
    assert page.status == 200
    assert f'<a href="{assertion["id"]}">' in page.text


async def test_an_earner_finds_a_client_in_the_settings_and_revokes_it(consumer):
    """Its tokens die; it may be granted access again."""
    await consumer.connect()
    page = await consumer.ask("GET", f"{consumer.root}/settings")
    assert "A school" in page.text
    fields = dict(re.findall(r'name="(csrf|client)" value="([^"]+)"', page.text))
    gone = await consumer.ask("POST", f"{consumer.root}/settings/revoke-client", data=fields)
    assert gone.status == 303
    assert (await consumer.call("GET", "/profile")).status == 401
    assert (await consumer.refresh()).body["error"] == "invalid_grant"
    await consumer.connect(READ_PROFILE, OFFLINE)
    assert (await consumer.call("GET", "/profile")).status == 200
