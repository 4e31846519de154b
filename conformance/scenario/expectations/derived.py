"""Texts that look random and are made of something known: a hash of an e-mail, of a number."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

HASHES = ("md5", "sha1", "sha256", "sha512")
LARGEST = 4096
"""Numbers from 0 up to this one are tried."""
SECONDS = 120
"""So long ago, in seconds, a clock may have been read."""
TELLING = 16
"""Characters at the beginning of a text that no chance makes equal to a hash."""
SHORTEST = 8
"""Characters of a text that can be found in another one."""


def derivation(texts: Iterable[object], sources: Sequence[object]) -> str:
    """How one of the texts is made of something known, in words; ``""`` when none is.

    Sources are texts such as an e-mail or another token; small numbers and the clock of this
    machine are always tried.
    """
    known = {one: "another value" for one in sources if isinstance(one, str) and one}
    now = int(time.time())
    clock = {str(now - ago): "the time" for ago in range(SECONDS)}
    hashed = {**_of_numbers(), **dict(_hashed({**clock, **known}))}
    for text in texts:
        if not isinstance(text, str):
            continue
        if any(_holds(text, source) for source in known):
            return "it holds another value"
        if (what := hashed.get(text[:TELLING].lower())) and len(text) >= TELLING:
            return f"it is a {what}"
    return ""


def _holds(text: str, source: str) -> bool:
    short, long = sorted((text.lower(), source.lower()), key=len)
    return len(short) >= SHORTEST and (short in long or short[::-1] in long)


@cache
def _of_numbers() -> Mapping[str, str]:
    return dict(_hashed({str(number): "a small number" for number in range(LARGEST)}))


def _hashed(known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """From the beginning of a hash, in hexadecimal digits, to what it is a hash of."""
    for text, what in known.items():
        for name in HASHES:
            digest = hashlib.new(name, text.encode(), usedforsecurity=False)
            yield digest.hexdigest()[:TELLING], f"{name} of {what}"
