"""Keys that an issuer serves, and what can be wrong with them, with times, lists and schemas."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from attrs import evolve

from conformance.openbadges.bundle import Delivery
from conformance.openbadges.v3 import keys
from conformance.openbadges.v3.changes import (
    Change,
    CredentialChange,
    with_header,
    with_options,
)
from conformance.openbadges.v3.credential import Credential, compact, embedded
from conformance.openbadges.v3.schemas import MISFITTING
from conformance.openbadges.v3.statuses import in_bitstring, listed

SERVED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "404": ("is not found", {"content": b"Not found", "type": "text/plain", "status": 404}),
    "500": ("comes with an error of its server", {"status": 500}),
    "empty": ("is empty", {"content": b""}),
    "html": ("is a web page", {"content": b"<!doctype html><p>Hello", "type": "text/html"}),
    "array": ("is a JSON array", {"content": [1, 2]}),
    "endless": ("comes byte by byte, and never ends", {"delivery": Delivery(never_ends=True)}),
    "cut": ("is truncated", {"content": b'{"type": "Mult'}),
}
"""How the document of a key can be served wrongly, in words and as changes."""
ISSUER_KEY, COPY = "key", "copy"


def of_served() -> Iterator[CredentialChange]:
    """Keys that cannot be used or are not the issuer's; credentials that have ended or misfit."""
    for name, (does, changes) in SERVED.items():
        serve = partial(_key_served, changes=changes)
        yield CredentialChange(f"key-{name}", f"the document of the key {does}", serve)
    for name, (does, change) in KEYS_OF_PROOFS.items():
        yield CredentialChange(f"key-{name}", does, change, jwt=False)
    for name, (does, change) in KEYS_OF_TOKENS.items():
        yield CredentialChange(f"key-{name}", does, change, proof=False)
    for name, (does, change) in {**ENDED, **MISFITTING}.items():
        yield CredentialChange(name, does, change)


def by_url(credential: Credential, method: str = "", owner: str = "issuer") -> Credential:
    """The issuer of a proof is a URL, and its key is a Multikey that is served beside it."""
    issuer, url = credential.urls["issuer"], method or credential.urls[ISSUER_KEY]
    changed = credential.with_member("issuer.id", issuer)
    changed = with_options(changed, verificationMethod=url)
    document = keys.key_document(url, issuer, owner)
    changed = changed.with_part(ISSUER_KEY, content=document, type="application/ld+json")
    return _with_profile(changed)


def _with_profile(credential: Credential) -> Credential:
    """The profile of the issuer, which lists its key (Controlled Identifiers 1.0)."""
    method = credential.proof["verificationMethod"]
    profile = {
        "@context": credential.document["@context"],
        **credential.document["issuer"],
        "assertionMethod": [method],
    }
    return credential.with_part("issuer", content=profile, type="application/ld+json")


def by_web(credential: Credential) -> Credential:
    """The issuer is a ``did:web``, whose document the issuer site serves (did:web method)."""
    url = f"{credential.urls['issuer']}/did.json"
    parts = urlsplit(credential.urls["issuer"])
    path = parts.path.strip("/").replace("/", ":")
    did = f"did:web:{quote(parts.netloc, safe='.')}:{path}"
    method = f"{did}#key-0"
    changed = with_options(credential.with_member("issuer.id", did), verificationMethod=method)
    document = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {
                "id": method,
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": keys.multikey("issuer"),
            }
        ],
        "assertionMethod": [method],
    }
    changed = evolve(changed, urls={**changed.urls, "did": url})
    return changed.with_part("did", content=document, type="application/did+json")


def _key_served(credential: Credential, changes: Mapping[str, Any]) -> Credential:
    served = credential if credential.is_jwt else by_url(credential)
    return served.with_part(ISSUER_KEY, **changes)


def _of_a_stranger(credential: Credential) -> Credential:
    """A stranger signs with a key of their own, in the name of the issuer."""
    method = keys.method_of(keys.did_key("stranger"))
    changed = with_options(credential, verificationMethod=method)
    return evolve(changed, sign=lambda unsigned: embedded(unsigned, "stranger"))


def _key_changed(credential: Credential, **changes: Any) -> Credential:
    served = by_url(credential)
    content = {**served.parts[ISSUER_KEY].content, **changes}
    return served.with_part(ISSUER_KEY, content=content)


def _for_logins(credential: Credential) -> Credential:
    """The document of the issuer lists the key, but not for credentials."""
    served = by_web(credential)
    content = dict(served.parts["did"].content)
    content["authentication"] = content.pop("assertionMethod")
    return served.with_part("did", content=content)


