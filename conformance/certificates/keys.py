"""RSA keys of whoever signs a certificate's badge, out of PEM files."""

import warnings
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from conformance.core.errors import AuthoringError, Place
from conformance.openbadges.signing import BITS


def signing_key(file: Path | None) -> RSAKey:
    """The private key in a file; without one, a new key that is thrown away after use.

    Raises:
        AuthoringError: when the file holds no RSA key that may sign.
    """
    if file is None:
        return RSAKey.generate_key(BITS, auto_kid=False)
    key = read_key(file)
    if not key.is_private:
        raise AuthoringError("expected a private key, saw a public one", Place(str(file)))
    return key


def read_key(file: Path) -> RSAKey:
    """The RSA key in a PEM file.

    Raises:
        AuthoringError: when there is none, or a weak one.
    """
    try:
        return rsa_key(file.read_bytes())
    except OSError as error:
        raise AuthoringError(f"cannot be read: {error.strerror}", Place(str(file))) from error
    except ValueError as error:
        raise AuthoringError(str(error), Place(str(file))) from error


def rsa_key(pem: bytes) -> RSAKey:
    """The key in PEM.

    Raises:
        ValueError: when it is no RSA key, or a weak one.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # a weak key is reported below, and refused
            key = RSAKey.import_key(pem)
    except (ValueError, TypeError, JoseError) as error:
        raise ValueError(f"expected an RSA key in PEM, without a password: {error}") from error
    if key.raw_value.key_size < BITS:
        raise ValueError(
            f"expected an RSA key of {BITS} bits or more, saw {key.raw_value.key_size}"
        )
    return key


def public_pem(key: RSAKey) -> bytes:
    """The public part, as it is hosted."""
    return bytes(key.as_pem(private=False))
