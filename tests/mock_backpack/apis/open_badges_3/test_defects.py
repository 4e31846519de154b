"""Every defect of the Open Badges 3.0 API shows: a tour of its area goes otherwise with it.

Which requirements it breaks, the kill matrix says; here a tour is compared with that of a sound
mock, so that no defect wraps what nobody calls.
"""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import chain
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal

from mock_backpack.app import create_app
from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.settings import Settings
from mock_backpack.faults.all import MISBEHAVIOURS
from mock_backpack.server import served
from tests.mock_backpack import hand_credential as made
from tests.mock_backpack.apis.open_badges_3.holder import (
    OFFLINE,
    READ,
    READ_PROFILE,
    UPSERT,
    Holder,
)
from tests.mock_backpack.earner import send
from tests.mock_backpack.hand_credential import credential, proof_of, proven, token
from tests.mock_backpack.hand_issuer import (
    ADA,
    GONE,
    GRACE,
    Site,
    issuer_site,
    private_key,
    put,
    unsigned,
)

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

Tour = Callable[[Holder, Any], AsyncIterator[Any]]
OWN = [
    name
    for name, entry in MISBEHAVIOURS.entries_of("defect").items()
    if (".open_badges_3." in entry.behave.__module__ or name.startswith("proof."))
    and ".fetches-" not in name
    and not entry.needs_load
]


def seen(reply) -> Any:
    """What counts of an answer: no dates, no tokens."""
    headers = {name: reply.headers.get(name) for name in ("Link", "X-Total-Count", "Content-Type")}
    headers["WWW-Authenticate"] = reply.headers.get("WWW-Authenticate")
    return reply.status, headers, reply.text


async def listed(holder):
    """The collection, with the length of both arrays."""
    return seen(await holder.call("GET", "/credentials"))


async def discovery(holder, _site):
    """The description, and the same again."""
    url = f"{holder.root}/ims/ob/v3p0/discovery"
    first = await holder.ask("GET", url)
    yield seen(first)
    tag = {"If-None-Match": first.headers.get("ETag", "none")}
    yield (await holder.ask("GET", url, headers=tag)).status


async def client(holder, _site):
    """Registrations with odd scopes, and the consent page."""
    for scope in (None, f"{READ} made-up"):
        reply = await holder.register(scope=scope)
        yield reply.status, (reply.body or {}).get("scope")
    yield (await holder.register(grant_types="authorization_code")).status
    yield (await holder.register()).body["grant_types"]
    yield (await holder.ask("GET", holder.request(state=None))).headers["Location"]
    back = await holder.consent(holder.request(READ, OFFLINE))
    yield back["scope"]
    await holder.exchange(back["code"])
    spent = holder.tokens["refresh_token"]
    for _ in range(2):
        yield (await holder.refresh(refresh_token=spent)).status
    await holder.connect()
    form = {"token": holder.tokens["access_token"]}
    url = holder.api["tokenRevocationUrl"]
    yield (await holder.ask("POST", url, data=form, headers=holder.basic())).status
    yield (await holder.call("GET", "/profile")).status


async def guard(holder, site):
    """Tokens of all kinds at all calls."""
    await holder.connect()
    right, refresh = holder.tokens["access_token"], holder.tokens["refresh_token"]
    for used in (right, right.swapcase(), right[:31], refresh, "", "unknown"):
        yield seen(await holder.call("GET", "/profile", token=used))
    for header in (f"bearer {right}", f"Basic {right}"):
        given = {"Authorization": header}
        yield seen(await holder.call("GET", "/profile", token="", headers=given))
    yield seen(await holder.call("GET", f"/profile?access_token={right}", token=""))
    for seconds in (2000, 2000):
        await send(holder.http, "POST", f"{holder.root}/_mock/clock", json={"advance": seconds})
        yield seen(await holder.call("GET", "/profile"))
    for scope in (READ, UPSERT, READ_PROFILE):
        await holder.connect(scope)
        for method, path in (("GET", "/credentials"), ("PUT", "/profile")):
            yield seen(await holder.call(method, path))
    holder.http.cookie_jar.clear()
    await holder.connect(READ, email=GRACE)
    grace = holder.tokens["access_token"]
    holder.http.cookie_jar.clear()
    ada = (await holder.connect(UPSERT, email=ADA))["access_token"]
    await holder.call("POST", "/credentials", json=proven(credential(site)), token=ada)
    yield seen(await holder.call("GET", "/credentials", token=grace))


