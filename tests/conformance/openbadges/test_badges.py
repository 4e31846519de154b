"""The badges that the suite makes are right ones of their version, with real images and keys."""

import base64
import hashlib
import hmac
import json
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from conformance.apis.connect.drawing import STRATEGIES
from conformance.openbadges.bundle import ServedDocument, make_bundle, recipient
from conformance.openbadges.flaws import flaws, with_flaw
from conformance.openbadges.images import SIDE, SVG, png, tiny_png
from conformance.openbadges.signing import (
    hmac_with_public_key,
    public_pem,
    signed,
    tampered,
    unsigned,
)
from conformance.openbadges.strategies import VERSIONS
from conformance.openbadges.strategies import flawed as broken_badges
from conformance.openbadges.strategies import valid as valid_badges
from tests.conformance.badges import ADA, NAMES, ORIGIN, URLS, bundle, bundle_of, spec

pytestmark = pytest.mark.slow

KEY = RSAKey.import_key(public_pem("issuer"))
"""As a Backpack gets it: from the PEM at ``verify.url``."""


def chunks(image: bytes) -> list[tuple[bytes, bytes]]:
    """Kind and data of each chunk of a PNG; its checksums are right (PNG, section 5.3)."""
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    found, rest = [], image[8:]
    while rest:
        (length,) = struct.unpack(">I", rest[:4])
        kind, data = rest[4:8], rest[8 : 8 + length]
        assert struct.unpack(">I", rest[8 + length : 12 + length]) == (zlib.crc32(kind + data),)
        found.append((kind, data))
        rest = rest[12 + length :]
    return found


def test_the_image_is_a_real_png():
    """Header, one stream of pixels and end, each with its checksum; as large as it says."""
    (ihdr, header), (idat, pixels), (iend, end) = chunks(png())
    assert (ihdr, idat, iend, end) == (b"IHDR", b"IDAT", b"IEND", b"")
    assert struct.unpack(">IIBBBBB", header) == (SIDE, SIDE, 8, 2, 0, 0, 0)
    assert len(zlib.decompress(pixels)) == SIDE * (1 + 3 * SIDE)


def test_the_image_has_the_colour_that_was_asked_for():
    """Each row begins with its filter, none, and goes on in that colour, a little brighter."""
    data = zlib.decompress(dict(chunks(png((1, 2, 3))))[b"IDAT"])
    rows = [data[start : start + 1 + 3 * SIDE] for start in range(0, len(data), 1 + 3 * SIDE)]
    pixels = {row[at : at + 3] for row in rows for at in range(1, len(row), 3)}
    assert {row[0] for row in rows} == {0}
    assert pixels == {b"\x01\x02\x03", b"\x02\x03\x04", b"\x03\x04\x05"}


def test_pictures_are_of_an_ordinary_size_but_for_one():
    """A Backpack that chokes on a very small picture fails one scenario, and not all of them."""
    assert 2000 < len(png()) < 8000
    assert 1000 < len(SVG) < 8000
    assert len(tiny_png()) < 100
    (_, header), (_, pixels), _ = chunks(tiny_png())
    assert struct.unpack(">IIBBBBB", header) == (1, 1, 8, 2, 0, 0, 0)
    assert len(zlib.decompress(pixels)) == 4


def test_a_signature_verifies_with_the_public_key():
    """RS256, and the payload is the assertion."""
    assertion = bundle(signed=True).assertion
    found = jws.deserialize_compact(signed(assertion), KEY, algorithms=["RS256"])
    assert found.headers() == {"alg": "RS256"}
    assert json.loads(found.payload) == assertion


@pytest.mark.parametrize(
    "forge",
    [
        lambda assertion: tampered(signed(assertion)),
        lambda assertion: signed(assertion, "stranger"),
        lambda assertion: unsigned(assertion, "none"),
        lambda assertion: unsigned(assertion, "RS256"),
        lambda assertion: unsigned(assertion, None),
        hmac_with_public_key,
    ],
    ids=["tampered", "stranger", "none", "empty", "null", "hmac"],
)
def test_a_forged_signature_does_not_verify(forge):
    """A verifier that allows only RS256 refuses it."""
    with pytest.raises((JoseError, ValueError)):
        jws.deserialize_compact(forge({"uid": "1"}), KEY, algorithms=["RS256"])


def test_the_hmac_is_right_for_whoever_takes_the_key_for_a_secret():
    """The attack works where the algorithm of the header is believed (RFC 8725, section 2.1)."""
    head, payload, made = hmac_with_public_key({"uid": "1"}).split(".")
    mac = hmac.digest(public_pem("issuer"), f"{head}.{payload}".encode(), "sha256")
    assert base64.urlsafe_b64decode(f"{made}=") == mac


def test_a_tampered_signature_differs_in_one_character():
    """Its payload and length stay, so that nothing but the signature is wrong."""
    right = signed({"uid": "1"})
    pairs = list(zip(right, tampered(right), strict=True))
    [position] = [number for number, (one, other) in enumerate(pairs) if one != other]
    assert right.rindex(".") < position < len(right) - 1


def test_the_public_key_is_no_private_one():
    """The key at ``verify.url`` cannot sign."""
    assert public_pem("issuer").startswith(b"-----BEGIN PUBLIC KEY-----")
    assert not KEY.is_private
    assert public_pem("issuer") != public_pem("stranger")


