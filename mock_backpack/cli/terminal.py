"""The one door to a terminal: what a stranger has put into a text is shown, and never obeyed."""

import re
import unicodedata

import click

HARMFUL = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of Unicode: controls, marks of direction, undecodable bytes, ends of lines."""
RUN = re.compile(r"[^\n\t]+")


def say(text: str, *, err: bool = False) -> None:
    """Print a text in which nothing is obeyed but line feeds and tabs."""
    click.echo(readable(text), err=err)


def readable(text: str) -> str:
    """Each harmful character by its name, such as ``⟨U+001B⟩``; a byte as ``\\xNN``."""
    if text.replace("\n", "").isprintable():  # as nearly all of it is, and quickly seen
        return text
    return RUN.sub(lambda found: "".join(map(_shown, found[0])), text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The same where a line feed could pass for the end of our own line."""
    return readable(text).replace("\n", "⟨U+000A⟩")


def json_text(text: str) -> str:
    """JSON with the same value, whose text is harmless too."""
    return "".join(_escaped(char) if _is_harmful(char) and char != "\n" else char for char in text)


def _shown(character: str) -> str:
    if not _is_harmful(character):
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python holds a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"⟨U+{code:04X}⟩"


def _escaped(character: str) -> str:
    code = ord(character)
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    pair = character.encode("utf-16-be").hex()
    return f"\\u{pair[:4]}\\u{pair[4:]}"


def _is_harmful(character: str) -> bool:
    return unicodedata.category(character) in HARMFUL
