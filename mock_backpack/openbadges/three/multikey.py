"""Multibase and Multikey: public keys and signatures as texts (Controlled Identifiers 1.0)."""

import base64

from mock_backpack.openbadges.complaint import InvalidBadge, invalid, quoted

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""Of base58btc."""
VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
LONGEST = 200
"""Characters; a signature has 89, and the work grows with the square of them."""
ED25519 = b"\xed\x01"
OTHERS = {
    b"\x80\x24": "a P-256 key",
    b"\x81\x24": "a P-384 key",
    b"\xe7\x01": "a secp256k1 key",
    b"\x85\x24": "an RSA key",
    b"\x80\x26": "a private key",
    b"\xec\x01": "an X25519 key, which cannot sign",
}
"""Beginnings of other keys."""


def base58(text: str) -> bytes:
    """The bytes of a text in base58btc.

    Raises:
        ValueError: when it is none.
    """
    number = 0
    if not 0 < len(text) <= LONGEST:
        raise ValueError(f"expected 1 to {LONGEST} characters, saw {len(text)}")
    for letter in text:
        if letter not in VALUES:
            raise ValueError(f"{letter!r} is no letter of base58btc")
        number = number * 58 + VALUES[letter]
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def base64url(text: str) -> bytes:
    """The bytes of a text in base64url without padding, of which there is one for all bytes.

    Raises:
        ValueError: when it is none.
    """
    content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(content).rstrip(b"=").decode() != text:
        raise ValueError("expected base64url")
    return content


def signature_of(value: object, length: int) -> bytes:
    """A signature in multibase (base58btc).

    Raises:
        InvalidBadge: when it is none, or of another length in bytes.
    """
    expected = f"z and {length} bytes in base58btc"
    if not isinstance(value, str) or not value.startswith("z"):
        raise invalid("proof", "proofValue", expected, quoted(value))
    try:
        content = base58(value[1:])
    except ValueError as error:
        raise invalid("proof", "proofValue", expected, str(error)) from error
    if len(content) != length:
        raise invalid("proof", "proofValue", expected, f"{len(content)} bytes")
    return content


def ed25519_key(value: object, document: str, member: str) -> bytes:
    """The 32 bytes of a public Ed25519 key as a Multikey.

    Raises:
        InvalidBadge: when it is another key, or none.
    """
    if not isinstance(value, str) or not value.startswith("z"):
        raise _no_key(document, member, quoted(value))
    try:
        content = base58(value[1:])
    except ValueError as error:
        raise _no_key(document, member, str(error)) from error
    if content[:2] != ED25519:
        raise _no_key(document, member, OTHERS.get(content[:2], "a key of another kind"))
    if len(content) != len(ED25519) + 32:
        raise _no_key(document, member, f"{len(content) - 2} bytes of key")
    return content[2:]


def _no_key(document: str, member: str, saw: str) -> InvalidBadge:
    return invalid(document, member, "a public Ed25519 key as a Multikey (z6Mk…)", saw)
