"""The forms in which a secret may stand in a text, beside the way in which it was given."""

import base64
import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from conformance.core.redaction.views import skeleton

SHORTEST_STRONG = 12
"""Letters and digits: a text that has so many of a secret in order does not have them by chance."""


SHORTEST_PARTED = 16
"""Characters: of a form that has fewer, no part is looked for."""

IN_URLS = str.maketrans("+/", "-_")
"""From base64 to its alphabet for URLs."""


class SecretForm(NamedTuple):
    """A text to look for, and the secret that it gives away.

    A tuple, since a run makes some ten thousand of them.
    """

    text: str
    secret: str
    note: str = ""
    """How a report names the form; empty for the secret itself."""


def strong_forms(value: str, secret: str) -> Iterator[SecretForm]:
    """What to look for in a skeleton: of a piece of a secret that is known without its case.

    base64 is there for each position in a longer text: four characters stand for three bytes, so
    that a text has three forms, of which those characters are left out that its neighbours share.
    """
    content = value.encode(errors="replace")
    plain = skeleton(value)
    yield SecretForm(plain, secret)
    yield SecretForm(plain[::-1], secret, ", reversed")
    yield from _skeletons({content.decode("latin-1")} - {value}, secret, "")
    once = _in_both_alphabets(_base64(content))
    yield from _skeletons(once, secret, ", base64")
    twice = _longest({skeleton(text) for text in _base64_twice(content, once)})
    yield from _skeletons(twice, secret, ", base64 of base64")
    yield from _skeletons({content.hex()}, secret, ", hexadecimal")
    yield from _skeletons(_base32(content), secret, ", base32")
    codes = {"".join(map(str, content)), "".join(str(ord(text)) for text in value)}
    yield from _skeletons(codes, secret, ", numbers")


def short_forms(value: str) -> Iterator[SecretForm]:
    """What to look for as it is: of a value whose skeleton may stand anywhere by chance."""
    yield SecretForm(value, value)
    if " " in value:
        yield SecretForm(value.replace(" ", "+"), value, ", percent-encoded")
    content = value.encode(errors="replace")
    once = _in_both_alphabets(_base64(content))
    twice = _in_both_alphabets(_base64_twice(content, once))
    for texts, note in ((once, ", base64"), (twice, ", base64 of base64")):
        for text in sorted(texts):
            yield SecretForm(text, value, note)


def _skeletons(texts: Iterator[str] | set[str], secret: str, note: str) -> Iterator[SecretForm]:
    for text in sorted({skeleton(written) for written in texts}):
        if len(text) >= SHORTEST_STRONG:
            yield SecretForm(text, secret, note)


def _longest(texts: set[str]) -> set[str]:
    """Texts without those that another one begins with: a part of a long form is found anyway."""
    ordered = sorted(texts)
    return {
        text
        for text, following in itertools.zip_longest(ordered, ordered[1:], fillvalue="")
        if len(text) < SHORTEST_PARTED or not following.startswith(text)
    }


def _in_both_alphabets(texts: Iterable[str]) -> set[str]:
    """Texts in base64 as they are, and as they stand in URLs; a skeleton is the same for both."""
    given = set(texts)
    return given | {text.translate(IN_URLS) for text in given}


def _base64(content: bytes) -> Iterator[str]:
    """base64 without padding: of the content alone, and within others."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + content).rstrip(b"=").decode()
        begin = -(-before * 8 // 6)
        end = (before + len(content)) * 8 // 6
        yield from {encoded if before == 0 else "", encoded[begin:end]} - {""}


def _base64_twice(content: bytes, once: set[str]) -> set[str]:
    padded = {base64.b64encode(content).decode(), base64.urlsafe_b64encode(content).decode()}
    return {form for text in once | padded for form in _base64(text.encode())}


def _base32(content: bytes) -> Iterator[str]:
    for before in range(5):
        encoded = base64.b32encode(b"\0" * before + content).rstrip(b"=").decode()
        begin = -(-before * 8 // 5)
        end = (before + len(content)) * 8 // 5
        yield from itertools.chain([encoded] if before == 0 else [], [encoded[begin:end]])
