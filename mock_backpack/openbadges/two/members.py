"""The members that the documents of Open Badges 2.0 must have, as tables.

Source: Open Badges 2.0, sections Assertion, BadgeClass, Profile, CryptographicKey.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from mock_backpack.openbadges.complaint import quoted
from mock_backpack.openbadges.members import (
    EMAIL_MEMBER,
    HASH_EXPECTED,
    TEXT,
    URL,
    Member,
    is_hash,
    is_image,
    is_object,
    is_text,
    is_url,
    one_of,
    optional,
)
from mock_backpack.openbadges.times import moment_of

CONTEXT = "https://w3id.org/openbadges/v2"
HOSTED = ("HostedBadge", "hosted")
SIGNED = ("SignedBadge", "signed")


def listed(value: Any) -> list[Any]:
    """The values of a member that may be one value or an array of them."""
    return value if isinstance(value, list) else [value]


def is_of_type(*types: str) -> Any:
    """A predicate: the value is one of these types, or an array with one of them."""
    return lambda value: any(name in types for name in listed(value) if isinstance(name, str))


def has_context(value: Any) -> bool:
    """Whether a ``@context`` names Open Badges 2.0, alone or among others."""
    return any(name == CONTEXT for name in listed(value))


def is_moment(value: Any) -> bool:
    """An ISO 8601 date and time with a zone."""
    if not isinstance(value, str) or "T" not in value:
        return False
    has_zone = value.endswith("Z") or any(sign in value.partition("T")[2] for sign in "+-")
    try:
        return has_zone and moment_of(value) is not None
    except (ValueError, OverflowError):
        return False


def is_iri(value: Any) -> bool:
    """A URL, or another absolute IRI such as ``urn:uuid:…``."""
    return is_url(value) or (isinstance(value, str) and value.lower().startswith("urn:uuid:"))


def is_picture(value: Any) -> bool:
    """The URL of an image, or an object that has one as its ``id``."""
    return is_image(value.get("id") if isinstance(value, dict) else value)


def is_link(value: Any) -> bool:
    """The URL of a document, or the document."""
    return is_url(value) or is_object(value)


def is_criteria(value: Any) -> bool:
    """A URL, or an object with an ``id`` or a ``narrative``."""
    if isinstance(value, dict):
        return is_url(value.get("id")) or is_text(value.get("narrative"))
    return is_url(value)


def type_of(*types: str) -> Member:
    """The member ``type`` of a document."""
    return Member(" or ".join(map(quoted, types)), is_of_type(*types))


LINK = Member("an absolute http(s) URL or the document", is_link)
MOMENT = Member("an ISO 8601 time with a zone", is_moment)
PICTURE = Member("the URL of an image, or an object with it as id", is_picture)

RECIPIENT = {
    "type": Member('"email"', one_of("email")),
    "identity": TEXT,
    "hashed": Member("true or false", lambda value: isinstance(value, bool)),
    "salt": Member("a text", lambda value: value is None or is_text(value), required=False),
}
VERIFICATION = {"type": type_of(*HOSTED, *SIGNED)}
ASSERTION = {
    "@context": Member(f"{CONTEXT}, alone or in an array", has_context),
    "id": Member("an absolute http(s) URL or urn:uuid:…", is_iri),
    "type": type_of("Assertion"),
    "recipient": Member("an object", is_object, members=RECIPIENT),
    "badge": LINK,
    "issuedOn": MOMENT,
    "expires": optional(MOMENT),
    "image": optional(PICTURE),
}
BADGE_CLASS = {
    "id": URL,
    "type": type_of("BadgeClass"),
    "name": TEXT,
    "description": TEXT,
    "image": PICTURE,
    "criteria": Member("a URL, or an object with id or narrative", is_criteria),
    "issuer": LINK,
}
PROFILE = {
    "id": URL,
    "type": type_of("Issuer", "Profile"),
    "name": TEXT,
    "url": URL,
    "email": optional(EMAIL_MEMBER),
    "revocationList": optional(URL),
}
KEY = {
    "id": URL,
    "type": optional(type_of("CryptographicKey")),
    "owner": URL,
    "publicKeyPem": TEXT,
}
HASHED_IDENTITY = Member(HASH_EXPECTED, is_hash)


def verification_of(assertion: Mapping[str, Any]) -> Mapping[str, Any]:
    """The member ``verification``, or ``verify`` as it was called before; empty without one."""
    value = assertion.get("verification", assertion.get("verify"))
    return value if isinstance(value, dict) else {}


def texts(value: Any) -> Iterable[str]:
    """The texts of a member that may be one text or an array of them."""
    return (text for text in listed(value) if isinstance(text, str))
