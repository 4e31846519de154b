"""Signatures of assertions (RFC 7515): those of an issuer, mistakes, and forgeries."""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any

from attrs import frozen
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

BITS = 2048
ALGORITHM = "RS256"


@cache
def private_key(owner: str) -> RSAKey:
    """The RSA key of ``issuer`` or of a ``stranger``, generated once per process."""
    return RSAKey.generate_key(BITS, {"kid": owner}, auto_kid=False)


def public_pem(owner: str) -> bytes:
    """The public key in PEM, as hosted at ``verify.url``."""
    return private_key(owner).as_pem(private=False)


@cache
def other_public_pem() -> bytes:
    """A public key in PEM that cannot verify RS256 signatures: an elliptic curve key."""
    return ECKey.generate_key("P-256").as_pem(private=False)


def signed(
    assertion: Any, owner: str = "issuer", header: Mapping[str, Any] = MappingProxyType({})
) -> str:
    """A compact JWS with RS256; ``header`` has further members of its header."""
    key = private_key(owner)
    return jws.serialize_compact({"alg": ALGORITHM, **header}, _json(assertion), key)


def signed_with(key: RSAKey, assertion: Mapping[str, Any]) -> str:
    """A compact JWS with RS256 and the given key."""
    return jws.serialize_compact({"alg": ALGORITHM}, _json(assertion), key)


def payload_of(text: str, key: RSAKey) -> Any:
    """The payload of a compact JWS that was signed by a key with RS256.

    Raises:
        ValueError: when it is not such a JWS, or was signed with another key.
    """
    try:
        return json.loads(jws.deserialize_compact(text, key, algorithms=[ALGORITHM]).payload)
    except (JoseError, RecursionError) as error:
        raise ValueError(str(error)) from error


def with_header(assertion: Mapping[str, Any], header: Mapping[str, Any]) -> str:
    """A valid RSA signature with a header that names another algorithm, or none."""
    signing_input = f"{_part(header)}.{_encoded(_json(assertion))}"
    key = private_key("issuer").get_op_key("sign")
    return f"{signing_input}.{_encoded(key.sign(signing_input.encode(), PKCS1v15(), SHA256()))}"


def unsigned(assertion: Mapping[str, Any], algorithm: object) -> str:
    """A JWS whose header names an algorithm and whose signature is empty."""
    return f"{_part({'alg': algorithm})}.{_encoded(_json(assertion))}."


def hmac_with_public_key(
    assertion: Mapping[str, Any], algorithm: str = "HS256", digest: str = "sha256"
) -> str:
    """An HMAC with the public key's PEM as the secret (RFC 8725 section 2.1)."""
    signing_input = f"{_part({'alg': algorithm})}.{_encoded(_json(assertion))}"
    signature = hmac.new(public_pem("issuer"), signing_input.encode(), digest).digest()
    return f"{signing_input}.{_encoded(signature)}"


def of_another_assertion(assertion: Mapping[str, Any]) -> str:
    """A valid signature of another assertion of the same issuer."""
    name = "uid" if "uid" in assertion else "id"
    other = signed({**assertion, name: f"{assertion[name]}-other"})
    header, _, signature = other.split(".")
    return f"{header}.{_encoded(_json(assertion))}.{signature}"


def with_its_own_key(assertion: Mapping[str, Any]) -> str:
    """A stranger's signature whose header contains the stranger's key (RFC 7515, 4.1.3)."""
    key = private_key("stranger")
    header = {"alg": ALGORITHM, "jwk": key.as_dict(private=False)}
    return jws.serialize_compact(header, _json(assertion), key)


def undecodable(text: str) -> str:
    """A JWS whose payload has a length that is impossible in base64url (RFC 7515, section 2)."""
    header, payload, signature = text.split(".")
    missing = (1 - len(payload)) % 4
    return f"{header}.{payload}{'A' * missing}.{signature}"


def tampered(text: str) -> str:
    """A JWS with one character in the middle of its signature changed."""
    head, _, signature = text.rpartition(".")
    middle = len(signature) // 2
    other = "A" if signature[middle] != "A" else "B"
    return f"{head}.{signature[:middle]}{other}{signature[middle + 1 :]}"


