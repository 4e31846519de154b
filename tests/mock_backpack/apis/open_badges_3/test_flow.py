"""A client finds the API, registers, is granted access, pushes and reads credentials."""

import json
from io import BytesIO

import pytest

from tests.mock_backpack.apis.consumer import Consumer, modern_badge
from tests.mock_backpack.apis.open_badges_3.holder import (
    READ,
    READ_PROFILE,
    UPDATE_PROFILE,
    UPSERT,
    Holder,
)
from tests.mock_backpack.earner import send
from tests.mock_backpack.hand_credential import credential, proven, token
from tests.mock_backpack.hand_issuer import ADA, GRACE

pytestmark = pytest.mark.anyio

MINOR = "imsx_codeMinorFieldValue"


def minor(reply) -> str:
    """The minor code of a refusal, whose form is right."""
    assert set(reply.body) == {
        *("imsx_codeMajor", "imsx_severity", "imsx_description", "imsx_codeMinor")
    }
    assert reply.body["imsx_codeMajor"] == "failure"
    assert reply.body["imsx_description"]
    [field] = reply.body["imsx_codeMinor"]["imsx_codeMinorField"]
    return field[MINOR]


async def test_a_credential_is_pushed_and_read(holder, site):
    """In both forms; each is in the array of its form, as it came."""
    tokens = await holder.connect()
    assert set(tokens) == {"access_token", "token_type", "expires_in", "scope", "refresh_token"}
    document = proven(credential(site))
    pushed = await holder.push_credential(document)
    assert (pushed.status, pushed.body) == (201, document)
    assert pushed.headers["Content-Type"] == "application/json"
    jws = token(credential(site, "two"))
    pushed = await holder.push_credential(jws)
    assert (pushed.status, pushed.text) == (201, jws)
    assert pushed.headers["Content-Type"] == "text/plain"
    listed = await holder.call("GET", "/credentials")
    assert listed.body == {"credential": [document], "compactJwsString": [jws]}
    assert listed.headers["X-Total-Count"] == "2"
    assert "Link" not in listed.headers


@pytest.mark.parametrize("kind", ["application/vc+ld+json", "Application/JSON; charset=utf-8"])
async def test_both_media_types_are_taken(holder, site, kind):
    """And come back."""
    await holder.connect()
    body = json.dumps(proven(credential(site)))
    pushed = await holder.call("POST", "/credentials", data=body, headers={"Content-Type": kind})
    assert pushed.status == 201
    assert pushed.headers["Content-Type"] == kind.lower().partition(";")[0]


async def test_only_a_newer_credential_replaces(holder, site):
    """In whatever form, however its id is encoded; the newer one stays."""
    await holder.connect()
    first = proven(credential(site, "a%20b"))
    newer = proven(credential(site, "a%20b", validFrom="2024-02-01T00:00:00Z"))
    answers = [await holder.push_credential(pushed) for pushed in (first, first, newer, first)]
    assert [answer.status for answer in answers] == [201, 304, 200, 304]
    listed = await holder.call("GET", "/credentials")
    assert listed.body == {"credential": [newer], "compactJwsString": []}
    encoded = credential(site, "%61%20b", validFrom="2024-03-01T00:00:00Z")
    replaced = await holder.push_credential(token(encoded, nbf=1709251200))
    assert replaced.status == 200
    listed = await holder.call("GET", "/credentials")
    assert (len(listed.body["credential"]), len(listed.body["compactJwsString"])) == (0, 1)


async def test_paging_meets_every_credential_once(holder, site):
    """Along the links, and since a time."""
    await holder.connect()
    made = [
        proven(credential(site, f"n{n}", validFrom=f"2024-01-0{n + 1}T00:00:00Z")) for n in range(5)
    ]
    for pushed in made:
        assert (await holder.push_credential(pushed)).status == 201
    path, met = "/credentials?limit=2", []
    while path:
        page = await holder.call("GET", path)
        met += page.body["credential"]
        links = dict(reversed(link.split("; ")) for link in page.headers["Link"].split(", "))
        path = links.get('rel="next"', "").strip("<>").removeprefix(holder.api["apiBase"])
    assert met == made
    newer = await holder.call("GET", "/credentials?since=2024-01-03T00:00:00Z")
    assert newer.body["credential"] == made[3:]
    refused = await holder.call("GET", "/credentials?limit=0")
    assert (refused.status, minor(refused)) == (400, "invalid_query_parameter")


