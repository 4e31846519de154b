"""What pages carry unseen to keep strangers out: values of hidden fields that only they know."""

import html
import re
from collections.abc import Iterator, Mapping

TAG = re.compile(r"<(input|meta)\b([^>]*)>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
NAMES_SECRET = re.compile(r"csrf|xsrf|token|nonce|authenticity|session", re.IGNORECASE)
SHORTEST_NAMED = 8
"""Characters of a value whose field says that it is a secret."""
DRAWN = re.compile(r"(?=.*\d)[\w+=.~-][\w+/=.:~-]{15,}", re.ASCII)
"""What looks as if it had been drawn: long, with a digit, no path, nothing that a sentence has."""


def hidden_secrets(page: str) -> Iterator[str]:
    """The values of hidden fields, and of ``meta`` elements, that a stranger must not know.

    Addresses, scopes and other ordinary values are none: a report without them could not be read.
    """
    for kind, written in TAG.findall(page):
        attributes = {name.lower(): _unquoted(value) for name, value in ATTRIBUTE.findall(written)}
        value = attributes.get("value" if kind.lower() == "input" else "content", "")
        if _is_unseen(kind.lower(), attributes) and _is_secret(attributes.get("name", ""), value):
            yield value


def _is_unseen(kind: str, attributes: Mapping[str, str]) -> bool:
    """A ``meta`` element says many things, and is meant only where it is named like a secret."""
    if kind == "meta":
        return bool(NAMES_SECRET.search(attributes.get("name", "")))
    return attributes.get("type", "").lower() == "hidden"


def _is_secret(name: str, value: str) -> bool:
    if value.lower().startswith(("http:", "https:")) or "«" in value:  # an address, or a name
        return False
    is_named = bool(NAMES_SECRET.search(name)) and len(value) >= SHORTEST_NAMED
    return is_named or bool(DRAWN.fullmatch(value))


def _unquoted(value: str) -> str:
    bare = value[1:-1] if value[0] in "\"'" else value
    return html.unescape(bare)
