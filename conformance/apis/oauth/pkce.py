"""Proof keys for code exchange (RFC 7636)."""

import base64
import hashlib
import secrets


def new_verifier() -> str:
    """A code verifier of 43 characters, which nobody can guess (section 4.1)."""
    return secrets.token_urlsafe(32)


def challenge(verifier: str) -> str:
    """The code challenge of a verifier with the method S256 (section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
