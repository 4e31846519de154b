"""A compact JWS, its header and its claims."""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from tests.miniatures.current.shape import Invalid, moment

HEADER = {"alg", "kid", "jwk", "typ"}


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Jws:
    header: dict[str, Any]
    payload: dict[str, Any]
    text: str

    @classmethod
    def of(cls, text: str) -> Self:
        if not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", text, re.ASCII):
            raise Invalid("expected header.payload.signature")
        header, payload = (json.loads(decoded(part)) for part in text.split(".")[:2])
        if not isinstance(header, dict) or not isinstance(payload, dict):
            raise Invalid("header or payload is no JSON object")
        return cls(header, payload, text)


def check_header(header: dict[str, Any]) -> None:
    if not set(header) <= HEADER:
        raise Invalid("the header has other members")
    if header.get("alg") != "RS256":
        raise Invalid("expected RS256")
    if header.get("typ", "JWT") != "JWT":
        raise Invalid("the typ is another one")
    if "d" in header.get("jwk", {}):
        raise Invalid("the header has a private key")
    if not isinstance(header.get("kid"), str):
        raise Invalid("the header names no key that belongs to an issuer")


def check_claims(payload: dict[str, Any], issuer: str) -> None:
    expected = {
        "iss": issuer,
        "jti": payload["id"],
        "sub": payload["credentialSubject"].get("id"),
        "nbf": int(moment(payload["validFrom"])),
        "exp": int(moment(payload["validUntil"])) if "validUntil" in payload else None,
    }
    for name, value in expected.items():
        if payload.get(name) != value:
            raise Invalid(f"{name} is not that of the credential")


def check_rsa(jws: Jws, jwk: dict[str, Any]) -> None:
    signed, _, signature = jws.text.rpartition(".")
    if jwk.get("kty") != "RSA":
        raise Invalid("the key is of another kind")
    numbers = (int.from_bytes(decoded(str(jwk.get(name, "")))) for name in ("e", "n"))
    try:
        key = RSAPublicNumbers(*numbers).public_key()
        key.verify(decoded(signature), signed.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        raise Invalid("the signature is wrong") from None
