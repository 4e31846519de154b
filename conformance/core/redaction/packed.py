"""Bodies that were compressed on the way: a secret in them is as good as readable."""

import zlib

MOST_UNPACKED = 5 * 1024 * 1024
"""Bytes: as much as is read of a body that was not compressed."""
FORMATS = {b"\x1f\x8b": zlib.MAX_WBITS | 16, b"\x78": zlib.MAX_WBITS}
"""The first bytes of gzip and of zlib, and the window bits with which zlib reads each."""


def unpacked(body: bytes) -> bytes:
    """What a compressed body holds, as far as it goes; any other body as it is."""
    for beginning, bits in FORMATS.items():
        if body.startswith(beginning):
            try:
                return zlib.decompressobj(bits).decompress(body, MOST_UNPACKED) or body
            except zlib.error:
                return body
    return body
