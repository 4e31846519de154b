"""The building blocks of all strategies, for which a seed gives the same examples everywhere.

Hypothesis likes to draw constants from the code of loaded modules, so the examples of a seed would
depend on which modules are imported. It never does so for whole numbers below 100, so all
strategies are built from those.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

BASE = 100
UNWANTED = frozenset({"Cs", "Cc", "Cn", "Co", "Zl", "Zp"})
"""Categories of characters that are not drawn: surrogates, controls, unassigned, separators."""
ALPHABETS = ((0x30, 0x7E), (0x20, 0x2F), (0xA0, 0x24F), (0x250, 0xFFFD), (0x10000, 0x2FFFF))
"""First and last code points: plain letters first, since examples shrink towards them."""
IDEOGRAPHS = 0x4E00, 20_000
"""Replacements for a code point that is not a character: the first one, and how many."""
ODD_TEXTS = (
    "null",
    "undefined",
    "NaN",
    "true",
    "0",
    "-1",
    "1e400",
    "__proto__",
    "constructor",
    "' OR 1=1 --",
    '"quoted"',
    "<b>bold</b>",
    "&amp;",
    "%00%s%n",
    "${site.origin}",
    "{{7*7}}",
    "..\\..\\boot.ini",
    "a\u0301\u0323",
    "\u202eright to left",
    "\u200bunseen\u00ad",
    "İstanbul ßı",
    "\U0001f469\u200d\U0001f52c\U0001f3f3\ufe0f\u200d\U0001f308",
    "\ufdfa",
    "\ufeff",
)
"""Texts that have caused bugs in other software."""


@cache  # Hypothesis validates each strategy once, which takes longer than a draw
def whole(least: int, most: int) -> st.SearchStrategy[int]:
    """A whole number; the smallest is the simplest."""
    span = most - least
    if span < BASE:
        return st.integers(0, span).map(lambda number: least + number)
    digits = 1
    while BASE**digits <= span:
        digits += 1
    return st.tuples(*[st.integers(0, BASE - 1)] * digits).map(
        lambda drawn: least + _number(drawn) % (span + 1)
    )


def _number(digits: Sequence[int]) -> int:
    number = 0
    for digit in digits:
        number = number * BASE + digit
    return number


def chosen(options: Sequence[T]) -> st.SearchStrategy[T]:
    """One of the options; the first is the simplest."""
    return whole(0, len(options) - 1).map(lambda number: options[number])


def text(characters: st.SearchStrategy[str], least: int = 0, most: int = 40) -> Any:
    """A text of these characters, with a length from ``least`` to ``most``."""
    return st.lists(characters, min_size=least, max_size=most).map("".join)


def _character(drawn: tuple[tuple[int, int], int]) -> str:
    (first, last), number = drawn
    character = chr(first + number % (last - first + 1))
    if unicodedata.category(character) not in UNWANTED:
        return character
    ideograph, count = IDEOGRAPHS
    return chr(ideograph + number % count)


CHARACTERS = st.tuples(chosen(ALPHABETS), whole(0, BASE**3 - 1)).map(_character)
"""Any character of Unicode."""
WORDS = st.one_of(text(CHARACTERS), chosen(ODD_TEXTS)).map(lambda inner: f"A{inner}Z")
"""Any Unicode text that is not blank: no document says whether a blank name is valid."""
