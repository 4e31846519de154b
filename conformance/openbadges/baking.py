"""Baking: a signed badge inside its image (Open Badges 1.1, baking)."""

import re
from html import escape

from conformance.openbadges.images import SIGNATURE, chunk

KEYWORD = b"openbadges"
NAMESPACE = "http://openbadges.org"
HEADER_ENDS = len(SIGNATURE) + 25
"""Bytes up to the end of the chunk ``IHDR``, which is always first and has a fixed length."""
PLAIN = b"\x00" * 5
"""Ends the keyword; means no compression, no translated keyword, no language."""
ROOT = re.compile(rb"<svg\b[^>]*>")


def bake_png(picture: bytes, signature: str) -> bytes:
    """A PNG with the JWS in a new ``iTXt`` chunk."""
    baked = chunk(b"iTXt", KEYWORD + PLAIN + signature.encode())
    return picture[:HEADER_ENDS] + baked + picture[HEADER_ENDS:]


def bake_svg(picture: bytes, signature: str) -> bytes:
    """An SVG with the JWS in its first element, ``openbadges:assertion``.

    The JWS is the value of the attribute ``verify``, and the element is empty.
    """
    element = f'<openbadges:assertion verify="{escape(signature)}"/>'.encode()
    namespace = f' xmlns:openbadges="{NAMESPACE}">'.encode()
    return ROOT.sub(lambda match: match[0][:-1] + namespace + element, picture, count=1)
