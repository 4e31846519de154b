"""Signed assertions: JSON Web Signatures with RS256 and nothing else (RFC 7515, RFC 8725).

The cryptography is imported where it is used: it costs half of the time that a mock needs to start.
"""
# ruff: noqa: PLC0415

import base64
import re
from typing import TYPE_CHECKING, Any

from mock_backpack.core.seams import seam
from mock_backpack.core.strict_json import NotJson, strict_json
from mock_backpack.openbadges.complaint import invalid, quoted

if TYPE_CHECKING:
    from joserfc.jws import CompactSignature

ALGORITHM = "RS256"
SHORTEST_KEY = 2048
"""Bits (RFC 7518 section 3.3)."""
PARTS = ("header", "payload", "signature")
PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
PEM_KINDS = (
    ("CERTIFICATE", "a certificate instead of its public key"),
    ("PRIVATE KEY", "a private key: anyone can now sign with it"),
)
"""How the label of a PEM ends, and what it is."""
COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)


def looks_signed(text: str) -> bool:
    """Whether a text has the shape of a compact JWS."""
    return bool(COMPACT.fullmatch(text))


@seam
def unverified_payload(signature: str) -> bytes:
    """The assertion inside a JWS whose signature nobody has looked at yet.

    Raises:
        InvalidBadge: when it is no JWS.
    """
    return _parsed(signature).payload


def _parsed(signature: str) -> "CompactSignature":
    from joserfc import jws
    from joserfc.errors import JoseError

    try:
        return jws.extract_compact(signature.encode())
    except (JoseError, ValueError) as error:
        raise invalid("signature", "", "a compact JWS", what_is_wrong(signature)) from error


def what_is_wrong(signature: str) -> str:
    """Why a text with the shape of a compact JWS is none."""
    parts = signature.split(".")
    for name, part in zip(PARTS, parts, strict=True):
        try:
            content = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        except ValueError:
            return f"a {name} that is not base64url"
        if name == "header" and not _is_object(content):
            return "a header that is not a JSON object"
    return "a header without alg"  # all else is in order


def _is_object(content: bytes) -> bool:
    try:
        return isinstance(strict_json(content), dict)
    except NotJson:
        return False


def check_header(header: dict[str, Any]) -> None:
    """RFC 8725 section 3.1: an allow-list of algorithms, and nothing that we must understand.

    Raises:
        InvalidBadge: when the algorithm is another one, or there is a critical extension.
    """
    algorithm = header.get("alg")
    if algorithm != ALGORITHM:
        saw = quoted(algorithm) if "alg" in header else "no such member"
        raise invalid("signature", "alg", quoted(ALGORITHM), saw)
    if "crit" in header:
        raise invalid("signature", "crit", "no critical extensions", quoted(header["crit"]))


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
        raise invalid("key", "", "an RSA public key in PEM", kind_of_key(pem)) from error
    if not isinstance(key, RSAPublicKey):
        kind = type(key).__name__.strip("_").removesuffix("PublicKey")
        raise invalid("key", "", "an RSA public key in PEM", f"a key for {kind}")
    if key.key_size < SHORTEST_KEY:
        expected = f"an RSA key of {SHORTEST_KEY} bits or more"
        raise invalid("key", "", expected, f"one of {key.key_size} bits")
    try:
        jws.deserialize_compact(signature.encode(), RSAKey.import_key(pem), algorithms=[ALGORITHM])
    except (JoseError, ValueError) as error:
        expected = "a signature made with the key at verify.url"
        raise invalid("signature", "", expected, "one by another key") from error


def kind_of_key(pem: bytes) -> str:
    """What a document is instead of a public key."""
    if label := PEM.search(pem):
        name = label[1].decode()
        spoilt = f"a PEM with the label {name} that cannot be read"
        return next((words for end, words in PEM_KINDS if name.endswith(end)), spoilt)
    if not pem.strip():
        return "an empty document"
    return "a JSON object: is it a JWK?" if _is_object(pem) else "not a PEM"
