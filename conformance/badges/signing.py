"""Sign assertions as an issuer does (RFC 7515), and as a forger would."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from joserfc import jws
from joserfc.jwk import RSAKey

BITS = 2048


@cache
def private_key(owner: str) -> RSAKey:
    """The RSA key of ``issuer`` or of a ``stranger``, made once a process."""
    return RSAKey.generate_key(BITS, {"kid": owner}, auto_kid=False)


def public_pem(owner: str) -> bytes:
    """The public key in PEM, as it is hosted at ``verify.url``."""
    return private_key(owner).as_pem(private=False)


def signed(assertion: Mapping[str, Any], owner: str = "issuer") -> str:
    """A compact JWS with RS256."""
    return jws.serialize_compact({"alg": "RS256"}, _json(assertion), private_key(owner))


def unsigned(assertion: Mapping[str, Any], algorithm: object) -> str:
    """A JWS whose header names an algorithm and whose signature is empty."""
    return f"{_part({'alg': algorithm})}.{_encoded(_json(assertion))}."


def hmac_with_public_key(assertion: Mapping[str, Any]) -> str:
    """HS256 with the public key's PEM as the secret (RFC 8725 section 2.1)."""
    signing_input = f"{_part({'alg': 'HS256'})}.{_encoded(_json(assertion))}"
    made = hmac.new(public_pem("issuer"), signing_input.encode(), hashlib.sha256).digest()
    return f"{signing_input}.{_encoded(made)}"


def tampered(text: str) -> str:
    """A JWS with one character in the middle of its signature changed."""
    head, _, signature = text.rpartition(".")
    middle = len(signature) // 2
    other = "A" if signature[middle] != "A" else "B"
    return f"{head}.{signature[:middle]}{other}{signature[middle + 1 :]}"


def _part(header: Mapping[str, Any]) -> str:
    return _encoded(_json(header))


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
