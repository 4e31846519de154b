"""Wrong ways of asking whom a badge is for."""

from collections.abc import Mapping
from typing import Any

from mock_backpack.apis.connect import handlers
from mock_backpack.core.errors import ApiError
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right
from mock_backpack.openbadges import award as judging
from mock_backpack.openbadges import walk
from mock_backpack.openbadges.award import Award
from mock_backpack.openbadges.members import Member
from mock_backpack.openbadges.recipient import Recipient, is_for

LONG_ENOUGH = 64
"""Characters of a hash that a careless comparison takes for granted."""


@defect(
    "recipient.unchecked-when-signed",
    handlers.check_earner,
    endpoints=("issue",),
    breaks=("BC-ISSUE-09",),
    since="0.2",
)
def trusts_the_signature(right: Right, award: Award, email: str) -> None:
    """The recipient of a signed badge is not checked."""
    if not award.key_at:
        right(award, email)


@defect(
    "recipient.unchecked-in-05",
    handlers.check_earner,
    endpoints=("issue",),
    breaks=("BC-ISSUE-09",),
    since="0.2",
)
def skips_old_badges(right: Right, award: Award, email: str) -> None:
    """The recipient of a 0.5 badge is not checked."""
    if award.key[0]:
        right(award, email)


@defect(
    "recipient.unchecked-when-salted",
    is_for,
    endpoints=("issue",),
    breaks=("BC-ISSUE-09",),
    since="0.2",
)
def skips_salted_ones(right: Right, recipient: Recipient, email: str) -> bool:
    """The recipient of a badge is not checked if there is a salt."""
    return recipient.salt is not None or bool(right(recipient, email))


@defect(
    "recipient.unchecked-when-signed-and-salted",
    handlers.check_earner,
    endpoints=("issue",),
    breaks=("BC-ISSUE-09",),
    since="0.2",
)
def skips_signed_and_salted_ones(right: Right, award: Award, email: str) -> None:
    """The recipient of a signed badge is not checked if there is a salt."""
    if not (award.key_at and award.recipient.salt):
        right(award, email)


@defect(
    "recipient.local-part-alone", is_for, endpoints=("issue",), breaks=("BC-ISSUE-09",), since="0.2"
)
def compares_the_local_part(right: Right, recipient: Recipient, email: str) -> bool:
    """A plain e-mail with the earner's local part is accepted, whatever its host."""
    same = recipient.identity.partition("@")[0] == email.partition("@")[0]
    return bool(right(recipient, email)) or (not recipient.hashed and same)


@defect("recipient.host-alone", is_for, endpoints=("issue",), breaks=("BC-ISSUE-09",), since="0.2")
def compares_the_host(right: Right, recipient: Recipient, email: str) -> bool:
    """A plain e-mail at the earner's host is accepted."""
    same = recipient.identity.partition("@")[2] == email.partition("@")[2]
    return bool(right(recipient, email)) or (not recipient.hashed and same)


@defect(
    "recipient.beginning-alone", is_for, endpoints=("issue",), breaks=("BC-ISSUE-09",), since="0.2"
)
def compares_the_beginning(right: Right, recipient: Recipient, email: str) -> bool:
    """A plain e-mail that begins with the earner's e-mail is accepted."""
    same = recipient.identity.startswith(email)
    return bool(right(recipient, email)) or (not recipient.hashed and same)


@defect(
    "recipient.crashes-on-sha1",
    is_for,
    endpoints=("issue",),
    breaks=("BC-ISSUE-09", "BC-ISSUE-15"),
    since="0.2",
)
def knows_one_algorithm(right: Right, recipient: Recipient, email: str) -> bool:
    """A recipient hashed with SHA-1 causes a server error."""
    if recipient.identity.startswith("sha1$"):
        raise Crash("unsupported hash type sha1")
    return bool(right(recipient, email))


@defect(
    "recipient.crashes-on-odd-digits",
    walk.is_well_hashed,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-15"),
    since="0.2",
)
def reads_hex_digits(right: Right, identity: str) -> bool:
    """A hash with characters that are not hex digits causes a server error."""
    try:
        int(identity.partition("$")[2], 16)
    except ValueError as error:
        raise Crash("invalid literal for int() with base 16") from error
    return bool(right(identity))


@defect(
    "recipient.crashes-on-short-hash",
    walk.is_well_hashed,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-15"),
    since="0.2",
)
def wants_a_full_hash(right: Right, identity: str) -> bool:
    """A SHA-256 hash with too few digits causes a server error."""
    if identity.startswith("sha256$") and len(identity) < LONG_ENOUGH:
        raise Crash("input buffers must have the same length")
    return bool(right(identity))


@defect(
    "recipient.crashes-on-salt-number",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-15"),
    since="0.2",
)
def appends_the_salt(
    right: Right, document: str, value: dict[str, Any], table: Mapping[str, Member]
) -> None:
    """A salt that is a number causes a server error."""
    recipient = value.get("recipient")
    if isinstance(recipient, dict) and isinstance(recipient.get("salt"), int):
        raise Crash('can only concatenate str (not "int") to str')
    right(document, value, table)


@defect(
    "recipient.crashes-on-nobody",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-15"),
    since="0.2",
)
def splits_an_old_recipient(
    right: Right, document: str, value: dict[str, Any], table: Mapping[str, Member]
) -> None:
    """A 0.5 recipient that is neither an e-mail nor a hash causes a server error."""
    recipient = value.get("recipient")
    if isinstance(recipient, str) and not ("@" in recipient or "$" in recipient):
        raise Crash("not enough values to unpack (expected 2, got 1)")
    right(document, value, table)


@defect("recipient.end-alone", is_for, endpoints=("issue",), breaks=("BC-ISSUE-09",), since="0.2")
def compares_the_end(right: Right, recipient: Recipient, email: str) -> bool:
    """A plain e-mail that ends with the earner's e-mail is accepted."""
    same = recipient.identity.endswith(email)
    return bool(right(recipient, email)) or (not recipient.hashed and same)


@defect("recipient.hash-cut", is_for, endpoints=("issue",), breaks=("BC-ISSUE-09",), since="0.2")
def compares_the_beginning_of_a_hash(right: Right, recipient: Recipient, email: str) -> bool:
    """The last digit of a recipient's hash is not compared."""
    if not recipient.hashed:
        return bool(right(recipient, email))
    ends = (f"{recipient.identity[:-1]}{digit}" for digit in "0123456789abcdef")
    near = (Recipient(end, hashed=True, salt=recipient.salt) for end in ends)
    return any(right(spelling, email) for spelling in near)


@defect(
    "recipient.unknown-when-signed-and-plain",
    handlers.check_earner,
    endpoints=("issue",),
    breaks=("BC-ISSUE-05", "BC-ISSUE-17"),
    since="0.2",
)
def knows_no_plain_one_when_signed(right: Right, award: Award, email: str) -> None:
    """A plain e-mail in a signed badge never matches the earner."""
    if award.key_at and not award.recipient.hashed:
        raise ApiError(403, "badge assertion is for a different user")
    right(award, email)


@defect(
    "recipient.unknown-when-old-and-salted",
    handlers.check_earner,
    endpoints=("issue",),
    breaks=("BC-ISSUE-18",),
    since="0.2",
)
def knows_no_salt_in_old_badges(right: Right, award: Award, email: str) -> None:
    """A salted hash in a 0.5 badge never matches the earner."""
    if not award.key[0] and award.recipient.salt:
        raise ApiError(403, "badge assertion is for a different user")
    right(award, email)
