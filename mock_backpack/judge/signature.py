"""Signed assertions: JSON Web Signatures with RS256 and nothing else (RFC 7515, RFC 8725).

The cryptography is imported where it is used: it costs half of the time that a mock needs to start.
"""
# ruff: noqa: PLC0415

import re
from typing import TYPE_CHECKING, Any

from mock_backpack.judge.complaint import invalid
from mock_backpack.judge.fetch import json_object
from mock_backpack.seams import seam
from mock_backpack.strict_json import kind_of

if TYPE_CHECKING:
    from joserfc.jws import CompactSignature

ALGORITHM = "RS256"
SHORTEST_KEY = 2048
"""Bits (RFC 7518 section 3.3)."""
COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)


def looks_signed(text: str) -> bool:
    """Whether a text has the shape of a compact JWS."""
    return bool(COMPACT.fullmatch(text))


def unverified_payload(signature: str) -> dict[str, Any]:
    """The assertion inside a JWS whose signature nobody has looked at yet.

    Raises:
        InvalidBadge: when it is no JWS, or its payload is no JSON object.
    """
    return json_object("assertion", _parsed(signature).payload)


def _parsed(signature: str) -> "CompactSignature":
    from joserfc import jws
    from joserfc.errors import JoseError

    try:
        return jws.extract_compact(signature.encode())
    except (JoseError, ValueError) as error:
        raise invalid("signature", "", "a compact JWS", str(error)) from error


def check_header(header: dict[str, Any]) -> None:
    """RFC 8725 section 3.1: an allow-list of algorithms, and nothing that we must understand.

    Raises:
        InvalidBadge: when the algorithm is another one, or there is a critical extension.
    """
    algorithm = header.get("alg")
    if algorithm != ALGORITHM:
        saw = algorithm if isinstance(algorithm, str) else kind_of(algorithm)
        raise invalid("signature", "alg", ALGORITHM, saw)
    if "crit" in header:
        raise invalid("signature", "crit", "no critical extensions", header["crit"])


@seam
def verify(signature: str, pem: bytes) -> None:
    """Check header and signature with the issuer's public key.

    Raises:
        InvalidBadge: when it is not signed with RS256 by the RSA key in ``pem``.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import RSAKey

    check_header(_parsed(signature).headers())
    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise invalid("key", "", "an RSA public key in PEM", str(error)) from error
    if not isinstance(key, RSAPublicKey) or key.key_size < SHORTEST_KEY:
        raise invalid("key", "", f"an RSA key of {SHORTEST_KEY} bits or more", type(key).__name__)
    try:
        jws.deserialize_compact(signature.encode(), RSAKey.import_key(pem), algorithms=[ALGORITHM])
    except (JoseError, ValueError) as error:
        expected = "a signature made with the key at verify.url"
        raise invalid("signature", "", expected, str(error)) from error
