"""Texts of the wire, made harmless for a page: nothing in them is obeyed, all of it is seen."""

import re
from typing import Any

from markupsafe import Markup

UNWRITABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane + end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))
    + "]"
)
"""Control characters, halves of surrogate pairs, non-characters (HTML, section 13.2.3.5)."""
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks of direction: they would let a text of the wire rearrange what stands beside it."""


def readable(value: Any) -> Any:
    """A text of the wire: what HTML cannot hold is replaced, what turns lines around is named."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    if value.replace("\n", "").isprintable():  # as nearly all of it is, and quickly seen
        return value
    return TURNING.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", UNWRITABLE.sub("\ufffd", value))
