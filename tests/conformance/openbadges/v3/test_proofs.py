"""Proofs of eddsa-rdfc-2022 are those of the specification."""

import hashlib

import pytest
from pyld import jsonld

from conformance.core.errors import AuthoringError
from conformance.openbadges.v3 import contexts, proofs
from conformance.openbadges.v3.canonical import canonical
from conformance.openbadges.v3.contexts import CREDENTIALS, FORMER, OPEN_BADGES, document
from conformance.openbadges.v3.keys import base58, key_document, multibase, multikey
from conformance.openbadges.v3.variants import variants_3
from tests.conformance.openbadges.v3.credentials import credential, each

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
EXAMPLES_CONTEXT = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}
METHOD = "https://vc.example/issuers/5678#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
VECTOR = {
    "@context": [CREDENTIALS, EXAMPLES],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
OPTIONS = proofs.options(METHOD, "2023-02-24T23:36:38Z")
HASHES = (
    "4c4d3890a157f8d611b13c265c2c22f39aa0a567c7c7dd9ba3e45cd579784eeb",
    "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017",
)
"""Of the options and of the document (w3c/vc-di-eddsa, TestVectors/eddsa-rdfc-2022)."""
PROOF_VALUE = (
    "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9"
)


def number(text: str) -> bytes:
    """The bytes of multibase of base58btc, read in the simplest way."""
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    value = 0
    for letter in text[1:]:
        value = value * 58 + alphabet.index(letter)
    return value.to_bytes((value.bit_length() + 7) // 8)


@pytest.mark.parametrize(
    ("value", "digest"),
    [({"@context": VECTOR["@context"], **OPTIONS}, HASHES[0]), (VECTOR, HASHES[1])],
)
def test_the_published_vector_has_these_hashes(value, digest):
    """Canonical options and canonical document are those of the specification."""
    text = canonical(value, {EXAMPLES: EXAMPLES_CONTEXT})
    assert hashlib.sha256(text.encode()).hexdigest() == digest


def test_the_published_signature_is_one_of_these_hashes():
    """By the key of the vector; its encoding is ours as well."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - beside its use
        Ed25519PublicKey,
    )

    key = number(METHOD.partition("#")[2])
    signature = number(PROOF_VALUE)
    public = Ed25519PublicKey.from_public_bytes(key[2:])
    public.verify(signature, b"".join(map(bytes.fromhex, HASHES)))
    assert multibase(signature) == PROOF_VALUE


def test_the_order_of_members_changes_nothing():
    """What is signed is the meaning."""
    backwards = dict(reversed(credential().document.items()))
    assert canonical(backwards) == canonical(credential().document)


@pytest.mark.parametrize(
    ("content", "text"), [(b"", ""), (b"\0\0\1", "112"), (b"hello", "Cn8eVZg")]
)
def test_base58_keeps_zeros(content, text):
    """Each zero in front is a 1."""
    assert base58(content) == text


def test_a_key_document_has_the_key():
    """In the form of a Multikey."""
    served = key_document("https://issuer.example/key", "https://issuer.example")
    assert served["publicKeyMultibase"] == multikey("issuer") != multikey("stranger")
    assert multikey("issuer").startswith("z6Mk")


@pytest.mark.parametrize("url", contexts.contexts())
def test_a_context_is_the_one_that_was_published(url):
    """Its hash is known, with source and licence."""
    known = contexts.contexts()[url]
    assert set(document(url)) == {"@context"}
    assert known.source
    assert known.licence


def test_a_context_that_was_changed_is_refused(tmp_path, monkeypatch):
    """A copy that differs signs something else."""
    known = contexts.contexts()[OPEN_BADGES]
    folder = tmp_path / contexts.FOLDER
    folder.mkdir()
    (folder / known.file).write_text('{"@context": {}}')
    monkeypatch.setattr(contexts, "folder", lambda _name: tmp_path)
    with pytest.raises(AuthoringError, match=rf"{known.file}: expected SHA-256 {known.sha256}"):
        document.__wrapped__(OPEN_BADGES)


@pytest.mark.parametrize(
    "name", [name for name, jwt in each(variants_3()) if not jwt], ids=lambda name: name
)
def test_a_variant_means_the_same_with_the_former_context(name):
    """Hosts have either state of it: what is signed must not depend on that."""
    signed = variants_3()[name].change(credential()).document
    assert canonical(signed, {OPEN_BADGES: document(FORMER)}) == canonical(signed)


def test_the_former_context_is_another_one():
    """It lacks a term."""
    signed = {**credential().document, "endorsementJwt": ["a.b.c"]}
    assert canonical(signed, {OPEN_BADGES: document(FORMER)}) != canonical(signed)


def test_others_in_the_process_keep_their_own_contexts():
    """The library remembers contexts by URL for everybody; ours are not among them."""
    canonical(credential().document)

    def foreign(url, _options=None):
        terms = {"@vocab": "https://vocabulary.example/"}
        return {"contextUrl": None, "documentUrl": url, "document": {"@context": terms}}

    value = {"@context": [CREDENTIALS], "name": "A"}
    expanded = jsonld.expand(value, {"documentLoader": foreign})
    assert list(expanded[0]) == ["https://vocabulary.example/name"]


def test_an_unknown_context_is_told():
    """Nothing is fetched."""
    with pytest.raises(ValueError, match=r"contexts\.example"):
        canonical({"@context": ["https://contexts.example/a"], "type": "A"})


def loader(url, _options=None):
    """The shipped contexts."""
    return {"contextUrl": None, "documentUrl": url, "document": document(url)}


@pytest.mark.parametrize(
    "name", [name for name, jwt in each(variants_3()) if not jwt], ids=lambda name: name
)
def test_no_term_of_a_variant_vanishes(name):
    """Safe mode: each member and each type is defined by a context."""
    dropped = []
    changed = variants_3()[name].change(credential())
    expanded = jsonld.expand(
        changed.document, {"documentLoader": loader}, on_property_dropped=dropped.append
    )
    assert dropped == []
    assert list(relative(expanded)) == []


def relative(value):
    """Types and ids that are no absolute addresses."""
    if isinstance(value, list):
        for item in value:
            yield from relative(item)
    elif isinstance(value, dict):
        for name in ("@type", "@id"):
            found = value.get(name, [])
            texts = found if isinstance(found, list) else [found]
            yield from (text for text in texts if ":" not in text)
        for member in value.values():
            yield from relative(member)
