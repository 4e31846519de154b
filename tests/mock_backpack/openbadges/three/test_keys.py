"""Where keys may be, and whose they are."""

import base64
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import RSAKey

from tests.mock_backpack import hand_credential as made
from tests.mock_backpack.hand_credential import complaint, credential, multikey, proven, token
from tests.mock_backpack.hand_issuer import private_key

pytestmark = pytest.mark.anyio


def did_web(site, *path: str) -> str:
    """The did:web of a site."""
    return ":".join(["did:web", quote(site.url.partition("://")[2], safe=""), *path])


def host_did(site, did: str, path: str, **changes) -> str:
    """Host the document of a did:web with one key; the name of the key."""
    method = f"{did}#key-0"
    entry = {
        "id": method,
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": multikey(),
    }
    document = {"id": did, "verificationMethod": [entry], "assertionMethod": [method], **changes}
    site.host(path, document)
    return method


async def test_a_did_key_signs_for_itself(judge, site):
    """Nothing is fetched for it."""
    did = made.did_key()
    document = credential(site, issuer={"id": did, "type": ["Profile"]})
    site.visits.clear()
    assert await judge.embedded(proven(document))
    assert site.visits == []


@pytest.mark.parametrize("path", [(), ("schools", "one")], ids=str)
async def test_a_did_web_names_its_document(judge, site, path):
    """At its well-known place, or at the path of the DID."""
    did = did_web(site, *path)
    where = f"/{'/'.join(path) or '.well-known'}/did.json"
    method = host_did(site, did, where)
    document = credential(site, issuer={"id": did, "type": ["Profile"]})
    assert await judge.embedded(proven(document, verificationMethod=method))
    short = {"id": "#key-0", "type": "Multikey", "publicKeyMultibase": multikey()}
    host_did(site, did, where, verificationMethod=[short], assertionMethod=["#key-0"])
    assert await judge.embedded(proven(document, verificationMethod=method))


@pytest.mark.parametrize(
    "changes",
    [{"assertionMethod": []}, {"id": "did:web:stranger.example"}, {"verificationMethod": []}],
    ids=str,
)
async def test_a_did_document_permits_its_keys(judge, site, changes):
    """A key for a login signs no credentials, and the document is that of the DID."""
    did = did_web(site)
    method = host_did(site, did, "/.well-known/did.json", **changes)
    document = credential(site, issuer={"id": did, "type": ["Profile"]})
    refused = await complaint(judge.embedded(proven(document, verificationMethod=method)))
    assert "a key of the issuer" in refused or "a document without it" in refused


@pytest.mark.parametrize(
    ("purposes", "is_permitted"),
    [
        ((), True),
        (("assertionMethod",), True),
        (("authentication", "assertionMethod"), True),
        (("authentication",), False),
        (("keyAgreement",), False),
        (("capabilityInvocation", "capabilityDelegation"), False),
    ],
    ids=str,
)
@pytest.mark.parametrize("is_elsewhere", [False, True], ids=["here", "elsewhere"])
async def test_a_profile_may_say_what_a_key_is_for(
    judge, site, purposes, is_permitted, is_elsewhere
):
    """A key that it lists for logins alone signs no credentials; without purposes any key does."""
    document = credential(site)
    issuer = f"{site.url}/issuer3"
    method = made.method_of(made.did_key("hired")) if is_elsewhere else f"{issuer}#key-0"
    entry = {"id": method, "type": "Multikey", "publicKeyMultibase": multikey()}
    lists = {purpose: [method] for purpose in purposes}
    made.host_issuer(site, verificationMethod=[method if is_elsewhere else entry], **lists)
    signer = "hired" if is_elsewhere else "issuer"
    judged = judge.embedded(proven(document, signer, verificationMethod=method))
    if is_permitted:
        assert await judged
    else:
        assert "by assertionMethod" in await complaint(judged)


async def test_a_key_without_a_name_is_for_no_other_purpose(judge, site):
    """A JWK in a set is not the nameless key that the profile has for logins."""
    jwk = private_key().as_dict(private=False)
    jwk.pop("kid", None)
    login = {"type": "Multikey", "publicKeyMultibase": multikey()}
    signed = token(credential(site), {"kid": None, "jwk": jwk})
    made.host_issuer(site, verificationMethod=[], jwks={"keys": [jwk]}, authentication=[login])
    assert await judge.compact(signed)


