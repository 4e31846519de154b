"""What is shown of a credential and of the documents that it leans on."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from attrs import evolve

from mock_backpack.issuer.looks import DocumentLook
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, Unreachable
from mock_backpack.openbadges.fetch import Fetched, Seen, is_good, json_object
from mock_backpack.openbadges.members import Member
from mock_backpack.openbadges.three.judge import (
    Document,
    achievement_of,
    subject_of,
    with_single,
)
from mock_backpack.openbadges.three.jwt import CLAIMS, HEADERS, Token
from mock_backpack.openbadges.three.members import (
    ACHIEVEMENT,
    CREDENTIAL,
    IDENTIFIER,
    OBJECT,
    SUBJECT,
    dates_of,
    listed,
)

Table = Mapping[str, Member]
ITSELF = ("credential", "assertion")
"""The credential, by the names under which it was fetched."""
SCHEMA = "schema"


def shown(*names: str) -> Table:
    """Members that are shown, and may be anything."""
    return {name: Member("", lambda _: True, required=False) for name in names}


PROFILE = shown("id", "type", "name", "url", "email")
STATUS = shown("id", "type", "statusPurpose", "statusListIndex", "statusListCredential")
CRITERIA = evolve(OBJECT, members=shown("id", "narrative"))
WHOLE: Table = {
    **CREDENTIAL,
    "issuer": evolve(CREDENTIAL["issuer"], members=PROFILE),
    "credentialSubject": evolve(
        OBJECT,
        members={
            **SUBJECT,
            "identifier": evolve(OBJECT, members=IDENTIFIER),
            "achievement": evolve(
                OBJECT,
                members={
                    **ACHIEVEMENT,
                    "criteria": CRITERIA,
                },
            ),
        },
    ),
}
ENDS: Table = {
    "credentialStatus": evolve(OBJECT, members=STATUS),
    "credentialSchema": evolve(OBJECT, members=shown("id", "type")),
}
PROOF = shown(
    *("type", "cryptosuite", "created", "expires", "verificationMethod"),
    *("proofPurpose", "proofValue"),
)
TOKEN: Table = {
    **shown(*HEADERS, *CLAIMS),
    "jwk": evolve(OBJECT, members=shown("kty", "alg", "kid", "use")),
}
"""Of a key only what nobody needs to hide."""
FETCHED: Mapping[str, Table] = {
    "key": shown(
        *("id", "type", "controller", "publicKeyMultibase", "kty", "alg", "kid"),
        *("verificationMethod", "assertionMethod", "keys"),
    ),
    "issuer": shown("id", "type", "name", "verificationMethod", "assertionMethod"),
    "revocation list": shown("id", "issuer", "revokedCredential"),
    "status list": {
        **shown("id", "type", "issuer", "validFrom", "validUntil"),
        "credentialSubject": evolve(OBJECT, members=shown("type", "statusPurpose", "encodedList")),
    },
    SCHEMA: shown("$schema", "$id", "title"),
}
"""Of the documents that are fetched."""


def credential_look(
    credential: Document, url: str, complaints: Iterable[Complaint]
) -> DocumentLook:
    """The credential, in which arrays of one value stand as that value."""
    table = {**WHOLE, **dates_of(credential), **ENDS}
    value = with_single(with_single(credential, "credentialStatus"), "credentialSchema")
    subject = subject_of(credential)
    if isinstance(subject, dict):
        achievement = achievement_of(subject)
        if isinstance(achievement, dict):
            subject = {**subject, "achievement": with_single(achievement, "criteria")}
        if "identifier" in subject:
            subject = {**subject, "identifier": listed(subject["identifier"])}
        value = {**value, "credentialSubject": subject}
    return DocumentLook("credential", url, value, table, tuple(complaints))


def token_look(token: Token, complaints: Iterable[Complaint]) -> DocumentLook:
    """The header and the claims of a token."""
    claims = {name: token.payload[name] for name in CLAIMS if name in token.payload}
    return DocumentLook("signature", "", {**claims, **token.header}, TOKEN, tuple(complaints))


def proof_look(proof: Document, complaints: Iterable[Complaint]) -> DocumentLook:
    """An embedded proof."""
    return DocumentLook("proof", "", proof, PROOF, tuple(complaints))


def fetched_looks(seen: Seen, complaints: Iterable[Complaint]) -> list[DocumentLook]:
    """The documents that were fetched, each with what is wrong with it."""
    looks: dict[str, list[DocumentLook]] = {}
    for (name, url), outcome in seen.items():
        if name not in ITSELF:
            looks.setdefault(name, []).append(_look(name, url, outcome))
    for name, them in looks.items():
        noted = {complaint for look in them for complaint in look.complaints}
        new = [each for each in complaints if each.document == name and each not in noted]
        them[-1] = evolve(them[-1], complaints=(*them[-1].complaints, *new))
    return [look for them in looks.values() for look in them]


def _look(name: str, url: str, outcome: Fetched | InvalidBadge) -> DocumentLook:
    table = FETCHED.get(name, {})
    if isinstance(outcome, InvalidBadge):
        if name == SCHEMA and isinstance(outcome, Unreachable):
            return DocumentLook(name, url, notes=(_unknown(outcome.complaints[0].saw),))
        return DocumentLook(name, url, complaints=outcome.complaints)
    if name == SCHEMA and not is_good(outcome.status):
        return DocumentLook(name, url, notes=(_unknown(str(outcome.status)),))
    value: dict[str, Any] | None = None
    with suppress(InvalidBadge):
        value = json_object(name, outcome.content)
    return DocumentLook(name, url, value, table)


def _unknown(saw: str) -> str:
    return f"it could not be fetched ({saw}), so the credential was not compared with it"
