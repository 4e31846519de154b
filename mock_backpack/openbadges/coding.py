"""Undo the ``Content-Encoding`` of a document, as far as it was asked for."""

import zlib
from collections.abc import Mapping
from types import MappingProxyType

from mock_backpack.openbadges.trouble import Unusable

ASKED = "gzip, deflate"
"""Our ``Accept-Encoding``."""
WINDOWS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "gzip": (zlib.MAX_WBITS | 16,),
        "x-gzip": (zlib.MAX_WBITS | 16,),
        "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS),
    }
)
"""The wbits of zlib, by coding; some servers send deflate without the header of zlib."""


def decoded(content: bytes, label: str, most_bytes: int) -> bytes:
    """The document behind all its codings; at most one byte more than ``most_bytes``.

    Raises:
        Unusable: when they are encoded otherwise, or in a way that nobody asked for.
    """
    for coding in reversed([name.strip().lower() for name in label.split(",")]):
        if coding not in ("", "identity"):
            content = _inflated(content, coding, most_bytes)
    return content


def _inflated(content: bytes, coding: str, most_bytes: int) -> bytes:
    if coding not in WINDOWS:
        raise Unusable(f"Content-Encoding {coding}, which was not requested")
    if not content:
        return content
    for window in WINDOWS[coding]:
        inflater = zlib.decompressobj(window)
        try:
            found = inflater.decompress(content, most_bytes + 1)
        except zlib.error:
            continue
        if len(found) > most_bytes or (inflater.eof and not inflater.unused_data):
            return found
    raise Unusable(f"bytes that are not complete {coding}, despite Content-Encoding")