async def test_a_key_of_a_stranger_is_refused(judge, site):
    """Whatever its controller says, it is on another origin, or of another DID."""
    document = credential(site)
    key = made.method_of(made.did_key("stranger"))
    forged = proven(document, "stranger", verificationMethod=key)
    assert "a key of the issuer" in await complaint(judge.embedded(forged))
    elsewhere = site.url.replace("127.0.0.1", "localhost") + "/keys/stranger"
    claim = {"id": elsewhere, "controller": f"{site.url}/issuer3"}
    site.host("/keys/stranger", {**claim, "publicKeyMultibase": multikey("stranger")})
    forged = proven(document, "stranger", verificationMethod=elsewhere)
    assert "a key of the issuer" in await complaint(judge.embedded(forged))
    site.host("/keys/1", {"id": f"{site.url}/keys/1", "controller": f"{site.url}/other"})
    assert "a key of the issuer" in await complaint(judge.embedded(proven(document)))


async def test_an_issuer_may_list_a_key_that_is_elsewhere(judge, site):
    """In the document at its id, by name or as a whole."""
    document = credential(site)
    key = made.method_of(made.did_key("hired"))
    for listed in (key, {"id": key}):
        made.host_issuer(site, assertionMethod=[listed])
        assert await judge.embedded(proven(document, "hired", verificationMethod=key))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"publicKeyMultibase": None}, "a public Ed25519 key as a Multikey"),
        ({"publicKeyMultibase": "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv"}, "P-256"),
        ({"publicKeyMultibase": f"z{made.base58(bytes((237, 1, 7)))}"}, "1 bytes of key"),
        ({"revoked": "2024-01-01T00:00:00Z"}, "key.revoked"),
        ({"expires": "2024-01-01T00:00:00Z"}, "key.expires"),
        ({"secretKeyMultibase": "z"}, "a private key"),
        ({"id": "https://stranger.example/"}, "a document without it"),
        ({"publicKeyJwk": {"kty": "OKP", "crv": "X25519", "x": "AA"}}, "crv Ed25519"),
        ({"publicKeyJwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}}, "32 bytes"),
    ],
    ids=str,
)
async def test_a_wrong_key_is_refused(judge, site, changes, expected):
    """By what is wrong with it."""
    document = proven(credential(site))
    entry = {"id": f"{site.url}/keys/1", "type": "Multikey", "publicKeyMultibase": multikey()}
    site.host("/keys/1", {**entry, **changes})
    assert expected in await complaint(judge.embedded(document))


async def test_an_ed25519_key_may_be_a_jwk(judge, site):
    """As older documents have it."""
    document = proven(credential(site))
    raw = made.key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": x}
    site.host("/keys/1", {"id": f"{site.url}/keys/1", "publicKeyJwk": jwk})
    assert await judge.embedded(document)


async def test_the_key_of_a_token_may_be_in_a_set(judge, site):
    """Or alone, or within the issuer's profile."""
    document = credential(site)
    jwk = {**private_key().as_dict(private=False), "kid": f"{site.url}/keys/rsa"}
    site.host("/keys/rsa", {"keys": [{"kty": "EC"}, jwk]})
    assert await judge.compact(token(document))
    del jwk["kid"]
    site.host("/keys/rsa", jwk)
    assert await judge.compact(token(document))
    assert await judge.compact(token(document, {"kid": f"{site.url}/issuer3#rsa"}))


async def test_a_jwk_in_the_header_proves_nothing_by_itself(judge, site):
    """The forger brings a key of their own."""
    document = credential(site)
    stranger = RSAKey.import_key(generate_private_key(65537, 2048))
    made.host_issuer(site, verificationMethod=[{"publicKeyJwk": stranger.as_dict(private=False)}])
    jwk = private_key().as_dict(private=False)
    forged = token(document, {"kid": None, "jwk": jwk})
    assert "the document of the issuer" in await complaint(judge.compact(forged))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"kty": "EC"}, "an RSA key for RS256"),
        ({"alg": "RS512"}, "an RSA key for RS256"),
        ({"n": "AQAB"}, "2048 to 8192 bits"),
        ({"n": 7}, "a number in base64url"),
        ({"e": "AQ"}, "an exponent"),
        ({"d": "AQ"}, "a private key"),
    ],
    ids=str,
)
async def test_a_wrong_rsa_key_is_refused(judge, site, changes, expected):
    """Too short, of another kind, or with its private half."""
    jws = token(credential(site))
    jwk = {**private_key().as_dict(private=False), "kid": f"{site.url}/keys/rsa", **changes}
    site.host("/keys/rsa", jwk)
    assert expected in await complaint(judge.compact(jws))
