"""The members that the documents of a badge must have, as tables (Open Badges 0.5, 1.0, 1.1)."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeGuard

from attrs import evolve, frozen

from mock_backpack.core.emails import is_email
from mock_backpack.core.origin import web_url
from mock_backpack.openbadges.complaint import Complaint, quoted
from mock_backpack.openbadges.pushed import flaw_of
from mock_backpack.openbadges.times import moment_of

HASH = re.compile(r"(md5|sha1|sha256|sha512)\$([0-9A-Fa-f]+)")
HASH_DIGITS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
DATA_URL = re.compile(r"data:[\w.+-]+/[\w.+-]+(;[\w.+-]+=[^;,]*)*(;base64)?,")
TEN_DIGITS = re.compile(r"[0-9]{10}")
UNIX_SECONDS = range(10**9, 10**10)
HASH_EXPECTED = "a hash, such as sha256$ and 64 hex digits"
_ABSENT = object()

Rule: TypeAlias = Callable[[Any], object]
"""Gives something true when a value is right."""


@frozen
class Member:
    """One member of a document: the expected value, as text and as a predicate."""

    expected: str
    is_right: Rule
    required: bool = True
    members: "Mapping[str, Member] | None" = None
    """The members of an object, or of each object of an array."""
    flaw: Callable[[str], str] | None = None
    """Explains a wrong text; ``""`` if the error is unknown."""


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_hash(value: Any) -> bool:
    """``alg$hex`` with as many digits as the algorithm has."""
    match = HASH.fullmatch(value) if isinstance(value, str) else None
    return match is not None and len(match[2]) == HASH_DIGITS[match[1]]


def is_url(value: Any) -> bool:
    return web_url(value) is not None


def is_url_or_path(value: Any) -> bool:
    return is_url(value) or (isinstance(value, str) and bool(re.match(r"/(?!/)", value)))


def is_image(value: Any) -> TypeGuard[str]:
    return is_url(value) or (isinstance(value, str) and bool(DATA_URL.match(value)))


def is_time(value: Any) -> bool:
    """ISO 8601, or unix seconds of ten digits as a number or as text."""
    if isinstance(value, int):
        return not isinstance(value, bool) and value in UNIX_SECONDS
    if not isinstance(value, str):
        return False
    if TEN_DIGITS.fullmatch(value):
        return int(value) in UNIX_SECONDS
    try:
        return moment_of(value) is not None
    except (ValueError, OverflowError):
        return False


def is_origin(value: Any) -> TypeGuard[str]:
    """``scheme://host[:port]``, one trailing slash allowed."""
    url = web_url(value)
    if url is None:
        return False
    return url.parts.path in ("", "/") and not (url.parts.query or url.parts.fragment)


def is_array_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def is_array_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def is_object(value: Any) -> bool:
    return isinstance(value, dict)


def one_of(*values: str) -> Rule:
    return lambda value: isinstance(value, str) and value in values


TEXT = Member("a text", is_text)
URL = Member("an absolute http(s) URL", web_url, flaw=flaw_of)
IMAGE = Member("an absolute http(s) URL or a data: URL", is_image, flaw=flaw_of)
TIME = Member("an ISO 8601 time or unix seconds of 10 digits", is_time)
PATH = Member("an absolute http(s) URL or a /path", is_url_or_path, flaw=flaw_of)
EMAIL_MEMBER = Member("an e-mail address", is_email)


def optional(member: Member) -> Member:
    """The same member, but a document may lack it."""
    return evolve(member, required=False)


ALIGNMENT = {"name": TEXT, "url": URL, "description": optional(TEXT)}

BADGE_CLASS = {
    "name": TEXT,
    "description": TEXT,
    "image": IMAGE,
    "criteria": URL,
    "issuer": URL,
    "alignment": Member(
        "an array of objects", is_array_of_objects, required=False, members=ALIGNMENT
    ),
    "tags": Member("an array of texts", is_array_of_text, required=False),
}

ISSUER = {
    "name": TEXT,
    "url": URL,
    "description": optional(TEXT),
    "image": optional(IMAGE),
    "email": optional(EMAIL_MEMBER),
    "revocationList": optional(URL),
}

RECIPIENT = {
    "identity": TEXT,
    "type": Member('"email"', one_of("email")),
    "hashed": Member("true or false", lambda value: isinstance(value, bool)),
    "salt": Member("a text", lambda value: value is None or is_text(value), required=False),
}

VERIFY = {"type": Member('"hosted" or "signed"', one_of("hosted", "signed")), "url": URL}

ASSERTION = {
    "uid": Member("a non-empty string", lambda value: is_text(value) and value != ""),
    "recipient": Member("an object", is_object, members=RECIPIENT),
    "badge": URL,
    "verify": Member("an object", is_object, members=VERIFY),
    "issuedOn": TIME,
    "image": optional(IMAGE),
    "evidence": optional(URL),
    "expires": optional(TIME),
}

ISSUER_05 = {
    "origin": Member("scheme://host[:port]", is_origin),
    "name": TEXT,
    "org": optional(TEXT),
    "contact": optional(EMAIL_MEMBER),
}

BADGE_05 = {
    "version": optional(TEXT),
    "name": TEXT,
    "description": TEXT,
    "image": PATH,
    "criteria": PATH,
    "issuer": Member("an object", is_object, members=ISSUER_05),
}

ASSERTION_05 = {
    "recipient": Member(
        f"an e-mail address or {HASH_EXPECTED}", lambda value: is_hash(value) or is_email(value)
    ),
    "salt": optional(TEXT),
    "evidence": optional(PATH),
    "expires": optional(TIME),
    "issued_on": optional(TIME),
    "badge": Member("an object", is_object, members=BADGE_05),
}


def complaints(
    document: str, value: Mapping[str, Any], members: Mapping[str, Member], path: str = ""
) -> list[Complaint]:
    """Everything that a document's own members have wrong."""
    wrong: list[Complaint] = []
    for name, member in members.items():
        inner_value = value.get(name, _ABSENT)
        if inner_value is _ABSENT:
            if member.required:
                place = f"{path}{name}"
                wrong.append(Complaint(document, place, member.expected, "no such member"))
        elif not member.is_right(inner_value):
            saw = _seen(member, inner_value)
            wrong.append(Complaint(document, f"{path}{name}", member.expected, saw))
        elif member.members:
            for place, inner in _inner(inner_value, f"{path}{name}"):
                wrong += complaints(document, inner, member.members, place)
    return wrong


def _seen(member: Member, value: Any) -> str:
    why = member.flaw(value) if member.flaw and isinstance(value, str) else ""
    return f"{quoted(value)}: {why}" if why else quoted(value)


def _inner(value: Any, place: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The objects that a member holds, one or an array of them, each with its place."""
    if isinstance(value, list):
        return [(f"{place}[{index}].", item) for index, item in enumerate(value)]
    return [(f"{place}.", value)]
