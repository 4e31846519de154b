"""Whether a credential is for an earner (Open Badges 3.0, section Verification, step 5)."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from mock_backpack.core.seams import seam
from mock_backpack.openbadges.members import HASH

EMAIL = ("emailAddress", "email")
MAIL_URI = "mailto:"


@frozen
class Identifier:
    """An e-mail address of a subject, plain or hashed."""

    text: str
    hashed: bool = False
    salt: str = ""


def emails_of(subject: Mapping[str, Any], identifiers: Iterable[Any]) -> tuple[Identifier, ...]:
    """By which e-mail addresses a subject is known, by its identifiers or its id."""
    found = [
        Identifier(entry["identityHash"], entry["hashed"], entry.get("salt") or "")
        for entry in identifiers
        if entry["identityType"] in EMAIL
    ]
    if str(subject.get("id", "")).lower().startswith(MAIL_URI):
        found.append(Identifier(str(subject["id"])[len(MAIL_URI) :]))
    return tuple(found)


@seam
def is_for(emails: tuple[Identifier, ...], earner: str) -> bool:
    """Whether a credential is for an earner, compared as given and in lower case.

    Without an e-mail address nobody can tell, and the earner who receives it is believed.
    """
    if not emails:
        return True
    addresses = dict.fromkeys((earner, earner.lower()))
    return any(is_email(identifier, address) for identifier in emails for address in addresses)


@seam
def is_email(identifier: Identifier, address: str) -> bool:
    """Whether an identifier is of an address: the hash is of address and salt."""
    if not identifier.hashed:
        return address in (identifier.text, identifier.text.lower())
    match = HASH.fullmatch(identifier.text)
    if match is None:
        return False
    digest = hashlib.new(match[1], (address + salt_of(identifier)).encode()).hexdigest()
    return hmac.compare_digest(digest, match[2].lower())


@seam
def salt_of(identifier: Identifier) -> str:
    """The text after the address before hashing."""
    return identifier.salt
