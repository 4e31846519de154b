"""A credential of Open Badges 3.0: what is signed, how, and the documents that it leans on."""

import copy
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from conformance.openbadges import images
from conformance.openbadges.bundle import JSON_TYPE, Json, ServedDocument
from conformance.openbadges.v3 import keys, tokens
from conformance.openbadges.v3.contexts import CREDENTIALS, OPEN_BADGES
from conformance.openbadges.v3.proofs import options, proof_of

VERSION = "3.0"
VALID_FROM = "2024-06-26T12:09:37Z"
CREATED = "2024-06-26T12:10:00Z"
LINKED_DATA = "application/vc+ld+json"
ACHIEVEMENT = "credentialSubject.achievement"
Signed: TypeAlias = Json | str
"""A credential with a proof inside, or a compact JWS."""


@frozen
class CredentialSpec:
    """The properties of a credential to make."""

    email: str
    """Of the recipient."""
    names: Mapping[str, str]
    """``badge``, ``description`` and ``issuer``: sample texts."""
    is_jwt: bool = False
    hashed: bool = True
    salt: str | None = None
    id: str = ""
    """Of the credential; a new URL if it is empty."""
    valid_from: str = VALID_FROM
    members: Mapping[str, Any] = field(factory=dict)
    """Members to add or replace."""


@frozen
class Credential:
    """A credential, before it is signed and after."""

    document: Json
    """What is signed: all members but the proof."""
    urls: Mapping[str, str]
    parts: Mapping[str, ServedDocument]
    """What an issuer serves, by the name of its URL."""
    sign: Callable[["Credential"], Signed]
    is_jwt: bool
    header: Mapping[str, Any] = field(factory=dict)
    """Of a JWS."""
    claims: Mapping[str, Any] = field(factory=dict)
    """Claims of a JWS that replace the usual ones; ``None`` leaves one out."""
    proof: Mapping[str, Any] = field(factory=dict)
    """The options of the proof."""

    def pushed(self) -> Signed:
        """What an issuer pushes."""
        return self.sign(self)

    @property
    def issuer_id(self) -> str:
        """The id of the issuer, whether that is a text or an object."""
        issuer = self.document.get("issuer")
        return str(issuer.get("id") if isinstance(issuer, Mapping) else issuer)

    @property
    def leans_on_site(self) -> bool:
        """Whether nobody can verify it without a document that the issuer serves."""
        method = str(self.proof.get("verificationMethod", ""))
        is_listed = "credentialStatus" in self.document or "schema" in self.parts
        return not method.startswith("did:key:") or is_listed

    def payload(self) -> Json:
        """The claims of a VC-JWT: members of the credential and registered claims."""
        return {
            name: value
            for name, value in {**self.document, **usual_claims(self), **self.claims}.items()
            if value is not None
        }

    def with_member(self, path: str, value: Any) -> "Credential":
        """The credential with one member changed; ``path`` is dotted, with indices of arrays."""
        return self._with_parent(path, lambda parent, last: parent.__setitem__(last, value))

    def without_member(self, path: str) -> "Credential":
        """The credential without one member."""
        return self._with_parent(path, lambda parent, last: parent.pop(last))

    def with_part(self, name: str, **changes: Any) -> "Credential":
        """The credential with a document served differently."""
        part = self.parts.get(name, ServedDocument(None))
        return evolve(self, parts={**self.parts, name: evolve(part, **changes)})

    def _with_parent(self, path: str, change: Callable[[Any, Any], object]) -> "Credential":
        document = copy.deepcopy(self.document)
        *above, last = (int(step) if step.isdecimal() else step for step in path.split("."))
        parent: Any = document
        for step in above:
            parent = parent[step]
        change(parent, last)
        return evolve(self, document=document)

    def served(self) -> dict[str, ServedDocument]:
        """The documents that the issuer site serves, by URL."""
        return {self.urls[name]: part for name, part in self.parts.items()}