async def test_what_does_not_verify_is_refused_and_not_listed(holder, site):
    """With the place in the description."""
    await holder.connect()
    refused = await holder.push_credential({**proven(credential(site)), "name": "Another"})
    assert (refused.status, minor(refused)) == (422, "invalid_data")
    assert "proof.proofValue" in refused.body["imsx_description"]
    other = await holder.push_credential(proven(credential(site, email=GRACE)))
    assert (other.status, minor(other)) == (422, "invalid_data")
    assert "somebody else" in other.body["imsx_description"]
    listed = await holder.call("GET", "/credentials")
    assert listed.body == {"credential": [], "compactJwsString": []}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"a.b", "text/plain", 422),
        (b"\xff", "text/plain", 422),
        (b"{}", "text/html", 415),
        (b"{}", "", 415),
        (b" " * 2_000_000, "application/json", 413),
    ],
    ids=["half", "array", "no token", "no ASCII", "HTML", "nothing", "too long"],
)
async def test_what_is_no_credential_is_refused(holder, body, kind, status):
    """In the form of this API, also where no API is asked."""
    await holder.connect()
    headers = {"Content-Type": kind}
    refused = await holder.call("POST", "/credentials", data=BytesIO(body), headers=headers)
    assert refused.status == status
    assert minor(refused) in ("invalid_data", "unknown")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/credentials", READ),
        ("POST", "/credentials", UPSERT),
        ("GET", "/profile", READ_PROFILE),
        ("PUT", "/profile", UPDATE_PROFILE),
    ],
)
async def test_each_call_needs_its_scope(holder, method, path, scope):
    """Without it 403, without a token 401."""
    await holder.connect(*({READ, UPSERT, READ_PROFILE, UPDATE_PROFILE} - {scope}))
    refused = await holder.call(method, path)
    assert (refused.status, minor(refused)) == (403, "forbidden")
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]
    for used in ("", "unknown"):
        unknown = await holder.call(method, path, token=used)
        assert (unknown.status, minor(unknown)) == (401, "unauthorizedrequest")


async def test_a_path_and_a_method_that_there_are_not(holder):
    """Have a status, too."""
    await holder.connect()
    lost = await holder.call("GET", "/nothing")
    assert (lost.status, minor(lost), lost.body["imsx_severity"]) == (404, "not_found", "status")
    for path in ("/credentials", "/profile", "/discovery"):
        wrong = await holder.call("DELETE", path)
        assert (wrong.status, minor(wrong)) == (405, "not_allowed")
        assert "GET" in wrong.headers["Allow"]


async def test_a_profile_is_replaced_as_a_whole(holder):
    """But for what the Backpack answers for."""
    await holder.connect()
    shown = (await holder.call("GET", "/profile")).body
    assert (shown["type"], shown["email"], shown["name"]) == (["Profile"], ADA, "ada")
    put = {**shown, "name": "Ada", "phone": "1815"}
    assert (await holder.call("PUT", "/profile", json=put)).body == put
    own = {name: shown[name] for name in ("@context", "id", "type", "email")}
    assert (await holder.call("PUT", "/profile", json=own)).body == own
    assert (await holder.call("GET", "/profile")).body == own
    for changes in ({"email": GRACE}, {"id": "urn:uuid:1"}, {"type": "Person"}, {"other": 1}):
        refused = await holder.call("PUT", "/profile", json={**own, **changes})
        assert (refused.status, minor(refused)) == (422, "invalid_data")
    assert (await holder.call("GET", "/profile")).body == own


async def test_discovery_names_where_the_client_found_it(http, mock, site):
    """Also in a sandbox; it is the same until something changes."""
    made = await send(http, "POST", f"{mock}/_mock/sandboxes", json={"name": "ob3"})
    holder = Holder(http, made.json["url"], site.url)
    api = await holder.discover()
    assert all(url.startswith(f"{mock}/s/ob3/ims/ob/v3p0") for url in api.values())
    await holder.connect()
    assert (await holder.call("GET", "/credentials")).status == 200
    url = f"{holder.root}/ims/ob/v3p0/discovery"
    tag = (await holder.ask("GET", url)).headers["ETag"]
    again = await holder.ask("GET", url, headers={"If-None-Match": tag})
    assert (again.status, again.text) == (304, "")


