"""Texts of strangers, made harmless wherever they are shown: nothing is obeyed, all is seen."""

import json
import re
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\udfff"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
    + "".join(chr(plane + end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))
    + "]"
)
"""Controls, marks that are not seen or turn lines around, line ends (Unicode: Cc, Cf, Cs, Zl, Zp).

And non-characters (HTML, section 13.2.3.5); but no tab, and no line feed.
"""

CUT = "…"
"""Stands where a text was cut."""


def readable(value: Any) -> Any:
    """A text in which a terminal, a browser or a reader finds nothing to obey.

    Controls (escape sequences begin with one), marks of direction, what has no width, halves of
    surrogate pairs and non-characters are named, such as ``⟨U+001B⟩``; tabs and line feeds stay.
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    if value.replace("\n", "").isprintable():  # as nearly all of it is, and quickly seen
        return value
    return _replaced(value.replace("\r\n", "\n"), _named)


def one_line(text: str) -> str:
    """The same where a line feed could pass for the end of our own line."""
    return str(readable(text)).replace("\n", "⟨U+000A⟩")


def json_text(value: Any, indent: int | None = None) -> str:
    """A value as JSON whose text is harmless too: the same characters, escaped as JSON does it."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    if text.replace("\n", "").isprintable():  # quickly seen
        return text
    return _replaced(text, _escaped)


def shortened(text: str, longest: int) -> str:
    """A text of at most so many characters, and a mark behind them if it was cut.

    By that mark redaction finds a secret that was cut with the text.
    """
    return text if len(text) <= longest else f"{text[:longest]}{CUT}"


def _replaced(text: str, written: Callable[[str], str]) -> str:
    for character in filter(UNSEEN.match, set(text)):  # few, and each is replaced fast
        text = text.replace(character, written(character))
    return text


def _named(character: str) -> str:
    return f"⟨U+{ord(character):04X}⟩"


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]