def _elsewhere(credential: Credential) -> Credential:
    """A stranger serves a key on another origin, and signs with it in the name of the issuer."""
    served = by_url(credential, credential.urls["elsewhere"], "stranger")
    moved = {**served.parts, "elsewhere": served.parts[ISSUER_KEY]}
    moved.pop(ISSUER_KEY)
    profile = {**served.parts["issuer"].content, "assertionMethod": [credential.urls[ISSUER_KEY]]}
    moved["issuer"] = evolve(served.parts["issuer"], content=profile)
    return evolve(served, parts=moved, sign=lambda unsigned: embedded(unsigned, "stranger"))


KEYS_OF_PROOFS: Mapping[str, tuple[str, Change]] = {
    "of-a-stranger": (
        "the verificationMethod is a did:key of a stranger, who signed it",
        _of_a_stranger,
    ),
    "on-another-origin": (
        "the key lies on another origin than the issuer, and is a stranger's",
        _elsewhere,
    ),
    "for-logins": (
        "the DID document of the issuer lists the key under authentication alone",
        _for_logins,
    ),
    "expired": (
        "the key has expired",
        lambda credential: _key_changed(credential, expires="2024-12-31T23:59:59Z"),
    ),
    "revoked": (
        "the key was revoked",
        lambda credential: _key_changed(credential, revoked="2024-12-31T23:59:59Z"),
    ),
    "of-another-controller": (
        "the controller of the key is another issuer",
        lambda credential: _key_changed(credential, controller=credential.urls["badge"]),
    ),
    "of-another": (
        "the document of the key has the key of a stranger",
        lambda credential: _key_changed(credential, publicKeyMultibase=keys.multikey("stranger")),
    ),
    "of-p256": (
        "the key is one for another kind of signature",
        lambda credential: _key_changed(
            credential, publicKeyMultibase=keys.multibase(keys.P256 + b"\x02" + bytes(32))
        ),
    ),
    "without-multibase": (
        "publicKeyMultibase is a text and no key",
        lambda credential: _key_changed(credential, publicKeyMultibase="trust me"),
    ),
    "of-unreadable-did": (
        "the did:key of the verificationMethod cannot be decoded",
        lambda credential: with_options(
            credential, verificationMethod=f"{credential.issuer_id}0#0"
        ),
    ),
    "of-unknown-did-method": (
        "the verificationMethod has a DID method that does not exist",
        lambda credential: with_options(credential, verificationMethod="did:nowhere:key#0"),
    ),
    "of-no-url": (
        "the verificationMethod is no URL",
        lambda credential: with_options(credential, verificationMethod="my key"),
    ),
}
"""Keys of proofs that cannot verify them, or are not the issuer's."""


def _served_by_a_stranger(credential: Credential) -> Credential:
    jwk = credential.with_part("elsewhere", content=keys.public_jwk("stranger"))
    changed = with_header(jwk, kid=credential.urls["elsewhere"])
    return evolve(changed, sign=lambda unsigned: compact(unsigned, "stranger"))


def _jwk(**changes: Any) -> Change:
    def changed(credential: Credential) -> Credential:
        content = {**keys.public_jwk("issuer"), **changes}
        return credential.with_part(ISSUER_KEY, content=content)

    return changed


KEYS_OF_TOKENS: Mapping[str, tuple[str, Change]] = {
    "of-a-strangers-origin": (
        "kid lies on another origin than the issuer, and is a stranger's",
        _served_by_a_stranger,
    ),
    "jwk-of-another": (
        "the document of the key has the key of a stranger",
        lambda credential: credential.with_part(ISSUER_KEY, content=keys.public_jwk("stranger")),
    ),
    "jwk-of-another-kind": ("kty of the key is not RSA", _jwk(kty="OKP")),
    "jwk-without-modulus": ("the key has no usable n", _jwk(n="")),
}
"""Keys of JWS that cannot verify them, or are not the issuer's."""


def _moved(**times: str) -> Change:
    def changed(credential: Credential) -> Credential:
        for name, moment in times.items():
            credential = credential.with_member(name, moment)
        return credential

    return changed


ENDED: Mapping[str, tuple[str, Change]] = {
    "expired": ("validUntil has passed", _moved(validUntil="2024-12-31T23:59:59Z")),
    "not-yet-valid": ("validFrom is in the far future", _moved(validFrom="2199-01-01T00:00:00Z")),
    "revoked-by-list": (
        "the revocation list has its id",
        partial(listed, revoked=True),
    ),
    "revoked-by-bit": (
        "its bit in the status list is set",
        partial(in_bitstring, revoked=True),
    ),
}
"""Credentials that were valid, or will be."""