async def test_a_registration_needs_a_scope_and_gets_what_is_offered(holder):
    """Unknown scopes are left out, and all of them are refused."""
    refused = await holder.register(scope=None)
    assert (refused.status, refused.body["error"]) == (400, "invalid_client_metadata")
    narrowed = await holder.register(scope=f"{READ} made-up")
    assert narrowed.body["scope"] == READ
    assert (await holder.register(scope="made-up")).status == 400


async def test_the_consent_page_introduces_the_client(holder, site):
    """With its name, links and logo."""
    await holder.register()
    page = await holder.log_in(holder.request())
    for url in ("/", "/logo.png", "/terms", "/privacy"):
        assert f'"{site.url}{url}"' in page.text


async def test_one_earner_has_the_badges_of_all_apis(holder, http, mock, site):
    """Each API lists its own, and the earner sees all; the tokens of one open no other."""
    other = Consumer(http, mock, site.url)
    await other.connect()
    await other.push(modern_badge(site))
    await holder.connect()
    await holder.push_credential(proven(credential(site)))
    assert len((await other.call("GET", "/assertions")).body["assertions"]) == 1
    assert len((await holder.call("GET", "/credentials")).body["credential"]) == 1
    crossed = await holder.call("GET", "/credentials", token=other.tokens["access_token"])
    assert crossed.status == 403
    page = await holder.ask("GET", f"{mock}/badges")
    assert f'<a href="{site.url}/credentials/one">Difference engine</a>' in page.text


async def test_credentials_and_profile_are_in_a_snapshot(holder, http, mock, site):
    """And come back from it as they were."""
    await holder.connect()
    document = proven(credential(site))
    await holder.push_credential(document)
    await holder.push_credential(token(credential(site, "two")))
    shown = (await holder.call("GET", "/profile")).body
    await holder.call("PUT", "/profile", json={**shown, "phone": "1815"})
    before = (await holder.call("GET", "/credentials")).body
    kept = (await send(http, "GET", f"{mock}/_mock/snapshot")).json
    await send(http, "POST", f"{mock}/_mock/reset")
    assert (await holder.call("GET", "/credentials")).status == 401
    await send(http, "POST", f"{mock}/_mock/restore", json=kept)
    assert (await holder.call("GET", "/credentials")).body == before
    assert (await holder.call("GET", "/profile")).body["phone"] == "1815"


async def test_tokens_are_renewed_and_revoked(holder):
    """By the half of OAuth that is shared."""
    old = await holder.connect()
    renewed = (await holder.refresh()).body
    assert renewed["access_token"] != old["access_token"]
    assert (await holder.call("GET", "/profile")).status == 200
    form = {"token": renewed["access_token"], "token_type_hint": "access_token"}
    url = holder.api["tokenRevocationUrl"]
    assert (await holder.ask("POST", url, data=form, headers=holder.basic())).status == 200
    assert (await holder.call("GET", "/profile")).status == 401


async def test_every_client_gets_a_refresh_token(holder):
    """The specification has no scope for it; a renewed token permits the same."""
    tokens = await holder.connect(READ)
    assert (tokens["scope"], "refresh_token" in tokens) == (READ, True)
    renewed = (await holder.refresh()).body
    assert renewed["scope"] == READ
    assert (await holder.call("GET", "/credentials")).status == 200
    less = await holder.refresh(scope=UPSERT)
    assert (less.status, less.body["error"]) == (400, "invalid_scope")


async def test_the_journal_says_what_a_client_broke(holder, http, mock, site):
    """By the requirements of this API; faults act at its endpoints."""
    await holder.register(redirect_uris=None)
    await holder.connect()
    await holder.push_credential({**proven(credential(site)), "name": "Another"})
    heard = (await send(http, "GET", f"{mock}/_mock/journal")).json["exchanges"]
    broken = [requirement for exchange in heard for requirement in exchange.get("broke", ())]
    assert broken == ["OB3-CLIENT-02", "OB3-CRED-07"]
    rule = {"fault": "http.unavailable", "match": {"endpoint": "credentials"}}
    await send(http, "POST", f"{mock}/_mock/rules", json=rule)
    assert (await holder.call("GET", "/credentials")).status == 503
    assert (await holder.call("GET", "/profile")).status == 200
