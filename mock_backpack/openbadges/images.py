"""Tell an image from something else, by its bytes."""

from xml.parsers import expat

from mock_backpack.core.seams import seam
from mock_backpack.openbadges.complaint import quoted

SHOWN = 40
"""Bytes of something else that are shown."""
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
SVG_ROOTS = ("svg", "http://www.w3.org/2000/svg svg")


TYPES = ("image/png", "image/svg+xml")
KINDS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "a JPEG"),
    (b"GIF8", "a GIF"),
    (b"RIFF", "a WebP or another RIFF file"),
    (b"BM", "a BMP"),
    (b"\x1f\x8b", "something gzipped"),
    (b"%PDF", "a PDF"),
    (PNG_SIGNATURE, "a PNG that is truncated or corrupt"),
)
"""The first bytes of other file types."""


@seam
def is_badge_image(content: bytes) -> bool:
    """Whether these bytes are a PNG or an SVG, the two formats of badge images."""
    return _is_png(content) or _is_svg(content)


def type_of(content: bytes) -> str:
    """The media type of a badge image, ``""`` when the bytes are none."""
    if _is_png(content):
        return TYPES[0]
    return TYPES[1] if _is_svg(content) else ""


def looks_like(content: bytes) -> str:
    """A guess at what bytes are that are no badge image."""
    if not content:
        return "an empty document"
    for start, kind in KINDS:
        if content.startswith(start):
            return kind
    try:
        text = content[:SHOWN].decode("utf-8", errors="ignore" if content[SHOWN:] else "strict")
    except UnicodeDecodeError:
        return f"bytes that begin with {content[:8].hex(' ')}"
    return f"a text that begins with {quoted(text.strip())}"


def _is_png(content: bytes) -> bool:
    return content.startswith(PNG_SIGNATURE) and content[12:16] == b"IHDR"


def _is_svg(content: bytes) -> bool:
    """Well-formed XML whose root is ``svg``; declared entities could make it endless."""
    opened: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, _attributes: opened.append(name)
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat takes it by position only
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return opened[0] in SVG_ROOTS


def _refuse_entity(*_declaration: object) -> None:
    raise ValueError("an entity is declared")
