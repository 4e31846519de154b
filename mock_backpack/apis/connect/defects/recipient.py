"""Wrong ways of asking whom a badge is for."""

from collections.abc import Mapping
from typing import Any

from mock_backpack.apis.connect import api
from mock_backpack.core.errors import ApiError
from mock_backpack.core.seams import Crash, Right, defect
from mock_backpack.openbadges import award as judging
from mock_backpack.openbadges.award import Award
from mock_backpack.openbadges.members import Member
from mock_backpack.openbadges.recipient import Recipient, is_for

LONG_ENOUGH = 64
"""Characters of a hash that a careless comparison takes for granted."""


@defect("recipient.unchecked-when-signed", api.check_earner)
def trusts_the_signature(right: Right, award: Award, email: str) -> None:
    if not award.key_at:
        right(award, email)


@defect("recipient.unchecked-in-05", api.check_earner)
def skips_old_badges(right: Right, award: Award, email: str) -> None:
    if award.key[0]:
        right(award, email)


@defect("recipient.unchecked-when-salted", is_for)
def skips_salted_ones(right: Right, recipient: Recipient, email: str) -> bool:
    return recipient.salt is not None or bool(right(recipient, email))


@defect("recipient.unchecked-when-signed-and-salted", api.check_earner)
def skips_signed_and_salted_ones(right: Right, award: Award, email: str) -> None:
    if not (award.key_at and award.recipient.salt):
        right(award, email)


@defect("recipient.local-part-alone", is_for)
def compares_the_local_part(right: Right, recipient: Recipient, email: str) -> bool:
    same = recipient.identity.partition("@")[0] == email.partition("@")[0]
    return bool(right(recipient, email)) or (not recipient.hashed and same)


@defect("recipient.host-alone", is_for)
def compares_the_host(right: Right, recipient: Recipient, email: str) -> bool:
    same = recipient.identity.partition("@")[2] == email.partition("@")[2]
    return bool(right(recipient, email)) or (not recipient.hashed and same)


@defect("recipient.beginning-alone", is_for)
def compares_the_beginning(right: Right, recipient: Recipient, email: str) -> bool:
    same = recipient.identity.startswith(email)
    return bool(right(recipient, email)) or (not recipient.hashed and same)


@defect("recipient.end-alone", is_for)
def compares_the_end(right: Right, recipient: Recipient, email: str) -> bool:
    same = recipient.identity.endswith(email)
    return bool(right(recipient, email)) or (not recipient.hashed and same)


@defect("recipient.hash-cut", is_for)
def compares_the_beginning_of_a_hash(right: Right, recipient: Recipient, email: str) -> bool:
    if not recipient.hashed:
        return bool(right(recipient, email))
    ends = (f"{recipient.identity[:-1]}{digit}" for digit in "0123456789abcdef")
    near = (Recipient(one, hashed=True, salt=recipient.salt) for one in ends)
    return any(right(one, email) for one in near)


@defect("recipient.unknown-when-signed-and-plain", api.check_earner)
def knows_no_plain_one_when_signed(right: Right, award: Award, email: str) -> None:
    if award.key_at and not award.recipient.hashed:
        raise ApiError(403, "badge assertion is for a different user")
    right(award, email)


@defect("recipient.unknown-when-old-and-salted", api.check_earner)
def knows_no_salt_in_old_badges(right: Right, award: Award, email: str) -> None:
    if not award.key[0] and award.recipient.salt:
        raise ApiError(403, "badge assertion is for a different user")
    right(award, email)


@defect("recipient.crashes-on-sha1", is_for)
def knows_one_algorithm(right: Right, recipient: Recipient, email: str) -> bool:
    if recipient.identity.startswith("sha1$"):
        raise Crash("unsupported hash type sha1")
    return bool(right(recipient, email))


@defect("recipient.crashes-on-odd-digits", judging.is_well_hashed)
def reads_hex_digits(right: Right, identity: str) -> bool:
    try:
        int(identity.partition("$")[2], 16)
    except ValueError as error:
        raise Crash("invalid literal for int() with base 16") from error
    return bool(right(identity))


@defect("recipient.crashes-on-short-hash", judging.is_well_hashed)
def wants_a_full_hash(right: Right, identity: str) -> bool:
    if identity.startswith("sha256$") and len(identity) < LONG_ENOUGH:
        raise Crash("input buffers must have the same length")
    return bool(right(identity))


@defect("recipient.crashes-on-salt-number", judging.check)
def appends_the_salt(
    right: Right, document: str, value: dict[str, Any], table: Mapping[str, Member]
) -> None:
    recipient = value.get("recipient")
    if isinstance(recipient, dict) and isinstance(recipient.get("salt"), int):
        raise Crash('can only concatenate str (not "int") to str')
    right(document, value, table)


@defect("recipient.crashes-on-nobody", judging.check)
def splits_an_old_recipient(
    right: Right, document: str, value: dict[str, Any], table: Mapping[str, Member]
) -> None:
    recipient = value.get("recipient")
    if isinstance(recipient, str) and not ("@" in recipient or "$" in recipient):
        raise Crash("not enough values to unpack (expected 2, got 1)")
    right(document, value, table)
