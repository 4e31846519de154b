"""How hard a text is to guess for somebody who has seen others of its kind."""

import math
from collections.abc import Sequence

BY_CHANCE = 3
"""Characters that good random texts may share at an end."""
ALPHABETS = (
    ("0123456789", 10),
    ("0123456789abcdef", 16),
    ("0123456789ABCDEF", 16),
    ("0123456789abcdefghijklmnopqrstuvwxyz", 36),
    ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 36),
)
LARGEST = 64


def guessing_bits(texts: Sequence[object]) -> float:
    """Bits in which each of the texts differs from all others, at the most.

    What all share at the beginning or the end, as the digits of a clock or a counter do, does
    not count. What is no text, or is there twice, is worth nothing.
    """
    found = [text for text in texts if isinstance(text, str)]
    if len(found) < len(texts) or len(set(found)) < len(found) or len(found) < 2:
        return 0.0
    before = _beyond_chance(_shared(found))
    after = _beyond_chance(_shared([text[::-1] for text in found]))
    own = [text[before : len(text) - after] for text in found]
    return min(map(len, own)) * math.log2(_alphabet("".join(own)))


def _shared(texts: Sequence[str]) -> int:
    """How many characters all texts have in common at the beginning."""
    alike = (len(set(letters)) == 1 for letters in zip(*texts, strict=False))
    return next((number for number, same in enumerate(alike) if not same), min(map(len, texts)))


def _beyond_chance(shared: int) -> int:
    return shared if shared > BY_CHANCE else 0


def _alphabet(text: str) -> int:
    """How many characters there are of the kind that a text is made of."""
    seen = set(text)
    return next((size for letters, size in ALPHABETS if seen <= set(letters)), LARGEST)