def make_credential(spec: CredentialSpec, urls: Mapping[str, str]) -> Credential:
    """A valid credential (Open Badges 3.0, section Data Model).

    A proof is made with a ``did:key``; a VC-JWT with an RSA key that is served beside the issuer.
    """
    issuer = urls["issuer"] if spec.is_jwt else keys.did_key("issuer")
    profile = {"id": issuer, "type": ["Profile"], "name": spec.names["issuer"]}
    document = {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": spec.id or urls["assertion"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": profile,
        "validFrom": spec.valid_from,
        "name": spec.names["badge"],
        "credentialSubject": _subject(spec, urls),
        **spec.members,
    }
    parts = {"image": ServedDocument(images.png(), "image/png"), **_criteria(spec)}
    if not spec.is_jwt:
        proof = options(keys.method_of(issuer), CREATED)
        return Credential(document, urls, parts, embedded, is_jwt=False, proof=proof)
    described = {"@context": document["@context"], **profile}
    parts["issuer"] = ServedDocument(described, "application/ld+json")
    parts["key"] = ServedDocument(keys.public_jwk("issuer"), JSON_TYPE)
    header = {"alg": "RS256", "kid": urls["key"]}
    return Credential(document, urls, parts, compact, is_jwt=True, header=header)


def _subject(spec: CredentialSpec, urls: Mapping[str, str]) -> Json:
    """Who achieved what; a VC-JWT needs the id of its subject for ``sub``."""
    identity = identity_of(spec.email, hashed=spec.hashed, salt=spec.salt)
    return {
        **({"id": f"mailto:{spec.email}"} if spec.is_jwt else {}),
        "type": ["AchievementSubject"],
        "identifier": [identity],
        "achievement": {
            "id": urls["badge"],
            "type": ["Achievement"],
            "name": spec.names["badge"],
            "description": spec.names["description"],
            "criteria": {"id": urls["criteria"], "narrative": spec.names["description"]},
            "image": {"id": urls["image"], "type": "Image"},
        },
    }


def identity_of(
    email: str, *, hashed: bool, salt: str | None = None, algorithm: str = "sha256"
) -> Json:
    """The identifier of a recipient: ``alg$hex(email + salt)``, or the plain e-mail address.

    Source: Open Badges 3.0, IdentityObject.
    """
    digest = f"{algorithm}${tokens.digest(algorithm, email + (salt or ''))}"
    return {
        "type": "IdentityObject",
        "hashed": hashed,
        "identityHash": digest if hashed else email,
        "identityType": "emailAddress",
        **({"salt": salt} if hashed and salt is not None else {}),
    }


def _criteria(spec: CredentialSpec) -> dict[str, ServedDocument]:
    page = f"<!doctype html><title>Criteria</title><p>{spec.names['description']}"
    return {"criteria": ServedDocument(page.encode(), "text/html")}


def usual_claims(credential: Credential) -> Json:
    """The claims that stand beside the members (Open Badges 3.0, section JWT Proof Format)."""
    subject, until = credential.document.get("credentialSubject"), "validUntil"
    subject_id = subject.get("id") if isinstance(subject, Mapping) else None
    ends = {"exp": seconds(credential.document[until])} if until in credential.document else {}
    return {
        "iss": credential.issuer_id,
        "jti": credential.document.get("id"),
        "nbf": seconds(credential.document.get("validFrom")),
        "sub": subject_id,
        **ends,
    }


def seconds(moment: Any) -> int | None:
    """A time as whole Unix seconds; ``None`` when it is none."""
    try:
        return int(datetime.fromisoformat(moment).timestamp())
    except (TypeError, ValueError):
        return None


def embedded(credential: Credential, owner: str = "issuer") -> Json:
    """The document with a proof inside."""
    proof = proof_of(credential.document, credential.proof, owner)
    return {**credential.document, "proof": proof}


def compact(credential: Credential, owner: str = "issuer") -> str:
    """The document as a compact JWS."""
    return tokens.signed(credential.header, as_json(credential.payload()), owner)


def as_json(value: Any) -> bytes:
    """JSON with characters as they are."""
    return json.dumps(value, ensure_ascii=False).encode()
