"""Tell an image from something else, by its bytes."""

import xml.etree.ElementTree as ET

from mock_backpack.seams import Seam

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
SVG_ROOTS = ("svg", "{http://www.w3.org/2000/svg}svg")


@Seam
def is_badge_image(content: bytes) -> bool:
    """Whether these bytes are a PNG or an SVG, the two formats of badge images."""
    return _is_png(content) or _is_svg(content)


def _is_png(content: bytes) -> bool:
    return content.startswith(PNG_SIGNATURE) and content[12:16] == b"IHDR"


def _is_svg(content: bytes) -> bool:
    if b"<!ENTITY" in content:
        return False
    try:
        root = ET.fromstring(content)  # noqa: S314 - entities are refused above
    except (ET.ParseError, ValueError, LookupError):
        return False
    return root.tag in SVG_ROOTS
