"""Badges of Open Badges 2.0: right as they are made, and wrong in one way with each flaw."""

import json
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import RSAKey

from conformance.openbadges.bundle import BadgeSpec, Bundle, recipient
from conformance.openbadges.flaws import with_flaw
from conformance.openbadges.v2.bundle import make_bundle_2
from conformance.openbadges.v2.flaws import flaws_2
from conformance.openbadges.v2.variants import variants

BASE = "http://127.0.0.1:8000/abc"
PARTS = ("assertion", "copy", "badge", "issuer", "image", "key", "revocations", "criteria")
URLS = {**{part: f"{BASE}/{part}" for part in PARTS}, "nowhere": "http://127.0.0.1:9/assertion"}
NAMES = {"badge": "A badge", "description": "For all.", "issuer": "Us"}


def made(signed: bool = False, **members: Any) -> Bundle:
    """A valid badge for ada."""
    spec = BadgeSpec(
        "2.0", recipient("ada@example.org", hashed=True), "u1", 0, NAMES, signed, members=members
    )
    return make_bundle_2(spec, URLS, "http://127.0.0.1:8000")


def fingerprint(bundle: Bundle) -> str:
    """Everything that an issuer sends and serves."""
    served = {url: repr(part) for url, part in bundle.served().items()}
    pushed = bundle.signature if bundle.is_signed else bundle.pushed()
    return json.dumps([served, repr(pushed), bundle.sent], sort_keys=True)


def fitting(entries: Any, signed: bool) -> list[str]:
    """The names of the flaws or variants that this kind of badge can have."""
    return [name for name, one in entries.items() if (one.signed if signed else one.hosted)]


def test_a_hosted_badge_is_at_its_id():
    """The id of each document is where it is served."""
    bundle = made()
    for part in ("assertion", "badge", "issuer"):
        assert bundle.parts[part].content["id"] == URLS[part]
    assert bundle.assertion["verification"] == {"type": "HostedBadge"}
    assert bundle.assertion["issuedOn"] == "1970-01-01T00:00:00Z"
    assert bundle.pushed() == URLS["assertion"]


def test_a_signed_badge_is_verified_by_the_key_of_its_issuer():
    """Key and issuer link to each other, and the assertion names the key."""
    bundle = made(signed=True)
    key, issuer = bundle.parts["key"].content, bundle.parts["issuer"].content
    assert bundle.assertion["id"].startswith("urn:uuid:")
    assert (key["owner"], issuer["publicKey"]) == (issuer["id"], key["id"])
    assert bundle.assertion["verification"] == {"type": "SignedBadge", "creator": key["id"]}
    public = RSAKey.import_key(key["publicKeyPem"])
    signed = jws.deserialize_compact(bundle.pushed(), public, algorithms=["RS256"])
    assert json.loads(signed.payload) == bundle.assertion
    assert URLS["assertion"] not in bundle.served()


def test_members_are_added():
    """An issuer may write its own."""
    assert made(narrative="It was.").assertion["narrative"] == "It was."


@pytest.mark.parametrize("signed", [False, True], ids=["hosted", "signed"])
def test_a_flaw_changes_the_badge(signed):
    """And what is posted is an assertion all the same."""
    sound = made(signed)
    for name in fitting(flaws_2(), signed):
        flawed = with_flaw(sound, name)
        assert fingerprint(flawed) != fingerprint(sound), name
        assert isinstance(flawed.sent, dict), name


@pytest.mark.parametrize("signed", [False, True], ids=["hosted", "signed"])
def test_a_variant_changes_the_badge(signed):
    """It is another way to write the same."""
    sound = made(signed)
    for name in fitting(variants(), signed):
        assert fingerprint(variants()[name].change(sound)) != fingerprint(sound), name


def test_what_is_served_wrongly_is_posted_right():
    """Only who fetches the document sees the flaw."""
    sound = made()
    for name in ("assertion-404", "assertion-html", "assertion-revoked", "assertion-other-id"):
        assert with_flaw(sound, name).sent == sound.assertion


def test_flaws_say_what_is_wrong_in_words_of_their_own():
    """No two flaws have the same sentence."""
    sentences = [flaw.does for flaw in flaws_2().values()]
    assert len(set(sentences)) == len(sentences) >= 60
