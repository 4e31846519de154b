"""Values that are ordinary words: hiding them everywhere would make a report unreadable."""

import re
from functools import cache

from conformance.core.resources import folder

SHORTEST = 4
"""Characters: what is shorter may stand anywhere by chance."""
LONGEST_NUMBER = 6
"""Digits: a number that is shorter may be a port, a year, a size."""
WORD = re.compile(r"[a-z]+")
WORDS = re.compile(r"[A-Za-z]+(?:[-_./ ][A-Za-z]+)*")
SHORTEST_WORD = 3
LITERALS = frozenset({"true", "false", "null", "none", "undefined"})
SOURCES = (("scenarios", "*.yaml"), ("schemas", "*.json"), ("reports", "*.html"))


def is_weak(value: str) -> bool:
    """Whether a secret is hidden only where its name stands beside it.

    It has no more than three characters, is a small number, or a word that reports are written in.
    """
    if len(value) < SHORTEST or (value.isdigit() and len(value) <= LONGEST_NUMBER):
        return True
    return value.isalpha() and value.lower() in vocabulary()


def is_prose(value: str) -> bool:
    """Whether a text reads like words, a name or a type, and not like something drawn."""
    return value.lower() in LITERALS or (bool(WORDS.fullmatch(value)) and _has_words(value))


def _has_words(value: str) -> bool:
    """Whether most of its letters are of words that stand in what is shipped."""
    words = WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", value).lower())
    known = sum(len(word) for word in words if word in vocabulary())
    return known * 2 > sum(map(len, words))


@cache
def vocabulary() -> frozenset[str]:
    """The words of the catalogue, the scenarios, the schemas and the reports."""
    return frozenset(
        word
        for name, pattern in SOURCES
        for file in folder(name).rglob(pattern)
        for word in WORD.findall(file.read_text(encoding="utf-8").lower())
        if len(word) >= SHORTEST_WORD
    )
