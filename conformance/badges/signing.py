"""Sign assertions as an issuer does (RFC 7515), and as a forger would."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from attrs import frozen
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

BITS = 2048
ALGORITHM = "RS256"


@cache
def private_key(owner: str) -> RSAKey:
    """The RSA key of ``issuer`` or of a ``stranger``, made once a process."""
    return RSAKey.generate_key(BITS, {"kid": owner}, auto_kid=False)


def public_pem(owner: str) -> bytes:
    """The public key in PEM, as it is hosted at ``verify.url``."""
    return private_key(owner).as_pem(private=False)


def signed(assertion: Mapping[str, Any], owner: str = "issuer") -> str:
    """A compact JWS with RS256."""
    return signed_with(private_key(owner), assertion)


def signed_with(key: RSAKey, assertion: Mapping[str, Any]) -> str:
    """The same with a key of somebody's own."""
    return jws.serialize_compact({"alg": ALGORITHM}, _json(assertion), key)


def payload_of(text: str, key: RSAKey) -> Any:
    """What a compact JWS says, if a key has signed it with RS256.

    Raises:
        ValueError: when it is no such JWS, or another key has signed it.
    """
    try:
        return json.loads(jws.deserialize_compact(text, key, algorithms=[ALGORITHM]).payload)
    except (JoseError, RecursionError) as error:
        raise ValueError(str(error)) from error


def with_header(assertion: Mapping[str, Any], header: Mapping[str, Any]) -> str:
    """A right RSA signature under a header that says something else, or nothing."""
    signing_input = f"{_part(header)}.{_encoded(_json(assertion))}"
    key = private_key("issuer").get_op_key("sign")
    return f"{signing_input}.{_encoded(key.sign(signing_input.encode(), PKCS1v15(), SHA256()))}"


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


@frozen
class Forgery:
    """A way to make a signature that nobody may believe."""

    does: str
    """What is wrong, in words."""
    make: Callable[[Mapping[str, Any]], str]


FORGERIES: Mapping[str, Forgery] = MappingProxyType(
    {
        "none": Forgery(
            "alg is none and there is no signature", lambda said: unsigned(said, "none")
        ),
        "none-in-capitals": Forgery(
            "alg is NONE and there is no signature", lambda said: unsigned(said, "NONE")
        ),
        "hmac": Forgery("HS256 with the public key as its secret", hmac_with_public_key),
        "without-alg": Forgery(
            "the header names no alg, over a right RSA signature",
            lambda said: with_header(said, {}),
        ),
        "unknown-alg": Forgery(
            "the header names an alg that there is not, over a right RSA signature",
            lambda said: with_header(said, {"alg": "RS257"}),
        ),
        "lower-case-alg": Forgery(
            "alg is rs256, over a right RSA signature",
            lambda said: with_header(said, {"alg": "rs256"}),
        ),
    }
)
"""Attacks on whoever believes the header of a JWS (RFC 8725 section 3.1)."""


def _part(header: Mapping[str, Any]) -> str:
    return _encoded(_json(header))


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
