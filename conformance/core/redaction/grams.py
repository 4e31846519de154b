"""Find many texts in another one, in a time that does not depend on how many they are."""

import re
from collections.abc import Iterator, Sequence
from math import ceil

from attrs import define, field

from conformance.core.redaction.forms import SHORTEST_PARTED, SecretForm

SHARE = 0.75
"""Of a long form that must stand in a text in one piece: the rest could be guessed."""
EMAIL = re.compile(r"(?P<local>[^@\s]+)@[^@\s]+\.[^@\s]+")
MOST_COMPARED = 20
"""Forms that begin alike, of which a part is looked for."""


@define
class Grams:
    """Forms by pieces of them: short pieces of a text are looked up, and compared where known.

    Of a form ``stride`` pieces are kept that begin side by side, and a text is looked at once in
    ``stride`` characters: so each place of a form is met. Learning one more costs the same
    however many are known, which an automaton that is built anew does not offer.
    """

    size: int
    """Characters of a piece."""
    stride: int
    _forms: dict[str, SecretForm] = field(factory=dict)
    """From a piece to the first form that holds it."""
    _more: dict[str, list[SecretForm]] = field(factory=dict)
    """From a piece to further forms: few have any, and a list for each would cost the most."""

    def __bool__(self) -> bool:
        return bool(self._forms)

    def add(self, form: SecretForm) -> Sequence[str]:
        """Look for a form, which has ``size + stride - 1`` characters at least; its pieces."""
        forms, size, text = self._forms, self.size, form.text
        pieces = [text[at : at + size] for at in self._offsets(text)]
        for piece in pieces:
            if forms.setdefault(piece, form) is not form:
                self._more.setdefault(piece, []).append(form)
        return pieces

    def looked_up(self, text: str) -> set[str]:
        """The pieces of a text that `find` looks up: where none of a form is, the form is not."""
        places = range(0, len(text) - self.size + 1, self.stride)
        return {text[at : at + self.size] for at in places}

    def _offsets(self, text: str) -> range:
        """Where the pieces begin that are kept of a form: within each part of it that counts."""
        first = len(text) // 4 if len(text) >= SHORTEST_PARTED else 0
        return range(first, first + self.stride)

    def _known(self, piece: str) -> list[tuple[SecretForm, int]]:
        """The forms that hold a piece, and where."""
        return [
            (form, offset)
            for form in (self._forms[piece], *self._more.get(piece, ()))
            for offset in self._offsets(form.text)
            if form.text.startswith(piece, offset)
        ]

    def find(self, text: str) -> Iterator[tuple[int, int, SecretForm]]:
        """Where a form, or most of a long one, begins and ends."""
        forms, size = self._forms, self.size
        places = range(0, len(text) - size + 1, self.stride)
        for at in [at for at in places if text[at : at + size] in forms]:
            known = self._known(text[at : at + size])
            whole = [
                (at - offset, at - offset + len(form.text), form)
                for form, offset in known
                if at >= offset and text.startswith(form.text, at - offset)
            ]
            yield from whole or _parts(text, at, known)


def _parts(
    text: str, at: int, known: list[tuple[SecretForm, int]]
) -> Iterator[tuple[int, int, SecretForm]]:
    for form, offset in known[:MOST_COMPARED]:
        if len(form.text) < SHORTEST_PARTED:
            continue
        before = _alike(text[max(0, at - offset) : at][::-1], form.text[:offset][::-1])
        after = _alike(text[at : at + len(form.text) - offset], form.text[offset:])
        is_most = before + after >= ceil(len(form.text) * SHARE)
        if is_most and not _is_domain(form, offset - before):
            yield at - before, at + after, form


def _is_domain(form: SecretForm, begin: int) -> bool:
    """Whether a form of an e-mail, from here on, tells its domain alone: that is no secret."""
    match = EMAIL.fullmatch(form.secret)
    return match is not None and begin >= len(form.text) * match.end("local") / len(form.secret)


def _alike(first: str, other: str) -> int:
    """The number of characters that two texts begin with alike."""
    for count, (left, right) in enumerate(zip(first, other, strict=False)):
        if left != right:
            return count
    return min(len(first), len(other))
