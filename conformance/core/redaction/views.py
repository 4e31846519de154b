"""A text with its escapes decoded, and the way back from each character to the source."""

import html
import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property, lru_cache
from urllib.parse import unquote

from attrs import frozen

MOST_ROUNDS = 3
"""Escapes within escapes that are decoded: a URL in a URL in a JSON text."""
ESCAPE = re.compile(
    r"[%\\&](?:"  # a set in front lets the search skip all other characters at once
    r"(?<=%)(?P<percent>[0-7][0-9A-Fa-f]|[89A-Fa-f][0-9A-Fa-f](?:%[89A-Fa-f][0-9A-Fa-f])*)"
    r"|(?<=\\)(?:u(?P<pair>[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2})"
    r"|u(?P<four>[0-9A-Fa-f]{4})|u\{(?P<braces>[0-9A-Fa-f]{1,6})\}|x(?P<two>[0-9A-Fa-f]{2})"
    r"|(?P<letter>[\"'\\/bfnrt]))"
    r"|(?<=&)(?P<entity>(?:\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});?))"
)
"""An escaped character of a URL, of JSON, of JavaScript, of HTML or XML."""
LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
DROPPED = re.compile(r"[\W_]+")
LOWERED = bytes(range(256)).lower()
ASCII_DROPPED = bytes(code for code in range(128) if not chr(code).isalnum())
"""Removed as bytes first, which is many times faster than a pattern is."""
ASCII_COUNTS = bytes(chr(code).isalnum() for code in range(128)).ljust(256, b"\0")
BLOCK = 128
"""Characters whose counts are added once, so that a position is found fast."""
LAST_CHARACTER = 0x10FFFF
LONGEST_REMEMBERED = 10_000
"""Characters of a text whose layers are remembered for a while."""


@frozen
class DecodedText:
    """A text with some layers of escapes decoded, and the way back to the source."""

    text: str
    above: "DecodedText | None" = None
    """The text with one layer more; ``None`` for the source itself."""

    @cached_property
    def skeleton(self) -> str:
        """Letters and digits of the text alone, without their case."""
        return skeleton(self.text)

    @cached_property
    def positions(self) -> "Positions":
        """Where the characters of the skeleton stand in the text."""
        return Positions.of(self.text)

    def decoded(self) -> "DecodedText":
        """The text with one layer of escapes decoded."""
        if is_plain(self.text):
            return self
        return DecodedText(ESCAPE.sub(_character, self.text), self)

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Where a part of the text, which is not empty, begins and ends in the source."""
        if self.above is None:
            return begin, end
        return self.above.span(self._span_above(begin)[0], self._span_above(end - 1)[1])

    def _span_above(self, place: int) -> tuple[int, int]:
        begins, ends, spans = self._escapes
        number = bisect_right(begins, place) - 1
        if number < 0:
            return place, place + 1
        if place < ends[number]:
            return spans[number]
        first = spans[number][1] + place - ends[number]
        return first, first + 1

    @cached_property
    def _escapes(self) -> tuple[Sequence[int], Sequence[int], Sequence[tuple[int, int]]]:
        """Where each character begins and ends that was escaped, and its escape in the text above.

        Made where a secret is found; few texts hold any.
        """
        begins, ends, spans, at, length = [], [], [], 0, 0
        for match in ESCAPE.finditer(self.above.text if self.above else ""):
            first, last = span = match.span()
            begins.append(length := length + first - at)
            ends.append(length := length + len(_character(match)))
            spans.append(span)
            at = last
        return begins, ends, spans


def decoded(text: str) -> str:
    """A text with one layer of escapes decoded."""
    return DecodedText(text).decoded().text


def is_plain(text: str) -> bool:
    """Whether a text has no escape, as nearly all have none; quickly seen."""
    return "%" not in text and "\\" not in text and "&" not in text


def layers(text: str) -> Sequence[DecodedText]:
    """A text, and what it is with one, two and more layers of escapes decoded."""
    return _layers(text) if len(text) > LONGEST_REMEMBERED else _remembered_layers(text)


def _layers(text: str) -> Sequence[DecodedText]:
    views = [DecodedText(text)]
    for _ in range(MOST_ROUNDS):
        further = views[-1].decoded()
        if further.text == views[-1].text:
            break
        views.append(further)
    return views


_remembered_layers = lru_cache(512)(_layers)
"""An exchange is looked at when it ends, and again in each row that shares it."""


def skeleton(text: str) -> str:
    """Letters and digits alone, without their case: what survives most ways to write a value."""
    content = text.encode(errors="surrogatepass").translate(LOWERED, ASCII_DROPPED)
    letters = content.decode(errors="surrogatepass")
    return letters if letters.isascii() else DROPPED.sub("", letters.casefold())


@frozen
class Positions:
    """Where the characters of a skeleton stand in the text."""

    counts: bytes
    """How many characters of the skeleton each character of the text becomes."""
    sums: Sequence[int]
    """How many those of the blocks before each block become."""

    @classmethod
    def of(cls, text: str) -> "Positions":
        """Those of the skeleton of a text."""
        is_ascii = text.isascii()
        counts = text.encode().translate(ASCII_COUNTS) if is_ascii else bytes(map(_count, text))
        blocks = (sum(counts[at : at + BLOCK]) for at in range(0, len(counts), BLOCK))
        return cls(counts, [0, *itertools.accumulate(blocks)])

    def __getitem__(self, place: int) -> int:
        block = bisect_right(self.sums, place) - 1
        first = block * BLOCK
        within = itertools.accumulate(self.counts[first : first + BLOCK])
        return first + bisect_right(list(within), place - self.sums[block])


def _character(escape: re.Match[str]) -> str:
    """What an escape stands for."""
    kind = str(escape.lastgroup)
    return _read(kind, escape[kind])


@lru_cache(maxsize=4096)
def _count(character: str) -> int:
    """How many characters of a skeleton a character becomes: ß is folded to two letters."""
    return sum(letter.isalnum() for letter in character.casefold())


@lru_cache(maxsize=4096)
def _read(kind: str, escape: str) -> str:
    match kind:
        case "percent":
            return unquote(f"%{escape}")
        case "letter":
            return LETTERS.get(escape, escape)
        case "entity":
            return html.unescape(f"&{escape}")
        case "pair":
            both = bytes.fromhex(escape.replace("\\u", ""))
            return both.decode("utf-16-be", errors="replace")
        case _:
            number = int(escape, 16)
            return chr(number) if number <= LAST_CHARACTER else "\ufffd"
