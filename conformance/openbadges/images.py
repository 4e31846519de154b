"""Badge images: PNGs generated from the PNG specification (section 5), and an SVG."""

import struct
import zlib
from functools import cache

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SIDE = 90
"""Pixels: the smallest size that was recommended to issuers."""


GRAIN = 3
"""Brightness levels of the texture, which keeps the compressed image from being tiny."""
COLOUR = (20, 87, 184)


@cache
def png(colour: tuple[int, int, int] = COLOUR) -> bytes:
    """A square of one colour with some texture, a few kilobytes in size like real badge images.

    ``colour`` is red, green and blue from 0 to 253.
    """
    return _square(SIDE, colour, GRAIN)


@cache
def tiny_png() -> bytes:
    """A valid image of one pixel, smaller than a hundred bytes."""
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
    return bytes(component + brighter for component in colour)


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
