"""Badge images: a PNG, made from nothing but its definition (PNG specification, section 5)."""

import struct
import zlib
from functools import cache

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SIDE = 90
"""Pixels: the smallest size that issuers were advised to use."""


@cache
def png(colour: tuple[int, int, int] = (20, 87, 184)) -> bytes:
    """A square of one colour, red, green and blue from 0 to 255."""
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    row = b"\x00" + bytes(colour) * SIDE
    return b"".join(
        [
            SIGNATURE,
            chunk(b"IHDR", header),
            chunk(b"IDAT", zlib.compress(row * SIDE)),
            chunk(b"IEND", b""),
        ]
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk with its length and checksum."""
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90">'
    b'<circle cx="45" cy="45" r="40" fill="#1457b8"/></svg>'
)
