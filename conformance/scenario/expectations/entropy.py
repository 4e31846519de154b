"""An estimate of how hard a token is to guess for somebody who knows other tokens."""

import math
from collections.abc import Sequence

BY_CHANCE = 3
"""Characters at an end that random texts may share by chance."""
ALPHABETS = (
    ("0123456789", 10),
    ("0123456789abcdef", 16),
    ("0123456789ABCDEF", 16),
    ("0123456789abcdefghijklmnopqrstuvwxyz", 36),
    ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 36),
)
LARGEST = 64


def guessing_bits(texts: Sequence[object]) -> float:
    """The maximum number of bits in which each text differs from all others.

    A common beginning or end, such as the digits of a clock or a counter, does not count. The
    result is 0 when a value is not a text or occurs twice.
    """
    strings = [text for text in texts if isinstance(text, str)]
    if len(strings) < len(texts) or len(set(strings)) < len(strings) or len(strings) < 2:
        return 0.0
    before = _beyond_chance(_shared(strings))
    after = _beyond_chance(_shared([text[::-1] for text in strings]))
    own = [text[before : len(text) - after] for text in strings]
    return min(map(len, own)) * math.log2(_alphabet("".join(own)))


def _shared(texts: Sequence[str]) -> int:
    """The length of the common beginning of all texts."""
    alike = (len(set(letters)) == 1 for letters in zip(*texts, strict=False))
    return next((number for number, same in enumerate(alike) if not same), min(map(len, texts)))


def _beyond_chance(shared: int) -> int:
    return shared if shared > BY_CHANCE else 0


def _alphabet(text: str) -> int:
    """The size of the smallest alphabet that contains all characters of a text."""
    characters = set(text)
    return next((size for letters, size in ALPHABETS if characters <= set(letters)), LARGEST)
