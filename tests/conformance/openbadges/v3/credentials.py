"""Credentials to look at, without any server."""

from collections.abc import Mapping

from conformance.openbadges.v3.changes import CredentialChange
from conformance.openbadges.v3.credential import Credential, CredentialSpec, make_credential

PARTS = ("assertion", "issuer", "key", "image", "badge", "criteria", "revocations", "copy")
URLS = {
    **{part: f"https://issuer.example/x/{part}" for part in PARTS},
    "elsewhere": "https://other.example/y/key",
}
NAMES = {"badge": "A badge", "description": "Of a test.", "issuer": "An issuer"}
EMAIL = "ada@example.org"


def credential(*, jwt: bool = False) -> Credential:
    """The usual valid credential."""
    return make_credential(CredentialSpec(EMAIL, NAMES, is_jwt=jwt), URLS)


def each(changes: Mapping[str, CredentialChange]) -> list[tuple[str, bool]]:
    """Names of changes, with whether a VC-JWT is changed, for all kinds that can have them."""
    return [
        (name, jwt)
        for name, change in changes.items()
        for jwt in (False, True)
        if (change.jwt if jwt else change.proof)
    ]
