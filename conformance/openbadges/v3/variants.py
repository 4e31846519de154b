"""Other ways to write a valid credential, each as a change of the usual one."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any

from attrs import evolve

from conformance.openbadges import images
from conformance.openbadges.bundle import Json
from conformance.openbadges.v3 import tokens
from conformance.openbadges.v3.changes import (
    Change,
    CredentialChange,
    afterwards,
    with_header,
    with_options,
)
from conformance.openbadges.v3.contexts import (
    CREDENTIALS,
    CREDENTIALS_1,
    DATA_INTEGRITY,
    EXTENSIONS,
    OPEN_BADGES,
)
from conformance.openbadges.v3.credential import ACHIEVEMENT, Credential
from conformance.openbadges.v3.proofs import options, proof_of
from conformance.openbadges.v3.schemas import FITTING
from conformance.openbadges.v3.served import by_url, by_web
from conformance.openbadges.v3.statuses import in_bitstring, listed

SUBJECT = "credentialSubject"
OWN_TERMS = {"xLevel": "https://example.org/terms#xLevel"}
LARGE = 75_000
"""Bytes of an image that has 100 kB as base64."""
UNKNOWN_PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "experimental-rdfc-2099",
    "created": "2024-06-26T12:10:00Z",
    "verificationMethod": "https://keys.example/experimental",
    "proofPurpose": "assertionMethod",
    "proofValue": "z2ExperimentaL",
}
"""A proof of a suite that nobody knows, beside a good one."""


def _with(path: str, value: Any) -> Change:
    return partial(Credential.with_member, path=path, value=value)


def _edited(edit: Callable[[Json], Json]) -> Change:
    return lambda credential: afterwards(credential, edit)


def _compacted(credential: Credential) -> Credential:
    """Arrays with one value are written as that value."""
    changed = credential.with_member(f"{SUBJECT}.type", "AchievementSubject")
    identifier = credential.document[SUBJECT]["identifier"][0]
    changed = changed.with_member(f"{SUBJECT}.identifier", identifier)
    changed = changed.with_member(f"{ACHIEVEMENT}.type", "Achievement")
    return changed.with_member("issuer.type", "Profile")


def _in_arrays(credential: Credential) -> Credential:
    """Values are written as arrays with one value."""
    changed = credential.with_member(f"{SUBJECT}.identifier.0.type", ["IdentityObject"])
    return changed.with_member(f"{ACHIEVEMENT}.image.type", ["Image"])


def _former_model(credential: Credential) -> Credential:
    """A credential of VCDM 1.1, which has issuanceDate and a context for its proof."""
    badges = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"
    changed = credential.with_member("@context", [CREDENTIALS_1, badges, DATA_INTEGRITY])
    changed = changed.with_member("issuanceDate", credential.document["validFrom"])
    return changed.without_member("validFrom")


def _twice_proved(credential: Credential, *, first: bool) -> Credential:
    def with_another(signed: Json) -> Json:
        proofs = [signed["proof"], UNKNOWN_PROOF]
        return {**signed, "proof": proofs if first else proofs[::-1]}

    return afterwards(credential, with_another)


def _with_two_proofs(credential: Credential) -> Credential:
    """Two good proofs of the issuer."""

    def signed(unsigned: Credential) -> Json:
        later = options(unsigned.proof["verificationMethod"], "2024-06-27T08:00:00Z")
        proofs = [proof_of(unsigned.document, proof) for proof in (unsigned.proof, later)]
        return {**unsigned.document, "proof": proofs}

    return evolve(credential, sign=signed)


def _own_context(credential: Credential) -> Credential:
    changed = credential.with_member("@context", [CREDENTIALS, OPEN_BADGES, OWN_TERMS])
    return changed.with_member("xLevel", "gold")


def _with_schema(credential: Credential) -> Credential:
    changed = credential.with_member("@context", [CREDENTIALS, OPEN_BADGES, EXTENSIONS])
    schema = {
        "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
        "type": "1EdTechJsonSchemaValidator2019",
    }
    return changed.with_member("credentialSchema", [schema])


def _until(credential: Credential) -> Credential:
    return credential.with_member("validUntil", "2199-01-01T00:00:00Z")


def _spaced(credential: Credential) -> Credential:
    """The JSON of the payload has line breaks, and characters as escapes."""

    def signed(unsigned: Credential) -> str:
        return tokens.signed(unsigned.header, json.dumps(unsigned.payload(), indent=2).encode())

    return evolve(credential.with_member("name", "Żółć 徽章"), sign=signed)


def _issuer_as_text(credential: Credential) -> Credential:
    return credential.with_member("issuer", credential.issuer_id)


def _with_encoded_id(credential: Credential) -> Credential:
    """The last letter of the id is percent-encoded, which changes nothing about what it means."""
    before, last = credential.document["id"][:-1], credential.document["id"][-1]
    return credential.with_member("id", f"{before}%{ord(last):02X}")


def _with_large_image(credential: Credential) -> Credential:
    """The image of the achievement is a data: URL of 100 kB."""
    picture = base64.b64encode(images.png().ljust(LARGE, b"\0")).decode()
    image = {"id": f"data:image/png;base64,{picture}", "type": "Image"}
    return credential.with_member(f"{ACHIEVEMENT}.image", image)


BOTH: Mapping[str, tuple[str, Change]] = {
    "achievement-credential": (
        "the type is AchievementCredential",
        _with("type", ["VerifiableCredential", "AchievementCredential"]),
    ),
    "compacted": ("arrays with one value are written as that value", _compacted),
    "in-arrays": ("single values are written as arrays", _in_arrays),
    "issuer-as-text": ("the issuer is a text", _issuer_as_text),
    "valid-until": ("it is valid until a far time", _until),
    "offset-time": (
        "validFrom has an offset",
        _with("validFrom", "2024-06-26T14:09:37+02:00"),
    ),
    "awarded-date": (
        "it has an awardedDate",
        _with("awardedDate", "2024-06-25T00:00:00Z"),
    ),
    "unicode": ("its texts have characters of many scripts", _with("name", "Żółć 徽章 🏅 e\u0301")),
    "credits": (
        "the achievement has credits with a fraction",
        _with(f"{ACHIEVEMENT}.creditsAvailable", 3.5),
    ),
    "whole-credits": (
        "the achievement has whole credits",
        _with(f"{ACHIEVEMENT}.creditsAvailable", 30),
    ),
    "encoded-id": ("a letter of its id is percent-encoded", _with_encoded_id),
    "large-image": ("its image is a data: URL of 100 kB", _with_large_image),
    "tags": (
        "the achievement has tags, and a type of achievement",
        _with(f"{ACHIEVEMENT}.tag", ["one", "two", "three"]),
    ),
    "criteria-narrative": (
        "the criteria are a text alone",
        _with(f"{ACHIEVEMENT}.criteria", {"narrative": "Be *good*."}),
    ),
    "own-context": ("a third context defines a term of its own", _own_context),
    "schema": ("it names a JSON Schema, and the context that defines its type", _with_schema),
    "listed-not-revoked": (
        "a revocation list has another id",
        partial(listed, revoked=False),
    ),
    "bit-not-set": ("its bit in the status list is not set", partial(in_bitstring, revoked=False)),
}
"""Variants of both kinds of credentials."""
PROOFS: Mapping[str, tuple[str, Change]] = {
    "proof-in-array": (
        "its proof is in an array",
        _edited(lambda signed: {**signed, "proof": [signed["proof"]]}),
    ),
    "two-proofs": ("it has two good proofs", _with_two_proofs),
    "unknown-proof-behind": (
        "a proof of an unknown suite follows the good one",
        partial(_twice_proved, first=True),
    ),
    "unknown-proof-before": (
        "a proof of an unknown suite comes before the good one",
        partial(_twice_proved, first=False),
    ),
    "created-with-fraction": (
        "created of its proof has a fraction of a second",
        lambda credential: with_options(credential, created="2024-06-26T12:10:00.123456Z"),
    ),
    "former-model": ("it is one of VCDM 1.1, with issuanceDate", _former_model),
    "former-badges": (
        "its context is that of Open Badges 3.0.2",
        _with(
            "@context", [CREDENTIALS, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"]
        ),
    ),
    "key-by-url": ("its key is a Multikey at a URL", by_url),
    "did-web": ("its issuer is a did:web", by_web),
    "did-subject": (
        "its subject has an id beside the identifier",
        _with(f"{SUBJECT}.id", "urn:uuid:5f0a8d2e-94f0-4a44-9f1c-1f5e1d0c7a3b"),
    ),
    "members-sorted": (
        "its members are in another order",
        _edited(lambda signed: json.loads(json.dumps(signed, sort_keys=True))),
    ),
    "float-without-fraction": (
        "credits are written as 3.0",
        _with(f"{ACHIEVEMENT}.creditsAvailable", 3.0),
    ),
}
"""Variants of credentials with a proof inside."""
TOKENS: Mapping[str, tuple[str, Change]] = {
    "typ": ("the header has the typ JWT", lambda credential: with_header(credential, typ="JWT")),
    "spaced": ("the JSON of the payload has line breaks and escapes", _spaced),
}
"""Variants of VC-JWTs."""


def _all() -> Iterator[CredentialChange]:
    for name, (does, change) in {**BOTH, **FITTING}.items():
        yield CredentialChange(name, does, change)
    for name, (does, change) in PROOFS.items():
        yield CredentialChange(name, does, change, jwt=False)
    for name, (does, change) in TOKENS.items():
        yield CredentialChange(name, does, change, proof=False)


@cache
def variants_3() -> Mapping[str, CredentialChange]:
    """All variants by name; each is a change that leaves the credential valid."""
    return MappingProxyType({variant.name: variant for variant in _all()})