async def upsert(holder, site):
    """Pushes in all forms, new, again and changed."""
    await holder.connect()
    first = proven(credential(site, "a%62"))
    newer = credential(site, "a%62", validFrom="2024-02-01T00:00:00Z")
    again = proven({**newer, "name": "naïve"})
    for pushed in (first, first, again, first, proven(credential(site, "ab"))):
        yield seen(await holder.push_credential(pushed))
    yield await listed(holder)
    jws = token(credential(site, "two"))
    yield seen(await holder.push_credential(jws))
    body = json.dumps(proven(credential(site, "three")))
    for kind in ("application/vc+ld+json", "text/html"):
        headers = {"Content-Type": kind}
        yield seen(await holder.call("POST", "/credentials", data=body, headers=headers))
    for body in (b"{", b"[]"):
        headers = {"Content-Type": "application/json"}
        yield (await holder.call("POST", "/credentials", data=body, headers=headers)).status
    yield await listed(holder)
    own = {"id": made.did_key(), "type": ["Profile"]}
    other = {"id": made.did_key("other"), "type": ["Profile"]}
    yield (await holder.push_credential(proven(credential(site, "same", issuer=own)))).status
    there = proven(credential(site, "same", issuer=other), "other")
    yield (await holder.push_credential(there)).status
    large = credential(site, "large")
    put(large, "credentialSubject.achievement.image.id", f"data:image/png;base64,{'A' * 60_000}")
    yield (await holder.push_credential(proven(large))).status
    single = credential(site, "single")
    put(single, "credentialSubject.type", "AchievementSubject")
    yield (await holder.push_credential(proven(single))).status
    old = {"@context": [made.V1, made.OB, made.INTEGRITY], "issuanceDate": made.SOME_TIME}
    yield (await holder.push_credential(proven(credential(site, validFrom=None, **old)))).status
    await holder.refresh()
    newest = credential(site, "a%62", validFrom="2024-03-01T00:00:00Z")
    yield seen(await holder.push_credential(proven(newest)))
    yield await listed(holder)


async def proof(holder, site):
    """Wrong credentials, each wrong in one way, and one that is right though odd."""
    await holder.connect()
    for number, pushed in enumerate(chain(wrong_proofs(site), wrong_tokens(site))):
        yield number, (await holder.push_credential(pushed)).status


def wrong_proofs(site):
    """Credentials with embedded proofs."""
    document = credential(site)
    right = proof_of(document)
    yield {**proven(document), "name": "?"}
    yield proven(document, proofPurpose="authentication")
    yield proven(document, created="2099-01-01T00:00:00Z")
    yield {**document, "proof": [{**right, "cryptosuite": "ecdsa-sd-2023"}, right]}
    stranger = made.method_of(made.did_key("stranger"))
    yield proven(document, "stranger", verificationMethod=stranger)
    elsewhere = site.url.replace("127.0.0.1", "localhost") + "/keys/3"
    claim = {"id": elsewhere, "controller": f"{site.url}/issuer3"}
    site.host("/keys/3", {**claim, "publicKeyMultibase": made.multikey("stranger")})
    yield proven(document, "stranger", verificationMethod=elsewhere)
    dead = {"id": f"{site.url}/keys/2", "revoked": "2024-01-01T00:00:00Z"}
    site.host("/keys/2", {**dead, "publicKeyMultibase": made.multikey()})
    yield proven(document, verificationMethod=f"{site.url}/keys/2")
    yield proven(of_logins(site), verificationMethod=f"{site.url}/issuer4#login")
    yield {**proven(document), "points": 3}
    lost = proven(document)
    yield {**lost, "evidence": [{"type": ["Evidence"]}]}
    yield {**proven(document), "type": [*document["type"], "Trophy"]}
    yield proven({**document, "@context": [made.V2, made.EXTENSIONS, made.OB]})
    yield proven({**document, "type": ["VerifiableCredential"]})
    yield proven(credential(site, "grace", email=GRACE))
    salted = credential(site, "salted")
    put(salted, "credentialSubject.identifier", [made.identifier(ADA, "salt")])
    yield proven(salted)
    other = credential(site, "other")
    put(other, "credentialSubject.identifier", [made.identifier(GRACE, "salt")])
    yield proven(other)
    nobody = credential(site, "nobody")
    put(nobody, "credentialSubject.identifier", GONE)
    put(nobody, "credentialSubject.id", GONE)
    yield proven(nobody)
    yield proven(credential(site, validUntil="2024-02-01T00:00:00Z"))
    yield proven(credential(site, validFrom="2099-01-01T00:00:00Z"))
    ended = proven(credential(site, "hidden", validUntil="2024-02-01T00:00:00Z"))
    yield made.hidden(ended, "validUntil")
    revoked = {"id": f"{site.url}/credentials/listed"}
    listing = {"issuer": f"{site.url}/issuer3", "revokedCredential": [revoked]}
    entry = {"id": site.host("/revoked3", listing), "type": "1EdTechRevocationList"}
    context = [made.V2, made.OB, made.EXTENSIONS]
    yield proven({**credential(site, "listed", credentialStatus=entry), "@context": context})
    yield proven(credential(site, "bit", credentialStatus=made.status_list(site, 7)))


