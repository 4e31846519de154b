"""Whether a badge is for an earner (Open Badges: recipient identity and hash)."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from mock_backpack.core.seams import seam
from mock_backpack.openbadges.members import HASH, is_hash


@frozen
class Recipient:
    """The recipient of a badge, from its assertion."""

    identity: str
    hashed: bool
    salt: str | None

    def to_wire(self) -> dict[str, object]:
        """The recipient object of the answer of issue; no salt member when there is none."""
        members = {"identity": self.identity, "type": "email", "hashed": self.hashed}
        return members if self.salt is None else {**members, "salt": self.salt}


def recipient_of(assertion: Mapping[str, Any]) -> tuple[Recipient, str] | None:
    """The recipient of an assertion of any version, and its member; ``None`` if unclear."""
    recipient = assertion.get("recipient")
    if isinstance(recipient, str):
        salt = assertion.get("salt")
        parsed = Recipient(recipient, is_hash(recipient), salt if isinstance(salt, str) else None)
        return parsed, "recipient"
    if not isinstance(recipient, dict):
        return None
    identity, is_hashed, salt = (
        recipient.get("identity"),
        recipient.get("hashed"),
        recipient.get("salt"),
    )
    if not isinstance(identity, str) or not isinstance(is_hashed, bool):
        return None
    if is_hashed and not is_hash(identity):
        return None  # there is a complaint already that this is no hash
    parsed = Recipient(identity, is_hashed, salt if isinstance(salt, str) else None)
    return parsed, "recipient.identity"


@seam
def is_for(recipient: Recipient, email: str) -> bool:
    """Whether an earner's e-mail is the recipient's, compared as given and in lower case."""
    return _is_of(recipient, email) or _is_of(recipient, email.lower())


def _is_of(recipient: Recipient, address: str) -> bool:
    if not recipient.hashed:
        return address in (recipient.identity, recipient.identity.lower())
    match = HASH.fullmatch(recipient.identity)
    if match is None:
        return False
    digest = hashlib.new(match[1], (address + salt_of(recipient)).encode()).hexdigest()
    return hmac.compare_digest(digest, match[2].lower())


@seam
def salt_of(recipient: Recipient) -> str:
    """The text that is appended to the e-mail before hashing; ``""`` without a salt."""
    return recipient.salt or ""
