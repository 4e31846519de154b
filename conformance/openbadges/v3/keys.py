"""Ed25519 and RSA keys of issuers, and how others come to know them."""

import base64
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conformance.openbadges import signing
from conformance.openbadges.v3.contexts import MULTIKEY

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519 = b"\xed\x01"
"""What comes before the bytes of an Ed25519 key (VC Data Integrity, section Multikey)."""
OWNERS = ("issuer", "stranger")
P256 = b"\x80\x24"
"""What comes before the bytes of a P-256 key."""


def base58(content: bytes) -> str:
    """Base58btc, without the ``z`` of multibase."""
    number, digits = int.from_bytes(content), ""
    while number:
        number, digit = divmod(number, len(BASE58))
        digits = BASE58[digit] + digits
    zeros = len(content) - len(content.lstrip(b"\0"))
    return BASE58[0] * zeros + digits


def multibase(content: bytes) -> str:
    """Base58btc with its ``z``."""
    return f"z{base58(content)}"


@cache
def _private_keys() -> Mapping[str, Ed25519PrivateKey]:
    return MappingProxyType({name: Ed25519PrivateKey.generate() for name in OWNERS})


def private_key(owner: str) -> Ed25519PrivateKey:
    """The Ed25519 key of ``issuer`` or of a ``stranger``, generated once per process."""
    return _private_keys()[owner]


def multikey(owner: str) -> str:
    """The public key as multibase text."""
    return multibase(ED25519 + private_key(owner).public_key().public_bytes_raw())


def did_key(owner: str) -> str:
    """The DID that is the key itself (did:key method)."""
    return f"did:key:{multikey(owner)}"


def method_of(did: str) -> str:
    """The verification method of a ``did:key``."""
    return f"{did}#{did.rpartition(':')[2]}"


def key_document(url: str, controller: str, owner: str = "issuer") -> dict[str, Any]:
    """The document of a Multikey that is served at a URL (VC Data Integrity, section Multikey)."""
    return {
        "@context": MULTIKEY,
        "id": url,
        "type": "Multikey",
        "controller": controller,
        "publicKeyMultibase": multikey(owner),
    }


def public_jwk(owner: str) -> dict[str, Any]:
    """The RSA key of an owner as JWK, without what is private; its URL is its only name."""
    jwk = signing.private_key(owner).as_dict(private=False)
    return {name: value for name, value in jwk.items() if name != "kid"}


def encoded(content: bytes) -> str:
    """Base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
