"""Signed badges: which signatures, keys and revocations count."""

import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey, RSAKey

from tests.mock_backpack.earner import problems, push
from tests.mock_backpack.hand_issuer import (
    base64url,
    good_badge,
    public_key,
    signed,
    unsigned,
)

pytestmark = pytest.mark.anyio


def signing_badge(site):
    """A badge whose assertion says that it is signed, its key hosted."""
    badge = good_badge(site)
    badge.sign()
    return badge


@pytest.mark.parametrize(
    "header",
    [
        {"alg": None},
        {"alg": ""},
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "rs256"},
        {"alg": "RS256 "},
        {"alg": "RS512"},
        {"alg": "PS256"},
        {"alg": "HS256"},
        {"alg": "ES256"},
        {"alg": ["RS256"]},
        {"alg": {"RS256": 1}},
        {"alg": 256},
    ],
)
async def test_no_algorithm_but_rs256_counts(http, tokens, site, header):
    """RFC 8725 section 3.1: the header cannot choose, even when the signature is true."""
    jws = signed(header, signing_badge(site).assertion)
    assert await problems(http, tokens, jws) == [("signature", "alg")]


@pytest.mark.parametrize("header", [{}, {"typ": "JWT"}, {"ALG": "RS256"}])
async def test_a_missing_algorithm_is_refused(http, tokens, site, header):
    """Without ``alg`` nothing is assumed, and the complaint says what is missing."""
    answer = await push(http, tokens, signed(header, signing_badge(site).assertion))
    assert answer.status == 400
    assert [problem["document"] for problem in answer.json["problems"]] == ["signature"]
    assert "alg" in answer.message


async def test_an_unsigned_badge_is_refused(http, tokens, site):
    """``alg: none`` and an empty signature are no signature."""
    jws = unsigned({"alg": "none"}, signing_badge(site).assertion) + "."
    assert await problems(http, tokens, jws) == [("signature", "alg")]


async def test_the_public_key_is_no_secret(http, tokens, site):
    """An HMAC with the public key is no signature."""
    start = unsigned({"alg": "HS256"}, signing_badge(site).assertion)
    made = hmac.new(public_key(), start.encode(), hashlib.sha256).digest()
    assert await problems(http, tokens, f"{start}.{base64url(made)}") == [("signature", "alg")]


@pytest.mark.parametrize("crit", [["b64"], ["exp"], [], "b64", None])
async def test_a_critical_extension_is_refused(http, tokens, site, crit):
    """RFC 7515 section 4.1.11: what must be understood and is not makes the JWS invalid."""
    header = {"alg": "RS256", "crit": crit, "b64": True}
    jws = signed(header, signing_badge(site).assertion)
    assert await problems(http, tokens, jws) == [("signature", "crit")]


async def test_further_members_of_the_header_do_not_matter(http, tokens, site):
    """``typ`` and ``kid`` are common and harmless."""
    header = {"alg": "RS256", "typ": "JWS", "kid": "1"}
    assert (await push(http, tokens, good_badge(site).sign(header))).status == 201


async def test_keys_in_the_header_are_not_believed(http, tokens, site):
    """A JWS cannot bring the key that it is verified with."""
    own = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "jwk": own.as_dict(private=False)}
    start, _, _ = signed(header, signing_badge(site).assertion).rpartition(".")
    other = signed({"alg": "RS256"}, {"uid": "of another text"}).rpartition(".")[2]
    assert await problems(http, tokens, f"{start}.{other}") == [("signature", "")]


def changed(text):
    """Another letter in the middle of a text."""
    middle = len(text) // 2
    return text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]


async def test_a_bad_signature_is_refused(http, tokens, site):
    """One changed letter of the signature is enough."""
    start, _, signature = good_badge(site).sign().rpartition(".")
    assert await problems(http, tokens, f"{start}.{changed(signature)}") == [("signature", "")]


async def test_an_empty_signature_is_refused(http, tokens, site):
    """RS256 with nothing behind the last dot is no signature."""
    start, _, _ = good_badge(site).sign().rpartition(".")
    assert await problems(http, tokens, f"{start}.") == [("signature", "")]


