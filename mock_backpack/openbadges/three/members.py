"""The members that a credential of Open Badges 3.0 must have, as tables.

Source: Open Badges 3.0, sections Data Model and Serialization; VCDM 2.0 and 1.1.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from mock_backpack.openbadges.complaint import quoted
from mock_backpack.openbadges.members import Member, is_image, is_object, is_text, optional
from mock_backpack.openbadges.three.contexts import CREDENTIALS_1, CREDENTIALS_2, OPEN_BADGES
from mock_backpack.openbadges.times import moment_of

MOMENT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)
"""RFC 3339 date-time, as XML Schema's dateTimeStamp."""
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
BADGE_TYPES = ("OpenBadgeCredential", "AchievementCredential")


def listed(value: Any) -> list[Any]:
    """The values of a member that may be one value or an array of them; none for ``None``."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def is_moment(value: Any) -> bool:
    """A date and time with a zone."""
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        return False
    try:
        return moment_of(value.upper()) is not None
    except (ValueError, OverflowError):
        return False


def is_uri(value: Any) -> bool:
    """An absolute URI, such as a URL, ``urn:uuid:…`` or a DID."""
    return isinstance(value, str) and URI.fullmatch(value) is not None


def is_of_type(*types: str) -> Callable[[Any], bool]:
    """A predicate: the value is all of these types, or an array with all of them."""
    return lambda value: set(types) <= {name for name in listed(value) if isinstance(name, str)}


def is_badge_type(value: Any) -> bool:
    """The types of a credential for an achievement."""
    names = {name for name in listed(value) if isinstance(name, str)}
    return "VerifiableCredential" in names and not names.isdisjoint(BADGE_TYPES)


def has_contexts(value: Any) -> bool:
    """The context of credentials first, then that of Open Badges (section Serialization)."""
    names = listed(value)
    is_first = bool(names) and names[0] in (CREDENTIALS_2, CREDENTIALS_1)
    return is_first and len(names) > 1 and names[1] in OPEN_BADGES


def is_issuer(value: Any) -> bool:
    """A URI, or a profile that has one as its id."""
    return is_uri(value.get("id") if isinstance(value, dict) else value)


def is_name(value: Any) -> bool:
    """A text, or one with its language."""
    return is_text(value) or (isinstance(value, dict) and is_text(value.get("@value")))


def is_criteria(value: Any) -> bool:
    """An object with an id or a narrative."""
    return isinstance(value, dict) and (is_uri(value.get("id")) or is_text(value.get("narrative")))


def is_picture(value: Any) -> bool:
    """The URL of an image, or an object with it as id."""
    return is_image(value.get("id") if isinstance(value, dict) else value)


def is_number(value: Any) -> bool:
    """A JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def type_of(*types: str) -> Member:
    """The member ``type`` of a part."""
    return Member(" and ".join(map(quoted, types)), is_of_type(*types))


NAME = Member("a text", is_name)
URI_MEMBER = Member("an absolute URI", is_uri)
MOMENT_MEMBER = Member("a time such as 2024-01-02T03:04:05Z, with a zone", is_moment)
PICTURE = Member("the URL of an image, or an object with it as id", is_picture)
OBJECT = Member("an object", is_object)
NUMBER = Member("a number", is_number)
ID = {"id": URI_MEMBER}

CREDENTIAL: Mapping[str, Member] = {
    "@context": Member(
        f"{CREDENTIALS_2} (or {CREDENTIALS_1}), then {OPEN_BADGES[0]} or an older version of it",
        has_contexts,
    ),
    "id": URI_MEMBER,
    "type": Member(f'"VerifiableCredential" and "{BADGE_TYPES[0]}"', is_badge_type),
    "issuer": Member("a URI, or a profile with one as id", is_issuer),
    "credentialSubject": OBJECT,
    "name": optional(NAME),
    "awardedDate": optional(MOMENT_MEMBER),
}
DATES_2: Mapping[str, Member] = {"validFrom": MOMENT_MEMBER, "validUntil": optional(MOMENT_MEMBER)}
DATES_1: Mapping[str, Member] = {
    "issuanceDate": MOMENT_MEMBER,
    "expirationDate": optional(MOMENT_MEMBER),
}
SUBJECT: Mapping[str, Member] = {
    "id": optional(URI_MEMBER),
    "type": type_of("AchievementSubject"),
    "achievement": OBJECT,
    "creditsEarned": optional(NUMBER),
    "activityStartDate": optional(MOMENT_MEMBER),
    "activityEndDate": optional(MOMENT_MEMBER),
}
ACHIEVEMENT: Mapping[str, Member] = {
    "id": URI_MEMBER,
    "type": type_of("Achievement"),
    "name": NAME,
    "description": NAME,
    "criteria": Member("an object with id or narrative", is_criteria),
    "image": optional(PICTURE),
    "creditsAvailable": optional(NUMBER),
}
IDENTIFIER: Mapping[str, Member] = {
    "type": type_of("IdentityObject"),
    "hashed": Member("true or false", lambda value: isinstance(value, bool)),
    "identityHash": Member("a text", is_text),
    "identityType": Member("a text", is_text),
    "salt": Member("a text", is_text, required=False),
}


def dates_of(credential: Mapping[str, Any]) -> Mapping[str, Member]:
    """The members for its times, by the version of its data model."""
    return DATES_1 if CREDENTIALS_1 in listed(credential.get("@context"))[:1] else DATES_2


def single(value: Any) -> Any:
    """A member that may be an array with one value."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def issuer_of(credential: Mapping[str, Any]) -> str:
    """The id of the issuer of a credential whose members are right."""
    issuer = credential["issuer"]
    return str(issuer["id"] if isinstance(issuer, dict) else issuer)
