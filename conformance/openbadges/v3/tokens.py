"""Compact signatures of credentials (RFC 7515), right and forged."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from conformance.openbadges import signing
from conformance.openbadges.v3.keys import encoded


def digest(algorithm: str, text: str) -> str:
    """The hash of a text, in hex."""
    return hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()


def signed(header: Mapping[str, Any], payload: bytes, owner: str = "issuer") -> str:
    """A JWS with an RSA signature, whatever the header says."""
    text = signing_input(header, payload)
    key = signing.private_key(owner).get_op_key("sign")
    return f"{text}.{encoded(key.sign(text.encode(), PKCS1v15(), SHA256()))}"


def unsigned(header: Mapping[str, Any], payload: bytes) -> str:
    """A JWS with an empty signature."""
    return f"{signing_input(header, payload)}."


def hmac_with_public_key(header: Mapping[str, Any], payload: bytes) -> str:
    """An HMAC with the public key's PEM as its secret (RFC 8725 section 2.1)."""
    text = signing_input(header, payload)
    secret = signing.public_pem("issuer")
    return f"{text}.{encoded(hmac.new(secret, text.encode(), 'sha256').digest())}"


def signing_input(header: Mapping[str, Any], payload: bytes) -> str:
    """The first two parts of a JWS."""
    return f"{encoded(json.dumps(header).encode())}.{encoded(payload)}"