async def test_the_signature_of_another_text_is_refused(http, tokens, site):
    """A true signature counts for its own text only."""
    badge = good_badge(site)
    _, _, signature = badge.sign().rpartition(".")
    forged = unsigned({"alg": "RS256"}, {**badge.assertion, "uid": "forged"})
    assert await problems(http, tokens, f"{forged}.{signature}") == [("signature", "")]


async def test_the_signature_of_another_key_is_refused(http, tokens, site):
    """Only the key at verify.url counts."""
    jws = good_badge(site).sign()
    site.host("/key.pem", RSAKey.generate_key(2048).as_pem(private=False))
    assert await problems(http, tokens, jws) == [("signature", "")]


KEYS = {
    "empty": b"",
    "text": b"a key",
    "torn": public_key()[:200],
    "an elliptic curve": ECKey.generate_key("P-256").as_pem(private=False),
    "JWK": json.dumps(RSAKey.generate_key(2048).as_dict(private=False)).encode(),
    "bytes": b"\xff\x00" * 99,
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
async def test_what_is_no_rsa_key_in_pem_is_refused(http, tokens, site, key):
    """The complaint is about the key."""
    jws = good_badge(site).sign()
    site.host("/key.pem", key)
    assert await problems(http, tokens, jws) == [("key", "")]


async def test_a_key_that_is_not_there_is_refused(http, tokens, site):
    """The complaint is about the key."""
    jws = good_badge(site).sign()
    site.host("/key.pem", public_key(), 404)
    assert await problems(http, tokens, jws) == [("key", "")]


async def test_a_short_key_is_judged_without_a_warning(http, tokens, site):
    """A key of 1,024 bits is taken or refused, also where warnings are errors, as here."""
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505 - too short is the point
    badge = signing_badge(site)
    site.host("/key.pem", short.public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1))
    start = unsigned({"alg": "RS256"}, badge.assertion)
    signature = base64url(short.sign(start.encode(), PKCS1v15(), hashes.SHA256()))
    assert (await push(http, tokens, f"{start}.{signature}")).status in (201, 400)


SHAPES = {
    "no base64": "a.b.c",
    "header is no JSON": f"{base64url(b'x')}.{base64url(b'{}')}.",
    "header is an array": unsigned([], {}) + ".",
    "header is a text": unsigned("RS256", {}) + ".",
    "header is null": unsigned(None, {}) + ".",
    "payload is no JSON": f"{base64url(b'{}')}.{base64url(b'x')}.",
    "payload is an array": unsigned({"alg": "RS256"}, []) + ".",
    "payload is empty": unsigned({"alg": "RS256"}, {}) + ".",
    "payload nests": f"{base64url(b'{}')}.{base64url(b'[' * 50_000)}.",
    "header of bytes": f"{base64url(bytes([255, 254]))}.{base64url(b'{}')}.",
}


@pytest.mark.parametrize("jws", SHAPES.values(), ids=SHAPES)
async def test_what_only_looks_like_a_jws_is_refused(http, tokens, jws):
    """Three parts with dots do not make a signed assertion."""
    assert await problems(http, tokens, jws)


@pytest.mark.parametrize("header", [b"[" * 50_000, b'{"a":' * 50_000, b'{"alg":"\\ud800"}'])
async def test_a_hostile_header_is_no_server_error(http, tokens, site, header):
    """A header that nests without end, or holds half a character, is refused."""
    payload = signing_badge(site).assertion
    start = f"{base64url(header)}.{base64url(json.dumps(payload).encode())}"
    assert await problems(http, tokens, f"{start}.{base64url(b'x')}")


async def test_a_hosted_assertion_cannot_be_pushed_as_signed(http, tokens, site):
    """verify.type says which of the two it is."""
    badge = good_badge(site)
    badge.publish()
    jws = signed({"alg": "RS256"}, badge.assertion)
    assert await problems(http, tokens, jws) == [("assertion", "verify.type")]


async def test_a_signed_assertion_cannot_be_pushed_by_url(http, tokens, site):
    """verify.type says which of the two it is."""
    badge = signing_badge(site)
    url = site.host("/assertion", badge.assertion)
    assert await problems(http, tokens, url) == [("assertion", "verify.type")]