@frozen
class BadSignature:
    """A way to make a signature that must not be accepted."""

    does: str
    """What is wrong, in words."""
    make: Callable[[Mapping[str, Any]], str]


FORGERIES: Mapping[str, BadSignature] = MappingProxyType(
    {
        "none": BadSignature(
            "alg is none and there is no signature", lambda assertion: unsigned(assertion, "none")
        ),
        "none-in-capitals": BadSignature(
            "alg is NONE and there is no signature", lambda assertion: unsigned(assertion, "NONE")
        ),
        "hmac": BadSignature("HS256 with the public key as its secret", hmac_with_public_key),
        **{
            f"hmac-as-{name}": BadSignature(
                f"alg is {algorithm}, with an HMAC that uses the public key as its secret",
                partial(hmac_with_public_key, algorithm=algorithm, digest=digest),
            )
            for name, algorithm, digest in (
                ("hs512", "HS512", "sha512"),
                ("lower-case", "hs256", "sha256"),
                ("odd-name", "xhs256", "sha256"),
            )
        },
        "none-in-mixed-case": BadSignature(
            "alg is nOnE and there is no signature", lambda assertion: unsigned(assertion, "nOnE")
        ),
        "null-alg": BadSignature(
            "alg is null and there is no signature", lambda assertion: unsigned(assertion, None)
        ),
        "alg-in-array": BadSignature(
            "alg is an array that contains RS256, with a valid RSA signature",
            lambda assertion: with_header(assertion, {"alg": [ALGORITHM]}),
        ),
        "without-alg": BadSignature(
            "the header has no alg, with a valid RSA signature",
            lambda assertion: with_header(assertion, {}),
        ),
        "unknown-alg": BadSignature(
            "the header has an unknown alg, with a valid RSA signature",
            lambda assertion: with_header(assertion, {"alg": "RS257"}),
        ),
        "unknown-extension": BadSignature(
            "the header has an unknown critical extension, with a valid RSA signature",
            lambda assertion: with_header(
                assertion, {"alg": ALGORITHM, "crit": ["x-seal"], "x-seal": 1}
            ),
        ),
        "lower-case-alg": BadSignature(
            "alg is rs256, with a valid RSA signature",
            lambda assertion: with_header(assertion, {"alg": "rs256"}),
        ),
    }
)
"""Attacks on verifiers that trust the header of a JWS (RFC 8725 section 3.1)."""

MISTAKES: Mapping[str, BadSignature] = MappingProxyType(
    {
        "bad": BadSignature(
            "a character of the signature is changed", lambda assertion: tampered(signed(assertion))
        ),
        "of-a-stranger": BadSignature(
            "the signature is made with another key than the one at verify.url",
            lambda assertion: signed(assertion, "stranger"),
        ),
        "cut": BadSignature(
            "the signature is left out", lambda assertion: unsigned(assertion, ALGORITHM)
        ),
        "of-another-assertion": BadSignature(
            "the signature belongs to another assertion of the issuer", of_another_assertion
        ),
        "of-no-base64": BadSignature(
            "the payload cannot be decoded as base64url",
            lambda assertion: undecodable(signed(assertion)),
        ),
        "of-null": BadSignature(
            "the signed payload is the JSON value null", lambda _: signed(None)
        ),
        "of-an-array": BadSignature(
            "the signed payload is an array that contains the assertion",
            lambda assertion: signed([assertion]),
        ),
        "with-a-fourth-part": BadSignature(
            "a fourth part follows the signature", lambda assertion: f"{signed(assertion)}.AAAA"
        ),
        "with-words-behind": BadSignature(
            "a space and a word follow the signature",
            lambda assertion: f"{signed(assertion)} again",
        ),
        "with-its-own-key": BadSignature(
            "the header contains the key that the signature was made with", with_its_own_key
        ),
    }
)
"""Signatures that do not match the key at ``verify.url``."""


def _part(header: Mapping[str, Any]) -> str:
    return _encoded(_json(header))


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
