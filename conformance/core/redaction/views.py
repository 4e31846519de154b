"""A text with its escapes decoded, and the way back from each character to the source."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from attrs import frozen

MOST_ROUNDS = 3
"""Escapes within escapes that are decoded: a URL in a URL in a JSON text."""
ESCAPE = re.compile(
    r"(?P<percent>%[0-7][0-9A-Fa-f]|(?:%[89A-Fa-f][0-9A-Fa-f])+)"
    r"|\\u(?P<pair>[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2})"
    r"|\\(?:u(?P<four>[0-9A-Fa-f]{4})|u\{(?P<braces>[0-9A-Fa-f]{1,6})\}|x(?P<two>[0-9A-Fa-f]{2}))"
    r"|\\(?P<letter>[\"'\\/bfnrt])"
    r"|(?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});?)"
)
"""An escaped character of a URL, of JSON, of JavaScript, of HTML or XML."""
LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
RUN = re.compile(r"[^\W_]+")
DROPPED = re.compile(r"[\W_]+")
LOWERED = bytes(range(256)).lower()
ASCII_DROPPED = bytes(code for code in range(128) if not chr(code).isalnum())
"""Removed as bytes first, which is many times faster than a pattern is."""
LAST_CHARACTER = 0x10FFFF


@frozen
class DecodedText:
    """A text, and for each of its characters where it begins and ends in the source."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, text: str) -> "DecodedText":
        """The source itself."""
        return cls(text, range(len(text)), range(1, len(text) + 1))

    def decoded(self) -> "DecodedText":
        """The view with one layer of escapes decoded."""
        parts, starts, ends, at = list[str](), list[int](), list[int](), 0
        for match in ESCAPE.finditer(self.text):
            first, last = match.span()
            character = _character(match)
            parts += [self.text[at:first], character]
            starts += [*self.starts[at:first], *[self.starts[first]] * len(character)]
            ends += [*self.ends[at:first], *[self.ends[last - 1]] * len(character)]
            at = last
        return DecodedText(
            "".join([*parts, self.text[at:]]),
            [*starts, *self.starts[at:]],
            [*ends, *self.ends[at:]],
        )


def decoded(text: str) -> str:
    """A text with one layer of escapes decoded."""
    return text if is_plain(text) else ESCAPE.sub(_character, text)


def is_plain(text: str) -> bool:
    """Whether a text has no escape, as nearly all have none; quickly seen."""
    return "%" not in text and "\\" not in text and "&" not in text


def rounds(text: str) -> Iterator[str]:
    """A text, and what it is with one, two and more layers of escapes decoded."""
    yield text
    for _ in range(MOST_ROUNDS):
        further = decoded(text)
        if further == text:
            return
        text = further
        yield text


def skeleton(text: str) -> str:
    """Letters and digits alone, without their case: what survives most ways to write a value."""
    content = text.encode(errors="surrogatepass").translate(LOWERED, ASCII_DROPPED)
    letters = content.decode(errors="surrogatepass")
    return letters if letters.isascii() else DROPPED.sub("", letters.casefold())


@frozen
class Positions:
    """Where the characters of a skeleton stand in the text."""

    offsets: Sequence[int]
    """Where each run of letters and digits begins in the skeleton."""
    starts: Sequence[int]
    """Where it begins in the text."""

    @classmethod
    def of(cls, text: str) -> "Positions":
        """Those of the skeleton of a text."""
        offsets, starts, at = list[int](), list[int](), 0
        for match in RUN.finditer(text):
            for length, start in _folded(match[0], match.start()):
                offsets.append(at)
                starts.append(start)
                at += length
        return cls(offsets, starts)

    def __getitem__(self, place: int) -> int:
        run = bisect_right(self.offsets, place) - 1
        return self.starts[run] + place - self.offsets[run]


def _folded(run: str, start: int) -> Iterator[tuple[int, int]]:
    """Length and start of pieces of a run that have as many characters in the skeleton."""
    if len(run.casefold()) == len(run):
        yield len(run), start
        return
    for position, character in enumerate(run, start):  # such as ß, which is folded to two
        yield from ((1, position) for letter in character.casefold() if letter.isalnum())


def _character(match: re.Match[str]) -> str:
    kind, escape = str(match.lastgroup), match[str(match.lastgroup)]
    match kind:
        case "percent":
            return chr(int(escape[1:], 16)) if len(escape) == 3 else unquote(escape)
        case "letter":
            return LETTERS.get(escape, escape)
        case "entity":
            return html.unescape(escape)
        case "pair":
            both = bytes.fromhex(escape.replace("\\u", ""))
            return both.decode("utf-16-be", errors="replace")
        case _:
            number = int(escape, 16)
            return chr(number) if number <= LAST_CHARACTER else "\ufffd"
