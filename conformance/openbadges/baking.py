"""Bake a signed badge into its picture, so that it travels with it (Open Badges 1.1, baking)."""

import re
from html import escape

from conformance.openbadges.images import SIGNATURE, chunk

KEYWORD = b"openbadges"
NAMESPACE = "http://openbadges.org"
HEADER_ENDS = len(SIGNATURE) + 25
"""Bytes up to the end of the chunk ``IHDR``, which comes first and is always as long."""
PLAIN = b"\x00" * 5
"""Ends the keyword; says that nothing is compressed, translated, or in a language."""
ROOT = re.compile(rb"<svg\b[^>]*>")


def bake_png(picture: bytes, signature: str) -> bytes:
    """The picture with the JWS in a chunk ``iTXt`` of its own."""
    baked = chunk(b"iTXt", KEYWORD + PLAIN + signature.encode())
    return picture[:HEADER_ENDS] + baked + picture[HEADER_ENDS:]


def bake_svg(picture: bytes, signature: str) -> bytes:
    """The picture with the JWS in an element ``openbadges:assertion``, which comes first in it.

    A signed badge stands in the attribute ``verify``, and the element is empty.
    """
    element = f'<openbadges:assertion verify="{escape(signature)}"/>'.encode()
    spoken = f' xmlns:openbadges="{NAMESPACE}">'.encode()
    return ROOT.sub(lambda found: found[0][:-1] + spoken + element, picture, count=1)
