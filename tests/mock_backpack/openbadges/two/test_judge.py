"""What the mock accepts of Open Badges 2.0, hosted and signed."""

import contextlib
from itertools import product
from typing import Any

import pytest

from mock_backpack.core.clock import Clock
from mock_backpack.openbadges.complaint import InvalidBadge
from mock_backpack.openbadges.fetch import Fetcher
from mock_backpack.openbadges.two.judge import Judge
from tests.mock_backpack.apis.consumer import modern_badge
from tests.mock_backpack.hand_issuer import ADA, Document, hashed, public_key, signed

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

RS256 = {"alg": "RS256"}


@pytest.fixture
async def judge() -> Any:
    """A judge that may fetch from everywhere."""
    fetcher = Fetcher()
    async with contextlib.asynccontextmanager(fetcher.running)():
        yield Judge(fetcher, Clock())


def signing(site, **changes: Any) -> Document:
    """A right assertion that is to be signed, with its key and an empty revocation list."""
    host_key(site)
    revoke(site)
    urn = "urn:uuid:5d5b0a0e-1a83-4c0a-a3ef-6f3b0a7a2a1c"
    verification = {"type": "SignedBadge", "creator": f"{site.url}/key2"}
    return {**modern_badge(site), "id": urn, "verification": verification, **changes}


def host_key(site, **changes: Any) -> None:
    """Serve the issuer's key."""
    document = {
        "id": f"{site.url}/key2",
        "type": "CryptographicKey",
        "owner": f"{site.url}/issuer2",
        "publicKeyPem": public_key().decode(),
    }
    site.host("/key2", {**document, **changes})


def revoke(site, *entries: Any) -> None:
    """Serve a revocation list."""
    site.host("/revoked2", {"type": "RevocationList", "revokedAssertions": list(entries)})


async def complaint(judging: Any) -> str:
    """What is wrong."""
    with pytest.raises(InvalidBadge) as refused:
        await judging
    return str(refused.value)


async def test_a_signed_badge_is_accepted(judge, site):
    """As it was signed."""
    assertion = signing(site)
    verified = await judge.signed(signed(RS256, assertion))
    assert (verified.assertion, verified.id) == (assertion, assertion["id"])


async def test_a_signed_badge_needs_no_creator(judge, site):
    """The key that the issuer links to counts."""
    assertion = signing(site, verification={"type": ["SignedBadge"]})
    assert (await judge.signed(signed(RS256, assertion))).signed


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ({"owner": "https://issuer.example/"}, "key.owner"),
        ({"publicKeyPem": "none"}, "an RSA public key in PEM"),
        ({"publicKeyPem": 7}, "key.publicKeyPem"),
    ],
    ids=str,
)
async def test_a_wrong_key_is_refused(judge, site, key, expected):
    """Whoever it belongs to."""
    jws = signed(RS256, signing(site))
    host_key(site, **key)
    assert expected in await complaint(judge.signed(jws))


async def test_a_key_that_the_issuer_does_not_link_to_is_refused(judge, site):
    """Also when it names the issuer as its owner."""
    site.host("/key3", {"id": f"{site.url}/key3"})
    verification = {"type": "SignedBadge", "creator": f"{site.url}/key3"}
    jws = signed(RS256, signing(site, verification=verification))
    assert "issuer.publicKey" in await complaint(judge.signed(jws))


@pytest.mark.parametrize("entry", ["id", {"id": "id"}, {"uid": "7"}], ids=str)
async def test_a_revoked_badge_is_refused(judge, site, entry):
    """By its id, or by a uid as older issuers wrote it."""
    assertion = signing(site, uid="7")
    named = assertion["id"] if entry == "id" else entry
    revoke(site, {"id": assertion["id"]} if named == {"id": "id"} else named)
    assert "revocation list" in await complaint(judge.signed(signed(RS256, assertion)))


async def test_a_broken_signature_is_refused(judge, site):
    """And so is one of another assertion."""
    jws = signed(RS256, signing(site))
    other = signed(RS256, signing(site, narrative="more"))
    mixed = ".".join([*other.split(".")[:2], jws.split(".")[2]])
    assert "signature" in await complaint(judge.signed(mixed))
    assert "signature" in await complaint(judge.signed("no.jws"))
    none = signed({"alg": "none"}, signing(site))
    assert "signature.alg" in await complaint(judge.signed(none))


