"""An estimate of how hard a token is to guess for somebody who knows other tokens."""

import math
from collections.abc import Sequence
from itertools import combinations

BY_CHANCE = {"all": 3, "pair": 8}
"""Characters at an end that all random texts, or two of them, may share by chance."""
ALPHABETS = (
    ("0123456789", 10),
    ("0123456789abcdef", 16),
    ("0123456789ABCDEF", 16),
    ("0123456789abcdefghijklmnopqrstuvwxyz", 36),
    ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 36),
)
LARGEST = 64


def guessing_bits(texts: Sequence[object]) -> float:
    """The maximum number of bits in which each text differs from any other.

    A beginning or end that two texts share, such as the digits of a clock, does not count. The
    result is 0 when a value is not a text or occurs twice.
    """
    strings = [text for text in texts if isinstance(text, str)]
    if len(strings) < len(texts) or len(set(strings)) < len(strings) or len(strings) < 2:
        return 0.0
    pairs = (_bits(pair, BY_CHANCE["pair"]) for pair in combinations(strings, 2))
    return min(_bits(strings, BY_CHANCE["all"]), *pairs)


def _bits(texts: Sequence[str], by_chance: int) -> float:
    """The bits of the shortest text outside a beginning or an end that all have."""
    before, after = _shared(texts), _shared([text[::-1] for text in texts])
    before, after = (shared if shared > by_chance else 0 for shared in (before, after))
    own = [text[before : len(text) - after] for text in texts]
    return min(map(len, own)) * math.log2(_alphabet("".join(own)))


def _shared(texts: Sequence[str]) -> int:
    """The length of the common beginning of all texts."""
    alike = (len(set(letters)) == 1 for letters in zip(*texts, strict=False))
    return next((number for number, same in enumerate(alike) if not same), min(map(len, texts)))


def _alphabet(text: str) -> int:
    """The size of the smallest alphabet that contains all characters of a text."""
    characters = set(text)
    return next((size for letters, size in ALPHABETS if characters <= set(letters)), LARGEST)
