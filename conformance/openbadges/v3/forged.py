"""Flaws of VC-JWTs: signatures, headers and claims."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from attrs import evolve

from conformance.openbadges import signing
from conformance.openbadges.v3 import keys, tokens
from conformance.openbadges.v3.changes import (
    Change,
    CredentialChange,
    afterwards,
    with_claims,
    with_header,
)
from conformance.openbadges.v3.credential import Credential, as_json, compact

Make = Callable[[Mapping[str, Any], bytes], str]


def of_tokens() -> Iterator[CredentialChange]:
    """Flaws of compact JWS."""
    for name, (does, change) in {**FORGERIES, **OTHERWISE}.items():
        yield _flaw(f"jws-{name}", does, change)
    for name, (does, edit) in SIGNATURES.items():
        yield _flaw(f"jws-{name}", does, partial(afterwards, change=edit))
    for name, (does, members) in HEADERS.items():
        yield _flaw(f"header-{name}", does, partial(with_header, **members))
    for name, (does, members) in CLAIMS.items():
        yield _flaw(f"claim-{name}", does, partial(with_claims, **members))


def _flaw(name: str, does: str, change: Change) -> CredentialChange:
    return CredentialChange(name, does, change, proof=False)


def _made(make: Make, **header: Any) -> Change:
    """A JWS that another function makes, with a header that is changed."""

    def changed(credential: Credential) -> Credential:
        return evolve(
            with_header(credential, **header),
            sign=lambda unsigned: make(unsigned.header, as_json(unsigned.payload())),
        )

    return changed


FORGERIES: Mapping[str, tuple[str, Change]] = {
    "none": ("alg is none and there is no signature", _made(tokens.unsigned, alg="none")),
    "none-in-mixed-case": (
        "alg is nOnE and there is no signature",
        _made(tokens.unsigned, alg="nOnE"),
    ),
    "unsigned": ("the signature is empty", _made(tokens.unsigned)),
    "hmac": (
        "HS256 with the public key as its secret",
        _made(tokens.hmac_with_public_key, alg="HS256"),
    ),
    "hmac-as-rs256": (
        "alg is RS256, with an HMAC that uses the public key as its secret",
        _made(tokens.hmac_with_public_key),
    ),
    "as-es256": ("alg is ES256, with an RSA signature", _made(tokens.signed, alg="ES256")),
    "as-eddsa": ("alg is EdDSA, with an RSA signature", _made(tokens.signed, alg="EdDSA")),
    "as-lower-case": ("alg is rs256, with an RSA signature", _made(tokens.signed, alg="rs256")),
    "as-unknown": ("alg is RS257, with an RSA signature", _made(tokens.signed, alg="RS257")),
    "without-alg": ("the header has no alg", _made(tokens.signed, alg=None)),
    "alg-in-array": ("alg is an array with RS256", _made(tokens.signed, alg=["RS256"])),
}
"""Attacks on verifiers that believe the header of a JWS (RFC 8725 section 3.1)."""
SIGNATURES: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "changed": ("a character of the signature was changed", signing.tampered),
    "cut": ("the last characters of the signature are missing", lambda text: text[:-8]),
    "halved": ("the signature and its dot are missing", lambda text: text.rpartition(".")[0]),
    "of-no-base64": ("the payload cannot be decoded", signing.undecodable),
    "with-a-fourth-part": ("a fourth part follows", lambda text: f"{text}.AAAA"),
}
"""Signatures that somebody has changed."""


def _of_another(credential: Credential) -> str:
    other = credential.with_member("id", f"{credential.document['id']}-other")
    header, _, signature = compact(other).split(".")
    payload = compact(credential).split(".")[1]
    return f"{header}.{payload}.{signature}"


def _embedding_strangers_key(credential: Credential) -> Credential:
    changed = with_header(credential, kid=None, jwk=keys.public_jwk("stranger"))
    return evolve(changed, sign=lambda unsigned: compact(unsigned, "stranger"))


def _with_private_key(credential: Credential) -> Credential:
    jwk = dict(signing.private_key("issuer").as_dict(private=True))
    return with_header(credential, jwk=jwk)


OTHERWISE: Mapping[str, tuple[str, Change]] = {
    "of-a-stranger": (
        "the signature was made with the key of a stranger",
        lambda credential: evolve(credential, sign=lambda unsigned: compact(unsigned, "stranger")),
    ),
    "of-another-credential": (
        "the signature belongs to another credential of the issuer",
        lambda credential: evolve(credential, sign=_of_another),
    ),
    "with-the-key-of-a-stranger": (
        "the header has the key of a stranger, who signed in the name of the issuer",
        _embedding_strangers_key,
    ),
    "with-another-end": (
        "exp is another time than validUntil",
        lambda credential: with_claims(
            credential.with_member("validUntil", "2199-01-01T00:00:00Z"), exp=7_000_000_000
        ),
    ),
    "with-a-private-key": ("the header has the private key beside kid", _with_private_key),
}
"""Signatures of other keys, and keys that should not be there."""
HEADERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "without-key": ("the header has neither kid nor jwk", {"kid": None}),
    "typ": ("typ is one of another kind of token", {"typ": "at+jwt"}),
    "x5u": ("the header has x5u", {"x5u": "https://keys.example/certificate"}),
    "extra": ("the header has a member that is not allowed", {"x-seal": "wax"}),
    "crit": ("the header has an unknown critical member", {"crit": ["x-seal"], "x-seal": 1}),
    "kid-number": ("kid is a number", {"kid": 7}),
}
"""Headers that Open Badges 3.0 does not allow (section JWT Proof Format)."""
CLAIMS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "iss-other": ("iss is not the id of the issuer", {"iss": "https://other.example/issuer"}),
    "iss-missing": ("iss is missing", {"iss": None}),
    "jti-other": ("jti is not the id of the credential", {"jti": "urn:other"}),
    "jti-missing": ("jti is missing", {"jti": None}),
    "sub-other": ("sub is not the id of the subject", {"sub": "mailto:other@example.org"}),
    "sub-missing": ("sub is missing", {"sub": None}),
    "nbf-other": ("nbf is not validFrom", {"nbf": 1_500_000_000}),
    "nbf-missing": ("nbf is missing", {"nbf": None}),
    "nbf-text": ("nbf is a text", {"nbf": "2024-06-26T12:09:37Z"}),
    "exp-past": ("exp has passed", {"exp": 1_720_000_000}),
}
"""Claims that differ from the members of the credential."""
