"""Flaws of proofs: changed documents, other keys, and options that are not what they should be."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from attrs import evolve

from conformance.openbadges.bundle import Json
from conformance.openbadges.v3 import keys
from conformance.openbadges.v3.canonical import canonical
from conformance.openbadges.v3.changes import (
    Change,
    CredentialChange,
    afterwards,
    with_options,
    with_proof,
)
from conformance.openbadges.v3.credential import ACHIEVEMENT, Credential, as_json, embedded
from conformance.openbadges.v3.proofs import hash_data, proof_of

Edit = Callable[[Json], Json]
CREDITS = f"{ACHIEVEMENT}.creditsAvailable"


def of_proofs() -> Iterator[CredentialChange]:
    """Flaws of credentials with a proof inside."""
    for name, (does, edit) in EDITS.items():
        yield _flaw(name, does, partial(afterwards, change=edit))
    for name, (does, members) in PROOFS.items():
        edit = partial(with_proof, **members)
        yield _flaw(f"proof-{name}", does, partial(afterwards, change=edit))
    for name, (does, members) in OPTIONS.items():
        yield _flaw(f"proof-{name}", does, partial(with_options, **members))
    for name, (does, change) in SIGNED_OTHERWISE.items():
        yield _flaw(f"signature-{name}", does, change)


def _flaw(name: str, does: str, change: Change) -> CredentialChange:
    return CredentialChange(name, does, change, jwt=False)


def _subject(signed: Json, **changes: Any) -> Json:
    return {**signed, "credentialSubject": {**signed["credentialSubject"], **changes}}


def _achievement(signed: Json, **changes: Any) -> Json:
    achievement = {**signed["credentialSubject"]["achievement"], **changes}
    return _subject(signed, achievement=achievement)


def _without(signed: Json, name: str) -> Json:
    return {key: value for key, value in signed.items() if key != name}


EDITS: Mapping[str, tuple[str, Edit]] = {
    "changed-name": ("its name was changed after it was signed", lambda s: {**s, "name": "Other"}),
    "changed-achievement": (
        "the achievement was changed after it was signed",
        lambda s: _achievement(s, description="Something greater."),
    ),
    "changed-valid-from": (
        "validFrom was changed after it was signed",
        lambda s: {**s, "validFrom": "2025-01-01T00:00:00Z"},
    ),
    "changed-by-a-blank": (
        "a blank was added to its name after it was signed",
        lambda s: {**s, "name": f"{s['name']} "},
    ),
    "changed-credits": (
        "credits were added after it was signed",
        lambda s: _achievement(s, creditsAvailable=180),
    ),
    "changed-id": (
        "its id was changed after it was signed",
        lambda s: {**s, "id": f"{s['id']}-other"},
    ),
    "added-valid-until": (
        "validUntil was added after it was signed",
        lambda s: {**s, "validUntil": "2199-01-01T00:00:00Z"},
    ),
    "removed-name": (
        "its name was removed after it was signed",
        lambda s: _without(s, "name"),
    ),
    "added-type": (
        "a type was added after it was signed",
        lambda s: {**s, "type": [*s["type"], "EndorsementCredential"]},
    ),
    "added-unknown-term": (
        "a member that no context defines was added after it was signed",
        lambda s: {**s, "xLevel": "gold"},
    ),
    "added-unknown-type": (
        "a type that no context defines was added after it was signed",
        lambda s: {**s, "type": [*s["type"], "XGoldCredential"]},
    ),
    "encoded-twice": (
        "a text was encoded as UTF-8 twice after it was signed",
        lambda s: {**s, "name": "Zürich".encode().decode("latin-1")},
    ),
    "proof-missing": ("there is no proof", lambda s: _without(s, "proof")),
    "proof-null": ("proof is null", lambda s: {**s, "proof": None}),
    "proof-empty": ("proof is an empty array", lambda s: {**s, "proof": []}),
    "proof-is-text": ("proof is a text", lambda s: {**s, "proof": "trust me"}),
}
"""Changes that everybody can make who has a credential."""


def _value(edit: Callable[[str], str]) -> Change:
    def edited(signed: Json) -> Json:
        return with_proof(signed, proofValue=edit(signed["proof"]["proofValue"]))

    return lambda credential: afterwards(credential, edited)


def _other_character(value: str) -> str:
    middle = len(value) // 2
    other = "2" if value[middle] != "2" else "3"
    return f"{value[:middle]}{other}{value[middle + 1 :]}"


PROOFS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "value-missing": ("the proof has no proofValue", {"proofValue": None}),
    "value-empty": ("proofValue is empty", {"proofValue": ""}),
    "value-number": ("proofValue is a number", {"proofValue": 7}),
    "created-changed": (
        "created was changed after the proof was made",
        {"created": "2024-06-27T00:00:00Z"},
    ),
    "purpose-changed": (
        "proofPurpose was changed after the proof was made",
        {"proofPurpose": "authentication"},
    ),
    "challenge-added": (
        "a challenge was added after the proof was made",
        {"challenge": "added"},
    ),
}
"""Members of proofs that somebody changed after they were made."""
OPTIONS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "expired": ("the proof has expired", {"expires": "2024-12-31T23:59:59Z"}),
    "for-authentication": (
        "the proof was made for authentication",
        {"proofPurpose": "authentication"},
    ),
    "without-purpose": ("the proof has no proofPurpose", {"proofPurpose": None}),
    "without-method": ("the proof has no verificationMethod", {"verificationMethod": None}),
    "without-suite": ("the proof has no cryptosuite", {"cryptosuite": None}),
    "of-an-unknown-suite": (
        "the cryptosuite is one that does not exist",
        {"cryptosuite": "rot13-rdfc-2022"},
    ),
    "of-another-suite": (
        "the cryptosuite is ecdsa-rdfc-2019, and the signature is one of Ed25519",
        {"cryptosuite": "ecdsa-rdfc-2019"},
    ),
    "of-an-unknown-type": ("the type of the proof does not exist", {"type": "WaxSeal"}),
}
"""Options with which a proof was made, and that make it worthless."""


def _signing(sign: Callable[[Credential], Json]) -> Change:
    return lambda credential: evolve(credential, sign=sign)


def _with_value(credential: Credential, signature: bytes) -> Json:
    proof = {**credential.proof, "proofValue": keys.multibase(signature)}
    return {**credential.document, "proof": proof}


def _in_another_order(credential: Credential) -> Json:
    whole = hash_data(credential.document, credential.proof)
    return _with_value(credential, keys.private_key("issuer").sign(whole[32:] + whole[:32]))


def _of_the_document_alone(credential: Credential) -> Json:
    whole = hash_data(credential.document, credential.proof)
    return _with_value(credential, keys.private_key("issuer").sign(whole[32:]))


def _of_the_text(credential: Credential) -> Json:
    """Over hashes of JSON, without any canonicalization."""
    parts = (credential.proof, credential.document)
    hashes = b"".join(hashlib.sha256(as_json(part)).digest() for part in parts)
    return _with_value(credential, keys.private_key("issuer").sign(hashes))


def _of_quads(credential: Credential) -> Json:
    """Over the canonical text itself, which nobody hashed."""
    text = canonical(credential.document).encode()
    return _with_value(credential, keys.private_key("issuer").sign(text))


def _of_another(credential: Credential) -> Json:
    other = {**credential.document, "id": f"{credential.document['id']}-other"}
    return {**credential.document, "proof": proof_of(other, credential.proof)}


def _normalised(credential: Credential) -> Credential:
    """A letter and its accent become one character, which looks the same."""
    apart = credential.with_member("name", "Cafe\u0301")
    return afterwards(apart, lambda signed: {**signed, "name": "Caf\u00e9"})


def _rounded(credential: Credential) -> Credential:
    exact = credential.with_member(CREDITS, 3.14159)
    return afterwards(exact, lambda signed: _achievement(signed, creditsAvailable=3.1416))


SIGNED_OTHERWISE: Mapping[str, tuple[str, Change]] = {
    "changed": ("a character of the signature was changed", _value(_other_character)),
    "cut": ("the last characters of the signature are missing", _value(lambda v: v[:-6])),
    "without-multibase": ("the signature has no z in front", _value(lambda v: v[1:])),
    "of-other-multibase": (
        "the signature has a u in front, which means base64url",
        _value(lambda v: f"u{v[1:]}"),
    ),
    "of-other-characters": (
        "a letter was normalised after it was signed",
        _normalised,
    ),
    "of-exact-credits": ("credits were rounded after it was signed", _rounded),
    "of-a-stranger": (
        "the signature was made with the key of a stranger",
        _signing(lambda credential: embedded(credential, "stranger")),
    ),
    "of-another-credential": (
        "the signature belongs to another credential of the issuer",
        _signing(_of_another),
    ),
    "in-another-order": (
        "the hash of the document comes before that of the options",
        _signing(_in_another_order),
    ),
    "of-the-document-alone": (
        "the options of the proof are not signed",
        _signing(_of_the_document_alone),
    ),
    "of-the-text": ("the JSON text is signed as it is", _signing(_of_the_text)),
    "of-quads": ("the canonical text is signed without hashes", _signing(_of_quads)),
}
"""Signatures that are made in another way, or with another key."""