def of_logins(site):
    """A credential of an issuer who lists a key for logins alone."""
    issuer = f"{site.url}/issuer4"
    key = {"id": f"{issuer}#login", "type": "Multikey", "publicKeyMultibase": made.multikey()}
    lists = {"verificationMethod": [key], "authentication": [key["id"]]}
    site.host("/issuer4", {"id": issuer, "type": "Profile", **lists})
    return credential(site, "logins", issuer={"id": issuer, "type": ["Profile"]})


async def schema(holder, site):
    """Credentials that name a JSON Schema, which they fit or do not."""
    await holder.connect()
    fitting = site.host("/schemas/fitting", {"required": ["name"]})
    misfitting = site.host("/schemas/misfitting", {"required": ["evidence"]})
    context = {"@context": [made.V2, made.OB, made.EXTENSIONS]}
    for number, (url, kind) in enumerate(
        [
            (fitting, "1EdTechJsonSchemaValidator2019"),
            (misfitting, "1EdTechJsonSchemaValidator2019"),
            (misfitting, "JsonSchema"),
        ]
    ):
        named = {"credentialSchema": [{"id": url, "type": kind}]}
        document = {**credential(site, f"schema{number}"), **context, **named}
        yield number, (await holder.push_credential(proven(document))).status


def wrong_tokens(site):
    """Tokens."""
    document = credential(site, "token", validUntil="2099-01-01T00:00:00Z")
    ends = {"exp": 4070908800}
    payload = made.payload_of(document, **ends)
    for header in ({"alg": "none"}, {"alg": "HS256"}):
        yield f"{unsigned(made.header_of(document, **header), payload)}.AAAA"
    yield f"{unsigned(made.header_of(document), payload)}.AAAA"
    yield token(document, {"alg": "RS512"}, **ends)
    yield token(document, {"cty": "vc"}, **ends)
    yield token(document, {"typ": "vc+jwt"}, **ends)
    jwk = private_key().as_dict(private=True)
    yield token(document, {"kid": None, "jwk": jwk}, **ends)
    made.host_issuer(site, verificationMethod=[])
    public = private_key().as_dict(private=False)
    yield token(document, {"kid": None, "jwk": public}, **ends)
    made.host_issuer(site)
    for claim in ("iss", "sub", "jti", "nbf", "exp"):
        yield token(document, **{**ends, claim: "urn:uuid:0"})
    yield token({**document, "points": 3}, **ends)


async def collection(holder, site):
    """Pages of a collection of both forms."""
    await holder.connect()
    yield await listed(holder)
    for number in range(3):
        begins = f"2024-01-0{number + 1}T00:00:00Z"
        await holder.push_credential(proven(credential(site, f"n{number}", validFrom=begins)))
    await holder.push_credential(token(credential(site, "token")))
    yield await listed(holder)
    queries = ("limit=2", "limit=2&offset=2", "since=2024-01-01T12:00:00Z&limit=1", "limit=0")
    for query in (*queries, "since=yesterday"):
        yield seen(await holder.call("GET", f"/credentials?{query}"))