@pytest.mark.parametrize(
    ("wanted", "identity"),
    [
        ({"hashed": False}, "ada@example.org"),
        ({"hashed": False, "salt": "x"}, "ada@example.org"),
        ({"hashed": True}, "sha256$" + hashlib.sha256(b"ada@example.org").hexdigest()),
        (
            {"hashed": True, "salt": "deadsea"},
            "sha256$" + hashlib.sha256(b"ada@example.orgdeadsea").hexdigest(),
        ),
        (
            {"hashed": True, "algorithm": "sha512"},
            "sha512$" + hashlib.sha512(b"ada@example.org").hexdigest(),
        ),
    ],
)
def test_a_recipient_is_written_as_it_shall_be(wanted, identity):
    """The e-mail, or the hash of e-mail and salt with its algorithm (Open Badges 1.0)."""
    found = recipient("ada@example.org", **wanted)
    assert (found["identity"], found["type"], found["hashed"]) == (
        identity,
        "email",
        wanted["hashed"],
    )
    assert ("salt" in found) is (wanted["hashed"] and "salt" in wanted)


def test_a_hosted_badge_serves_all_its_documents():
    """The assertion is pushed by its URL, and verified there."""
    badge = bundle()
    assert badge.pushed() == URLS["assertion"] == badge.assertion["verify"]["url"]
    parts = ("assertion", "badge", "issuer", "image", "criteria")
    assert set(badge.served()) == {URLS[name] for name in parts}
    assert badge.assertion["recipient"] == ADA


def test_a_signed_badge_serves_its_key_and_not_its_assertion():
    """The assertion is pushed itself, and verified with the key."""
    badge = bundle(signed=True)
    assert badge.pushed().count(".") == 2
    assert URLS["assertion"] not in badge.served()
    assert badge.served()[badge.assertion["verify"]["url"]].content == public_pem("issuer")
    assert badge.parts["issuer"].content["revocationList"] in badge.served()


def test_a_badge_of_1_1_says_what_it_is():
    """Context, type and id join what 1.0 has."""
    kinds = {"assertion": "Assertion", "badge": "BadgeClass", "issuer": "Issuer"}
    new, old = bundle("1.1"), bundle("1.0")
    for part, kind in kinds.items():
        added = {"@context": "https://w3id.org/openbadges/v1", "type": kind, "id": URLS[part]}
        assert new.parts[part].content == {**added, **old.parts[part].content}


def test_a_badge_of_0_5_is_one_flat_document():
    """It contains recipient and badge class, and no member of later versions."""
    assertion = bundle("0.5").assertion
    assert set(assertion) == {"recipient", "salt", "issued_on", "badge"}
    assert assertion["recipient"] == ADA["identity"]
    assert assertion["badge"]["issuer"] == {"origin": ORIGIN, "name": NAMES["issuer"]}


def test_a_badge_of_0_5_cannot_be_signed():
    """That version has no signatures."""
    with pytest.raises(ValueError, match=r"0\.5 badge cannot be signed"):
        make_bundle(spec("0.5", signed=True), URLS, ORIGIN)


def test_a_changed_badge_leaves_the_other_as_it_was():
    """Badges are values: a valid one can be restored from a flawed one."""
    sound = bundle()
    before = json.dumps([sound.parts[name].content for name in ("assertion", "badge", "issuer")])
    sound.with_member("assertion", "verify.url", "x").without_member("badge", "name")
    sound.with_part("image", status=404)
    assert before == json.dumps(
        [sound.parts[name].content for name in ("assertion", "badge", "issuer")]
    )
    assert sound.parts["image"] == ServedDocument(png(), "image/png")


@given(drawn=valid_badges(versions=VERSIONS))
@settings(deadline=None)
def test_every_valid_draw_can_be_made(drawn):
    """Drawn values are plain JSON, and a badge with them can be built."""
    assert json.loads(json.dumps(drawn)) == drawn
    badge = bundle_of(drawn)
    assert badge.pushed()
    assert drawn["members"].items() <= badge.assertion.items()
    contents = {name: part.content for name, part in badge.parts.items()}
    if drawn["version"] == "0.5":
        contents["badge"] = badge.assertion["badge"]
        contents["issuer"] = badge.assertion["badge"]["issuer"]
    for name, part in (("badge_class", "badge"), ("issuer", "issuer")):
        assert drawn[name].items() <= contents[part].items()


@given(drawn=valid_badges(versions=VERSIONS))
@settings(deadline=None)
def test_no_valid_document_is_longer_than_must_work(drawn):
    """64 kB is the longest document that every Backpack must take."""
    for served in bundle_of(drawn).served().values():
        if served.type == "application/json":
            assert len(json.dumps(served.content, ensure_ascii=False).encode()) < 64 * 1024


@given(drawn=broken_badges(versions=VERSIONS))
@settings(max_examples=200, deadline=None)
def test_every_broken_draw_names_a_flaw_that_fits(drawn):
    """A hosted badge never has a flaw of signatures, and the flaw can be seen."""
    assert flaws()[drawn["flaw"]].fits(signed=drawn["signed"], version=drawn["version"])
    sound = bundle_of(drawn)
    flawed = with_flaw(sound, drawn["flaw"])
    assert (flawed.pushed(), flawed.served()) != (sound.pushed(), sound.served())


@pytest.mark.parametrize("name", ["valid-assertion", "broken-assertion"])
@given(data=st.data(), signed=st.booleans())
@settings(deadline=None)
def test_a_draw_is_signed_where_that_was_asked_for(name, data, signed):
    """Every strategy can be limited to one kind of badge."""
    assert data.draw(STRATEGIES[name].draw(signed=signed))["signed"] is signed


@pytest.mark.parametrize("draw", [valid_badges, broken_badges])
def test_a_version_that_cannot_be_drawn_is_told(draw):
    """2.0 came later, and 0.5 has no signatures."""
    with pytest.raises(ValueError, match=r"expected some of 0\.5, 1\.0, 1\.1, saw '2\.0'"):
        draw(versions=("1.0", "2.0"))
    with pytest.raises(ValueError, match=r"a 0\.5 badge cannot be signed"):
        draw(versions=("0.5",), signed=True)
