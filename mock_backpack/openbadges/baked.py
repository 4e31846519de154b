"""Take a badge out of the picture that it was baked into (Open Badges 1.1 and 3.0, baking)."""

import re
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from attrs import frozen

from mock_backpack.openbadges.complaint import InvalidBadge, invalid
from mock_backpack.openbadges.images import PNG_SIGNATURE, type_of

PICTURE = "picture"
HEAD = 8
"""Bytes before the data of a chunk: its length and its kind."""
CHECKSUM = 4
LONGEST = 16 * 1024 * 1024
"""Bytes of a text that was compressed."""
KIND = re.compile(rb"[A-Za-z]{4}")


@frozen
class Baking:
    """How the badges of some versions are baked."""

    keyword: str
    """Of the chunk in a PNG."""
    chunks: tuple[str, ...]
    """The kinds of that chunk."""
    may_pack: bool
    """Whether the text of the chunk may be compressed."""
    element: str
    """In an SVG."""
    namespaces: tuple[str, ...]

    def expected(self, *, is_png: bool) -> str:
        """What a picture should have."""
        if not is_png:
            return f"one element openbadges:{self.element}"
        return f"one chunk {' or '.join(self.chunks)} with the keyword {self.keyword}"


ASSERTION = Baking(
    "openbadges",
    ("iTXt", "tEXt"),
    may_pack=True,
    element="assertion",
    namespaces=("http://openbadges.org", "https://openbadges.org", "http://openbadges.org/"),
)
"""Open Badges 0.5 to 2.0."""
CREDENTIAL = Baking(
    "openbadgecredential",
    ("iTXt",),
    may_pack=False,
    element="credential",
    namespaces=("https://purl.imsglobal.org/ob/v3p0", "https://purl.imsglobal.org/ob/v3p0/"),
)
"""Open Badges 3.0."""


def is_picture(content: bytes) -> bool:
    """Whether bytes are a picture into which a badge can be baked."""
    return content.startswith(PNG_SIGNATURE) or type_of(content) != ""


def unbaked(content: bytes, baking: Baking = ASSERTION) -> str:
    """The assertion or credential in JSON, its URL or its JWS.

    Raises:
        InvalidBadge: when there is none in the picture, or several.
    """
    is_png = content.startswith(PNG_SIGNATURE)
    expected = baking.expected(is_png=is_png)
    texts = list(_in_png(content, baking) if is_png else _in_svg(content, baking))
    if len(texts) != 1:
        raise _wrong(expected, f"{len(texts)} of them" if texts else "none")
    text = texts[0].strip()
    if not text:
        raise _wrong(expected, "an empty one")
    return text


def is_baked(content: bytes, baking: Baking) -> bool:
    """Whether a picture has a badge of this kind, right or wrong."""
    if not content.startswith(PNG_SIGNATURE):
        return bool(_in_svg(content, baking))
    try:
        return any(_is_of(baking, kind, data) for kind, data in _chunks(content))
    except InvalidBadge:
        return False


def _wrong(expected: str, saw: str) -> InvalidBadge:
    return invalid(PICTURE, "", expected, saw)


def _in_png(content: bytes, baking: Baking) -> Iterator[str]:
    for kind, data in _chunks(content):
        if not _is_of(baking, kind, data):
            continue
        rest = data.partition(b"\x00")[2]
        if kind == b"iTXt" and rest[:1] == b"\x01" and not baking.may_pack:
            raise _wrong(baking.expected(is_png=True), "a compressed one")
        yield _text(rest, "latin-1") if kind == b"tEXt" else _international(rest)


def _is_of(baking: Baking, kind: bytes, data: bytes) -> bool:
    is_chunk = kind.decode("latin-1") in baking.chunks
    return is_chunk and data.partition(b"\x00")[0] == baking.keyword.encode()


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


def _in_svg(content: bytes, baking: Baking) -> list[str]:
    """The attribute ``verify`` holds the URL or the JWS, the element holds the JSON."""
    texts: list[str] = []
    inside: list[str] = []
    names = {f"{space} {baking.element}" for space in baking.namespaces}
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
