"""Badge images: a PNG, made from nothing but its definition (PNG specification, section 5)."""

import struct
import zlib
from functools import cache

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SIDE = 90
"""Pixels: the smallest size that issuers were advised to use."""


GRAIN = 3
"""Brightness levels of the texture, which keeps a picture from shrinking to a few bytes."""
COLOUR = (20, 87, 184)


@cache
def png(colour: tuple[int, int, int] = COLOUR) -> bytes:
    """A square of one colour with some texture, of a few kilobytes as pictures of badges are.

    ``colour`` is red, green and blue from 0 to 253.
    """
    return _square(SIDE, colour, GRAIN)


@cache
def tiny_png() -> bytes:
    """One pixel: a right picture of fewer than a hundred bytes."""
    return _square(1, COLOUR, 1)


def _square(side: int, colour: tuple[int, int, int], grain: int) -> bytes:
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = b"".join(
        b"\x00" + b"".join(_pixel(colour, zlib.crc32(bytes((x, y))) % grain) for x in range(side))
        for y in range(side)
    )
    return b"".join(
        [
            SIGNATURE,
            chunk(b"IHDR", header),
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        ]
    )


def _pixel(colour: tuple[int, int, int], brighter: int) -> bytes:
    return bytes(one + brighter for one in colour)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk with its length and checksum."""
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


RINGS = "".join(
    f'<circle cx="45" cy="45" r="{radius}" fill="none" stroke="#1457b8" stroke-width="2"/>'
    for radius in range(4, 44, 3)
)
SVG = (f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90">{RINGS}</svg>').encode()
"""Rings in the same colour, of about a kilobyte."""
