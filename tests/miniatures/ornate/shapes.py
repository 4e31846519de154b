"""The members of a badge's documents, one line each: path, kind, perhaps "optional"."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tests.miniatures.ornate.addresses import origin_of

HASH_LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
ISO = re.compile(
    r"\d{4}-?\d\d-?\d\d(?:T\d\d(?::?\d\d(?::?\d\d(?:[.,]\d+)?)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?"
)


def is_hash(value: object) -> bool:
    name, dollar, digits = value.partition("$") if isinstance(value, str) else ("", "", "")
    right_length = len(digits) == HASH_LENGTHS.get(name, -1)
    return dollar == "$" and right_length and re.fullmatch("[0-9a-fA-F]+", digits) is not None


def is_picture(value: object) -> bool:
    return origin_of(value) is not None or (isinstance(value, str) and value.startswith("data:"))


def is_place(value: object) -> bool:
    here = isinstance(value, str) and value.startswith("/") and not value.startswith("//")
    return here or origin_of(value) is not None


def seconds_of(value: object) -> float | None:
    """A moment as unix seconds; None of anything that is none."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    if re.fullmatch("[0-9]{10}", str(value)):
        return float(value)
    try:
        read = datetime.fromisoformat(value) if ISO.fullmatch(str(value)) else None
    except (TypeError, ValueError):
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp() if read else None


KINDS = {
    "text": lambda value: isinstance(value, str),
    "filled": lambda value: isinstance(value, str) and value != "",
    "yes-or-no": lambda value: value is True or value is False,
    "object": lambda value: isinstance(value, dict),
    "list": lambda value: isinstance(value, list),
    "address": lambda value: origin_of(value) is not None,
    "place": is_place,
    "picture": is_picture,
    "moment": lambda value: seconds_of(value) is not None,
    "mail": lambda value: isinstance(value, str) and "@" in value,
    "who": lambda value: is_hash(value) or (isinstance(value, str) and "@" in value),
    "site": lambda value: isinstance(value, str) and origin_of(value) == value.rstrip("/").lower(),
    "'email'": lambda value: value == "email",
    "'hosted'": lambda value: value == "hosted",
    "'signed'": lambda value: value == "signed",
}

ASSERTION = """
uid filled
recipient object
recipient.identity text
recipient.type 'email'
recipient.hashed yes-or-no
recipient.salt text optional
badge address
verify object
verify.url address
issuedOn moment
expires moment optional
evidence address optional
image picture optional
"""
HOSTED = ASSERTION + "verify.type 'hosted'"
SIGNED = ASSERTION + "verify.type 'signed'"
BADGE_CLASS = """
name text
description text
image picture
criteria address
issuer address
alignment list optional
alignment.* object
alignment.*.name text
alignment.*.url address
alignment.*.description text optional
tags list optional
tags.* text
"""
ISSUER = """
name text
url address
description text optional
image picture optional
email mail optional
revocationList address optional
"""
FLAT = """
recipient who
salt text optional
evidence place optional
expires moment optional
issued_on moment optional
badge object
badge.version text optional
badge.name text
badge.description text
badge.image place
badge.criteria place
badge.issuer object
badge.issuer.origin site
badge.issuer.name text
badge.issuer.org text optional
badge.issuer.contact mail optional
"""
MISSING = object()


def problems(document: dict[str, Any], shape: str, what: str) -> list[str]:
    """Every member that is not as the shape says."""
    found = []
    for row in filter(None, shape.splitlines()):
        path, kind, *optional = row.split(" ")
        for value in reach(document, path.split(".")):
            if value is MISSING and not optional:
                found.append(f"{what}: {path} is not there")
            elif value is not MISSING and not KINDS[kind](value):
                found.append(f"{what}: {path} must be: {kind}")
    return found


def reach(value: Any, steps: list[str]) -> Iterator[Any]:
    """What lies at the end of a path; nothing where the path breaks off, which has its own row."""
    match steps:
        case []:
            yield value
        case ["*", *rest]:
            for entry in value if isinstance(value, list) else []:
                yield from reach(entry, rest)
        case [name, *rest] if isinstance(value, dict):
            if name in value:
                yield from reach(value[name], rest)
            elif not rest:
                yield MISSING
