"""Flaws of members: what is missing, or is something else, however well it is signed."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from conformance.openbadges.v3.changes import CredentialChange
from conformance.openbadges.v3.contexts import CREDENTIALS, OPEN_BADGES
from conformance.openbadges.v3.credential import ACHIEVEMENT, Credential

SUBJECT = "credentialSubject"
REQUIRED = (
    *("id", "type", "issuer", "validFrom", SUBJECT, f"{SUBJECT}.type", ACHIEVEMENT),
    *(f"{ACHIEVEMENT}.{name}" for name in ("id", "type", "name", "description", "criteria")),
)
"""Members without which a credential is not valid (Open Badges 3.0, section Data Model)."""
WRONG: Mapping[str, tuple[str, Any]] = {
    "id": ("no URI", "my credential"),
    "type": ("another type", ["VerifiableCredential", "ParkingTicket"]),
    "issuer": ("a number", 7),
    "validFrom": ("no time", "the other day"),
    "validUntil": ("no time", "some day"),
    "name": ("a number", 7),
    SUBJECT: ("a text", "somebody"),
    f"{SUBJECT}.type": ("another type", ["Stranger"]),
    f"{SUBJECT}.identifier": ("a text", "somebody"),
    ACHIEVEMENT: ("a text", "an achievement"),
    f"{ACHIEVEMENT}.type": ("another type", ["Medal"]),
    f"{ACHIEVEMENT}.name": ("a number", 7),
    f"{ACHIEVEMENT}.criteria": ("a number", 7),
}
"""Wrong values of members, each in words."""
UNKNOWN_CONTEXT = "https://contexts.example/unknown.json"


def of_members() -> Iterator[CredentialChange]:
    """Members that are missing or something else; recipients; contexts and terms."""
    for path in REQUIRED:
        yield _structural(f"{_slug(path)}-missing", f"{path} is missing", _without(path))
    for path, (what, value) in WRONG.items():
        yield _structural(f"{_slug(path)}-wrong", f"{path} is {what}", _with(path, value))
    yield _structural(
        "subject-unidentified",
        "the subject has neither id nor identifier",
        _unidentified,
        jwt=False,
    )
    yield _structural(
        "valid-from-without-zone",
        "validFrom has no zone",
        _with("validFrom", "2024-06-26T12:09:37"),
    )
    kinds = ["VerifiableCredential", "EndorsementCredential"]
    yield _structural(
        "type-of-endorsements", "its type is that of endorsements", _with("type", kinds)
    )
    for name, (does, value) in CONTEXTS.items():
        yield _structural(f"context-{name}", does, _with("@context", value))
    yield _structural("context-missing", "there is no @context", _without("@context"))
    for name, (does, path, value) in TERMS.items():
        yield CredentialChange(f"term-{name}", does, _with(path, value), jwt=False)


CONTEXTS: Mapping[str, tuple[str, Any]] = {
    "reversed": ("the contexts are in another order", [OPEN_BADGES, CREDENTIALS]),
    "of-credentials-alone": ("the context of Open Badges is missing", [CREDENTIALS]),
    "of-badges-alone": ("the context of credentials is missing", [OPEN_BADGES]),
    "empty": ("@context is an empty array", []),
}
"""Other contexts than the two in their order."""
TERMS: Mapping[str, tuple[str, str, Any]] = {
    "unknown": ("a member that no context defines", "xLevel", "gold"),
    "unknown-inside": (
        "the achievement has a member that no context defines",
        f"{ACHIEVEMENT}.xLevel",
        "gold",
    ),
    "unknown-type": (
        "a type that no context defines",
        "type",
        ["VerifiableCredential", "OpenBadgeCredential", "XGoldCredential"],
    ),
    "unknown-schema-type": (
        "the type of the credentialSchema is one that no context defines",
        "credentialSchema",
        [{"id": "https://example.org/schema.json", "type": "1EdTechJsonSchemaValidator2019"}],
    ),
}
"""Terms that silently vanish from what is signed, or become relative addresses."""


def _structural(name: str, does: str, change: Any, *, jwt: bool = True) -> CredentialChange:
    return CredentialChange(name, does, change, jwt=jwt, structural=True)


def _slug(path: str) -> str:
    """``credentialSubject.achievement.name`` as ``achievement-name``."""
    names = {SUBJECT: "subject", ACHIEVEMENT: "achievement"}
    above, _, last = path.rpartition(".")
    if path in names:
        return names[path]
    own = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in last)
    return f"{names[above]}-{own}" if above else own


def _with(path: str, value: Any) -> Any:
    return partial(Credential.with_member, path=path, value=value)


def _without(path: str) -> Any:
    return partial(Credential.without_member, path=path)


def _unidentified(credential: Credential) -> Credential:
    return credential.without_member(f"{SUBJECT}.identifier")
