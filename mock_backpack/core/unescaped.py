"""A text with its escapes decoded, and the position of each character in the source."""

import html
import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from attrs import frozen

MOST_LAYERS = 3
"""Escapes within escapes: an address in an address in JSON."""
ESCAPE = re.compile(
    r"(?P<percent>(?:%[0-9A-Fa-f]{2})+)"
    r"|\\(?:u(?P<code>[0-9A-Fa-f]{4})|(?P<mark>[\"'\\/]))"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)"
)
"""Of a URL, of JSON, of HTML."""


@frozen
class Unescaped:
    """A text, and for each character the place of its first and behind its last in the source."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def layers(cls, source: str) -> Iterator["Unescaped"]:
        """The source itself, and with one, two and more layers of escapes decoded."""
        view = cls(source, range(len(source)), range(1, len(source) + 1))
        yield view
        for _ in range(MOST_LAYERS):
            if not ESCAPE.search(view.text):
                return
            view = view._decoded()
            yield view

    def _decoded(self) -> "Unescaped":
        parts, starts, ends, at = list[str](), list[int](), list[int](), 0
        for match in ESCAPE.finditer(self.text):
            first, last = match.span()
            for part, begin, end in ((self.text[at:first], at, first), *_units(match)):
                parts.append(part)
                is_unit = begin >= first
                starts += [self.starts[begin]] * len(part) if is_unit else self.starts[begin:end]
                ends += [self.ends[end - 1]] * len(part) if is_unit else self.ends[begin:end]
            at = last
        text = "".join([*parts, self.text[at:]])
        return Unescaped(text, [*starts, *self.starts[at:]], [*ends, *self.ends[at:]])


def _units(match: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """The characters of an escape, each with its place; those of one character's bytes are one."""
    kind, (first, last) = str(match.lastgroup), match.span()
    escape = match[kind]
    match kind:
        case "percent" if unquote(escape).isascii():
            for place in range(first, last, 3):
                yield unquote(match.string[place : place + 3]), place, place + 3
        case "percent":
            yield unquote(escape), first, last
        case "code":
            yield chr(int(escape, 16)), first, last
        case "mark":
            yield escape, first, last
        case _:
            yield html.unescape(escape), first, last
