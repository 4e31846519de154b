"""The members of a badge. A trailing "?" marks one that may be missing."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib import parse

from tests.miniatures.plain.answer import invalid
from tests.miniatures.plain.urls import origin_of

HASHED = re.compile(r"sha256\$[0-9a-fA-F]{64}|sha512\$[0-9a-fA-F]{128}")
ISO_TIME = re.compile(r"[0-9-]{8,10}(T[0-9:.,]+(Z|[+-][0-9:]+)?)?")

Rule = Callable[[Any], bool] | dict[str, "Rule"] | list["Rule"]


def text(value: object) -> bool:
    return isinstance(value, str)


def web(value: object) -> bool:
    return origin_of(value) is not None


def picture(value: object) -> bool:
    return web(value) or str(value)[:5].lower() == "data:"


def place(value: object) -> bool:
    return web(value) or re.match(r"/(?!/)", str(value)) is not None


def site(value: object) -> bool:
    return web(value) and parse.urlsplit(str(value))[2:] in (("", "", ""), ("/", "", ""))


def moment(value: object) -> bool:
    if isinstance(value, str) and ISO_TIME.fullmatch(value):
        with suppress(ValueError):
            return bool(datetime.fromisoformat(value))
    return type(value) in (int, str) and bool(re.fullmatch("[0-9]{10}", str(value)))


ASSERTION: Rule = {
    "uid": lambda value: text(value) and value != "",
    "recipient": {
        "identity": text,
        "type": lambda value: value == "email",
        "hashed": lambda value: isinstance(value, bool),
        "salt?": text,
    },
    "badge": web,
    "verify": {"type": lambda value: value in ("hosted", "signed"), "url": web},
    "issuedOn": moment,
    "expires?": moment,
    "evidence?": web,
    "image?": picture,
}
BADGE_CLASS: Rule = {
    "name": text,
    "description": text,
    "image": picture,
    "criteria": web,
    "issuer": web,
    "alignment?": [{"name": text, "url": web, "description?": text}],
    "tags?": [text],
}
ISSUER: Rule = {
    "name": text,
    "url": web,
    "description?": text,
    "image?": picture,
    "email?": lambda value: text(value) and "@" in value,
    "revocationList?": web,
}
FLAT: Rule = {
    "recipient": lambda value: text(value) and ("@" in value or bool(HASHED.fullmatch(value))),
    "salt?": text,
    "evidence?": place,
    "expires?": moment,
    "issued_on?": moment,
    "badge": {
        "version?": text,
        "name": text,
        "description": text,
        "image": place,
        "criteria": place,
        "issuer": {"origin": site, "name": text, "org?": text, "contact?": text},
    },
}


def conform(value: object, rule: Rule, where: str) -> None:
    """Refuses a value that is not as the rule says, and names the member."""
    match rule:
        case dict():
            if not isinstance(value, dict):
                raise invalid(f"{where} must be an object")
            for name, inner in rule.items():
                member = name.removesuffix("?")
                if member in value:
                    conform(value[member], inner, f"{where}.{member}")
                elif member == name:
                    raise invalid(f"{where}.{member} is missing")
        case list():
            if not isinstance(value, list):
                raise invalid(f"{where} must be a list")
            for entry in value:
                conform(entry, rule[0], f"{where}[]")
        case _:
            if not rule(value):
                raise invalid(f"{where} has the wrong type or form")
