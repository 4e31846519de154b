"""The detection of tokens derived from known values, such as the hash of an e-mail address."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

HASHES = ("md5", "sha1", "sha256", "sha512")
LARGEST = 4096
"""Numbers from 0 up to this one are tried."""
SECONDS = 120
"""How long ago, in seconds, a clock may have been read."""
PREFIX = 16
"""Characters at the beginning of a text that do not equal a hash by chance."""
SHORTEST = 8
"""Minimum length of a text that is searched for in another text."""


def derivation(texts: Iterable[object], sources: Sequence[object]) -> str:
    """How one of the texts is derived from a known value, in words; ``""`` when none is.

    Sources are texts such as an e-mail address or another token; small numbers and the clock of
    this machine are always tried.
    """
    known = {source: "another value" for source in sources if isinstance(source, str) and source}
    now = int(time.time())
    clock = {str(now - ago): "the time" for ago in range(SECONDS)}
    hashed = {**_of_numbers(), **dict(_hashed({**clock, **known}))}
    for text in texts:
        if not isinstance(text, str):
            continue
        if any(_holds(text, source) for source in known):
            return "it contains another value"
        if (hash_name := hashed.get(text[:PREFIX].lower())) and len(text) >= PREFIX:
            return f"it is a {hash_name}"
    return ""


def _holds(text: str, source: str) -> bool:
    short, long = sorted((text.lower(), source.lower()), key=len)
    return len(short) >= SHORTEST and (short in long or short[::-1] in long)


@cache
def _of_numbers() -> Mapping[str, str]:
    return dict(_hashed({str(number): "a small number" for number in range(LARGEST)}))


def _hashed(known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """From the beginning of a hash, in hexadecimal digits, to its algorithm and source."""
    for text, source in known.items():
        for name in HASHES:
            digest = hashlib.new(name, text.encode(), usedforsecurity=False)
            yield digest.hexdigest()[:PREFIX], f"{name} of {source}"
