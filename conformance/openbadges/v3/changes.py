"""Flaws and variants of credentials: named changes of a valid one, before or after it is signed."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from attrs import evolve, frozen

from conformance.openbadges.bundle import Json
from conformance.openbadges.v3.credential import VERSION, Credential

Change: TypeAlias = Callable[[Credential], Credential]


@frozen
class CredentialChange:
    """One named way in which a credential can be wrong, or can be written differently."""

    name: str
    does: str
    """What is wrong or different, in words."""
    change: Change
    proof: bool = True
    """Whether a credential with a proof inside can have it."""
    jwt: bool = True
    """Whether a VC-JWT can have it."""
    structural: bool = False
    """Whether the document shows it by itself."""

    @property
    def hosted(self) -> bool:
        """Whether a credential that is no JWS can have it."""
        return self.proof

    @property
    def signed(self) -> bool:
        """Whether a JWS can have it."""
        return self.jwt

    @property
    def versions(self) -> tuple[str, ...]:
        """The version of Open Badges that it is about."""
        return (VERSION,)


def afterwards(credential: Credential, change: Callable[[Any], Any]) -> Credential:
    """The credential, of which what is pushed is changed after it was signed."""
    sign = credential.sign
    return evolve(credential, sign=lambda signed: change(sign(signed)))


def with_options(credential: Credential, **changes: Any) -> Credential:
    """The credential with other options of its proof; ``None`` leaves one out."""
    changed = {**credential.proof, **changes}
    return evolve(
        credential, proof={name: value for name, value in changed.items() if value is not None}
    )


def with_proof(signed: Mapping[str, Any], **changes: Any) -> Json:
    """A signed credential with other members of its proof; ``None`` leaves one out."""
    changed = {**signed["proof"], **changes}
    proof = {name: value for name, value in changed.items() if value is not None}
    return {**signed, "proof": proof}


def with_header(credential: Credential, **changes: Any) -> Credential:
    """The credential with another header of its JWS; ``None`` leaves a member out."""
    changed = {**credential.header, **changes}
    return evolve(
        credential, header={name: value for name, value in changed.items() if value is not None}
    )


def with_claims(credential: Credential, **changes: Any) -> Credential:
    """The credential with other claims of its JWS; ``None`` leaves one out."""
    return evolve(credential, claims={**credential.claims, **changes})