async def test_a_badge_is_verified_in_the_way_that_it_names(judge, site):
    """A signed one is not hosted, and a hosted one is not signed."""
    hosted = modern_badge(site)
    assert "verification.type" in await complaint(judge.signed(signed(RS256, hosted)))


@pytest.mark.parametrize(
    "changes",
    [
        {"verify": {"type": "hosted"}, "verification": None},
        {"type": ["Assertion", "Extension"]},
        {"@context": ["https://w3id.org/openbadges/v2", {"more": "https://issuer.example/more"}]},
        {"recipient": hashed(ADA, "sha256", "salt")},
        {"recipient": hashed(ADA, "md5", None)},
        {"issuedOn": "2024-01-02T03:04:05.678+02:00"},
    ],
    ids=str,
)
async def test_ordinary_variants_are_accepted(judge, site, changes):
    """As the specification allows them."""
    assertion = modern_badge(site, **changes)
    kept = {name: value for name, value in assertion.items() if value is not None}
    site.host("/assertion2/one", kept)
    assert (await judge.hosted(kept)).assertion == kept


async def test_an_issuer_says_where_its_documents_may_be(judge, site):
    """On its own origin, unless it names others."""
    assertion = modern_badge(site)
    profile = {
        "id": f"{site.url}/issuer2",
        "type": "Profile",
        "name": "A school",
        "url": f"{site.url}/",
    }
    elsewhere = {**profile, "verification": {"allowedOrigins": "badges.example"}}
    site.host("/issuer2", elsewhere)
    assert "allows" in await complaint(judge.hosted(assertion))
    here = site.url.partition("://")[2]
    site.host("/issuer2", {**profile, "verification": {"allowedOrigins": [here]}})
    assert await judge.hosted(assertion)
    site.host("/issuer2", {**profile, "verification": {"startsWith": f"{site.url}/"}})
    assert await judge.hosted(assertion)


@pytest.mark.parametrize("path", ["/assertion2/one", "/class2/one", "/issuer2", "/image.png"])
async def test_each_document_has_to_be_there(judge, site, path):
    """A badge that nobody can look at is none."""
    assertion = modern_badge(site)
    site.host(path, {}, status=410)
    assert "410" in await complaint(judge.hosted(assertion))


async def test_an_embedded_document_counts_as_it_is_hosted(judge, site):
    """Whatever the copy says, its issuer is the one at its id."""
    badge_class = {"id": f"{site.url}/class2/one", "type": "BadgeClass", "name": "A forgery"}
    assertion = modern_badge(site, badge=badge_class)
    modern_badge(site, badge=badge_class)
    assert (await judge.hosted(assertion)).id == assertion["id"]
    site.host("/class2/one", {"id": f"{site.url}/class2/another"})
    assert "badge class" in await complaint(judge.hosted(assertion))


JUNK = (None, True, 7, 1e300, "", "x", "data:,x", [], [None], [{}], {}, {"id": 7}, {"id": "x"})


async def test_no_document_breaks_the_judge(judge, site):
    """Each member of each document is junk in turn: accepted or refused, and nothing else."""
    right = signing(site)
    hosted = modern_badge(site)
    jws = signed(RS256, right)
    documents = {
        "/assertion2/one": hosted,
        "/class2/one": await judge.fetcher.json_object("", f"{site.url}/class2/one"),
        "/issuer2": await judge.fetcher.json_object("", f"{site.url}/issuer2"),
        "/key2": await judge.fetcher.json_object("", f"{site.url}/key2"),
        "/revoked2": {"revokedAssertions": [], "type": "RevocationList"},
    }
    refused = 0
    for path, document in documents.items():
        for member, junk in product([*document, "verification", "publicKey", "salt"], JUNK):
            site.host(path, {**document, member: junk})
            for judging in (judge.hosted(hosted), judge.signed(jws)):
                try:
                    await judging
                except InvalidBadge:
                    refused += 1
        site.host(path, document)
    assert refused > 200
    for member, junk in product([*right, "image", "expires"], JUNK):
        with contextlib.suppress(InvalidBadge):
            await judge.signed(signed(RS256, {**right, member: junk}))
    assert await judge.signed(jws)