async def person(holder, site):
    """A profile is read, put, and put with less."""
    await holder.connect()
    shown = await holder.call("GET", "/profile")
    yield seen(shown)
    own = {**(await profile_of(holder)), "name": "Ada"}
    for members in ({**own, "phone": "1815"}, own, {**own, "email": GRACE}):
        yield seen(await holder.call("PUT", "/profile", json=members))
        yield seen(await holder.call("GET", "/profile"))
    pushed = await holder.push_credential(proven(credential(site, email=GRACE)))
    yield pushed.status


async def profile_of(holder):
    """The profile of the earner, whatever the defect does to the answer."""
    url = f"{holder.api['apiBase']}/profile"
    shown = (await holder.call("GET", "/profile")).body or {}
    known = shown.get("profile", shown)
    return {"id": known.get("id", url), "type": ["Profile"], "email": ADA}


async def imsx(holder, site):
    """Refusals of all kinds."""
    await holder.connect()
    yield seen(await holder.call("DELETE", "/credentials"))
    yield seen(await holder.call("GET", "/credentials?limit=0"))
    headers = {"Content-Type": "application/json"}
    yield seen(await holder.call("POST", "/credentials", data=b"{", headers=headers))
    yield seen(await holder.push_credential({**proven(credential(site)), "name": "?"}))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One site for all tours, whose documents are signed once."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(issuer_site()) as started,
    ):
        yield started


TOURS: dict[str, Tour] = {
    tour.__name__: tour
    for tour in (discovery, client, guard, upsert, proof, schema, collection, person, imsx)
}


TOKEN = re.compile(r"ey[\w-]+\.[\w-]+\.([\w-]*)")
PROOF = re.compile(r"z[1-9A-HJ-NP-Za-km-z]{80,}")
SOUND: dict[str, list[Any]] = {}
"""The tours of sound sandboxes by area."""


async def toured(http, mock, site, area: str, *defects: str) -> list[Any]:
    """All that is seen on the tour of an area, without addresses and signatures."""
    rules = [{"defect": name} for name in defects]
    made = await send(http, "POST", f"{mock}/_mock/sandboxes", json={"rules": rules})
    name = made.json["name"]
    holder = Holder(http, made.json["url"], site.url)
    try:
        found = json.dumps([step async for step in TOURS[area](holder, site)])
    finally:
        await send(http, "DELETE", f"{mock}/_mock/sandboxes/{name}")
    found = TOKEN.sub(lambda match: "TOKEN" if match[1] else "CUT", PROOF.sub("PROOF", found))
    for text, word in ((name, "NAME"), (site.url, "SITE"), (mock, "MOCK")):
        found = found.replace(text, word)
    return json.loads(found.replace(mock.partition("://")[2], "HOST"))


@pytest.mark.parametrize("name", OWN)
async def test_a_defect_shows(http, mock, site, name):
    """The tour goes otherwise than in a sound sandbox."""
    area = name.partition(".")[0]
    if area not in SOUND:
        SOUND[area] = await toured(http, mock, site, area)
        assert await toured(http, mock, site, area) == SOUND[area]
    assert await toured(http, mock, site, area, name) != SOUND[area]


@pytest.mark.parametrize(
    ("name", "policy"),
    [
        ("safety.fetches-anything", FetchPolicy(denied=("127.0.0.1",))),
        ("proof.fetches-without-bounds", FetchPolicy(most_bytes=10)),
    ],
)
async def test_a_defect_of_fetching_shows(http, site, name, policy):
    """A sound mock does not get the key."""
    async with served(create_app(Settings(fetch=policy))) as mock:
        holder = Holder(http, mock, site.url)
        await holder.connect()
        document = proven(credential(site))
        assert (await holder.push_credential(document)).status == 422
        await send(http, "POST", f"{mock}/_mock/rules", json={"defect": name})
        assert (await holder.push_credential(document)).status == 201
