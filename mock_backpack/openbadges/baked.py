"""Take a badge out of the picture that it was baked into (Open Badges 1.1, baking)."""

import re
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from mock_backpack.openbadges.complaint import InvalidBadge, invalid
from mock_backpack.openbadges.images import PNG_SIGNATURE, type_of

KEYWORD = b"openbadges"
NAMESPACES = ("http://openbadges.org", "https://openbadges.org", "http://openbadges.org/")
PICTURE = "picture"
HEAD = 8
"""Bytes before the data of a chunk: its length and its kind."""
CHECKSUM = 4
LONGEST = 16 * 1024 * 1024
"""Bytes of a text that was compressed."""
EXPECTED = {
    "image/png": "one chunk iTXt or tEXt with the keyword openbadges",
    "image/svg+xml": "one element openbadges:assertion",
}
KIND = re.compile(rb"[A-Za-z]{4}")


def is_picture(content: bytes) -> bool:
    """Whether bytes are a picture into which a badge can be baked."""
    return content.startswith(PNG_SIGNATURE) or type_of(content) != ""


def unbaked(content: bytes) -> str:
    """The assertion in JSON, its URL or its JWS.

    Raises:
        InvalidBadge: when there is none in the picture, or several.
    """
    is_png = content.startswith(PNG_SIGNATURE)
    expected = EXPECTED["image/png" if is_png else "image/svg+xml"]
    texts = list(_in_png(content) if is_png else _in_svg(content))
    if len(texts) != 1:
        raise _wrong(expected, f"{len(texts)} of them" if texts else "none")
    text = texts[0].strip()
    if not text:
        raise _wrong(expected, "an empty one")
    return text


def _wrong(expected: str, saw: str) -> InvalidBadge:
    return invalid(PICTURE, "", expected, saw)


def _in_png(content: bytes) -> Iterator[str]:
    for kind, data in _chunks(content):
        keyword, _, rest = data.partition(b"\x00")
        if keyword != KEYWORD:
            continue
        if kind == b"tEXt":
            yield _text(rest, "latin-1")
        elif kind == b"iTXt":
            yield _international(rest)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, kind = len(PNG_SIGNATURE), b""
    while kind != b"IEND":
        length = int.from_bytes(content[at : at + 4], "big")
        kind, start = content[at + 4 : at + HEAD], at + HEAD
        data, end = content[start : start + length], start + length
        if not KIND.fullmatch(kind) or len(content) < end + CHECKSUM:
            raise _wrong("a whole PNG", "one that is truncated or corrupt")
        if zlib.crc32(kind + data) != int.from_bytes(content[end : end + CHECKSUM], "big"):
            name = kind.decode()
            raise _wrong("a whole PNG", f"a chunk {name} whose checksum is of other bytes")
        yield kind, data
        at = end + CHECKSUM


def _international(rest: bytes) -> str:
    """The text of an ``iTXt``: compression, language and translated keyword come before it."""
    is_compressed = rest[:1] == b"\x01"
    parts = rest[2:].split(b"\x00", 2)
    text = parts[-1]
    if len(parts) != 3 or rest[:1] not in (b"\x00", b"\x01"):
        raise _wrong("a chunk iTXt as PNG has it", "another one")
    if is_compressed:
        inflater = zlib.decompressobj()
        try:
            text = inflater.decompress(text, LONGEST)
        except zlib.error:
            text = b""
        if not inflater.eof:
            raise _wrong("a compressed text", "bytes that cannot be unpacked")
    return _text(text, "utf-8")


def _text(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        saw = f"bytes that are not UTF-8 (byte {error.start + 1})"
        raise _wrong("a text in UTF-8", saw) from error


def _in_svg(content: bytes) -> list[str]:
    """The attribute ``verify`` holds the URL or the JWS, the element holds the assertion."""
    texts: list[str] = []
    inside: list[str] = []
    names = {f"{space} assertion" for space in NAMESPACES}
    parser = expat.ParserCreate(namespace_separator=" ")

    def opened(name: str, attributes: dict[str, str]) -> None:
        if name in names:
            inside.append("")
            texts.append(attributes.get("verify", ""))

    def closed(name: str) -> None:
        if name in names:
            texts[-1] = inside.pop().strip() or texts[-1]

    def text(part: str) -> None:
        if inside:
            inside[-1] += part

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.CharacterDataHandler = text
    parser.Parse(content, True)  # noqa: FBT003 - expat takes it by position only
    return texts
