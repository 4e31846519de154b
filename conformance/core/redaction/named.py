"""Values that a text names as secret: members, parameters, elements and headers of such a name."""

import json
import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

from conformance.core.redaction.views import decoded, layers
from conformance.core.redaction.words import is_prose

SHORTEST_DRAWN = 16
"""Characters of a value that looks as if it had been drawn."""
LONGEST_PREFIX = 40
"""Characters of a name in front of the word that says that it is secret."""
NAME = (
    r"(?:token|secret|passw(?:or)?d|passwd|pwd|nonce|csrf|xsrf|jwt|api[_-]?key|credentials?"
    r"|authenticity|session|sess(?:ion)?[_-]?id)"
)
SECRET_NAME = re.compile(
    rf"(?P<name>[\w.\[-]{{0,{LONGEST_PREFIX}}}?{NAME}\]?)"
    r"(?:\\?[\"']?\s*(?:=>|(?P<colon>:)|=)\s*"
    r"(?:\"(?P<double>(?:[^\"\\]|\\.){1,65536})(?=\")|'(?P<single>(?:[^'\\]|\\.){1,65536})(?=')"
    r"|(?P<bare>[^\s\"'<>&,;{}\[\]«»\\]+))"
    r"|>(?P<element>[^<>«»]{1,65536})(?=<))",
    re.IGNORECASE,
)
WORD = re.compile(NAME)
"""What such a name ends with, in small letters: searched for many times faster than the whole."""
PREFIX = re.compile(rf"(?<![\w-])[\w.\[-]{{0,{LONGEST_PREFIX}}}\Z")
GIVEN = re.compile(r"(?:access|refresh|id)[_-]?token", re.IGNORECASE)
"""What is hidden even where it is a mere word."""
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
DRAWN = re.compile(r"[\w+/=.:~%@$!*-]{16,}", re.ASCII)
TIME = re.compile(r"\d{4}-?\d\d-?\d\d([T ]\d\d:?\d\d.*)?")
CASES = re.compile(r"[a-z][A-Z]")
MOST_CASES = 3
"""Capitals within a word that a name in camel case has."""


def names_a_secret(name: str) -> bool:
    """Whether a member or parameter of this name holds a secret."""
    return bool(SECRET_NAME.match(f"{name}=x"))


def looks_drawn(value: str) -> bool:
    """Whether a text looks as if it had been drawn: long, no address, no time, no words."""
    if not DRAWN.fullmatch(value) or ADDRESS.match(value) or TIME.fullmatch(value):
        return False
    has_digit = any(character.isdigit() for character in value)
    return (has_digit or len(CASES.findall(value)) >= MOST_CASES) and not is_prose(value)


def named_secrets(text: str) -> Iterator[tuple[str, str]]:
    """Name and value of what a text names as secret, decoded as its place asks for.

    A layer of escapes is only looked below for names that do not stand above it: else a value
    would be decoded twice.
    """
    names = set[str]()
    for view in layers(text):
        written = view.text
        if "=" not in written and ":" not in written and "<" not in written:
            continue
        secrets = list(_named(written))
        yield from (pair for pair in secrets if pair[0] not in names)
        names |= {name for name, _ in secrets}


def secret_names(text: str) -> Iterator[re.Match[str]]:
    """Where a text names values as secret: the matches of `SECRET_NAME`, from the first on."""
    # U+0130 would become two letters, and U+017F stay, which `re.IGNORECASE` takes for s
    lowered = text.replace("\u0130", "i").replace("\u017f", "s").lower()
    end = 0
    for word in WORD.finditer(lowered):
        first = max(end, word.start() - LONGEST_PREFIX)
        prefix = PREFIX.search(text, first, word.start()) if word.start() >= end else None
        match = prefix and SECRET_NAME.match(text, prefix.start())
        if match:
            yield match
            end = match.end()


def _named(text: str) -> Iterator[tuple[str, str]]:
    for match in secret_names(text):
        name, kind = match["name"].strip("[]"), str(match.lastgroup)
        value = _read(kind, match[kind])
        if _is_secret(name, value, is_prose_like=kind == "bare" and match["colon"] is not None):
            yield name, value


def _read(kind: str, value: str) -> str:
    match kind:
        case "double":
            return _json(value)
        case "bare":
            return unquote_plus(value)
        case _:
            return decoded(value)


def _json(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"'))
    except ValueError:
        return decoded(value)


def _is_secret(name: str, value: str, *, is_prose_like: bool) -> bool:
    """Of ``name: value`` without quotes, as sentences have it, only what looks drawn is taken."""
    if not value.strip() or "«" in value or ADDRESS.match(value):
        return False
    if is_prose_like:
        return looks_drawn(value)
    return bool(GIVEN.fullmatch(name)) or not is_prose(value)
