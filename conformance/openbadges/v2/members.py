"""Flaws of members of the documents of Open Badges 2.0."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from conformance.openbadges.bundle import Bundle
from conformance.openbadges.flaw import TITLES, Flaw
from conformance.openbadges.members import flaw_name
from conformance.openbadges.v2.bundle import VERSION

REQUIRED = {
    "assertion": (
        *("id", "type", "recipient", "recipient.type", "recipient.identity"),
        *("badge", "verification", "verification.type", "issuedOn"),
    ),
    "badge": ("id", "type", "name", "description", "image", "criteria", "issuer"),
    "issuer": ("id", "type", "name", "url"),
}
"""Members without which a document is not valid (Open Badges 2.0, tables of properties)."""
WRONG: dict[str, dict[str, tuple[str, Any]]] = {
    "assertion": {
        "id": ("a number", 7),
        "type": ("another type", "Award"),
        "recipient": ("a text", "somebody"),
        "recipient.identity": ("a number", 7),
        "recipient.hashed": ("a text", "perhaps"),
        "recipient.salt": ("a number", 7),
        "badge": ("a number", 7),
        "verification": ("a text", "trust me"),
        "verification.type": ("an unknown type", "CarvedBadge"),
        "issuedOn": ("not a time", "the other day"),
        "expires": ("not a time", "some day"),
    },
    "badge": {
        "type": ("another type", "Medal"),
        "name": ("a number", 7),
        "description": ("a number", 7),
        "image": ("a number", 7),
        "criteria": ("a number", 7),
        "issuer": ("a number", 7),
    },
    "issuer": {
        "type": ("another type", "Stranger"),
        "name": ("a number", 7),
        "url": ("not a URL", "our site"),
    },
}
"""Wrong values for members of each document, each with a description."""


def of_members() -> Iterator[Flaw]:
    """Members that are missing, null, or something else."""
    for document, paths in REQUIRED.items():
        for path in paths:
            yield _flaw(document, path, "missing", f"has no {path}", Bundle.without_member)
            nulled = partial(Bundle.with_member, value=None)
            yield _flaw(document, path, "null", f"has null as {path}", nulled)
    for document, members in WRONG.items():
        for path, (what, value) in members.items():
            wrong = partial(Bundle.with_member, value=value)
            yield _flaw(document, path, "wrong", f"has {what} as {path}", wrong)


def _flaw(document: str, path: str, how: str, does: str, change: Any) -> Flaw:
    return Flaw(
        f"{flaw_name(document, path)}-{how}",
        f"the {TITLES[document]} {does}",
        partial(change, name=document, path=path),
        versions=(VERSION,),
        structural=document == "assertion",
    )
