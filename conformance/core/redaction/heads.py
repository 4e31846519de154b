"""Find secrets that were cut: a quoted text ends within one, and its first characters show."""

from collections.abc import Iterator
from math import ceil

from attrs import define, field

from conformance.core.plain import CUT
from conformance.core.redaction.forms import SecretForm
from conformance.core.redaction.views import Positions, skeleton

SHORTEST_HEAD = 6
"""Letters and digits of a secret; fewer stand in front of a cut by chance.

Of a form, such as base64 of base64, as much as tells so many of them.
"""
LONGEST_HEAD = 1024
"""Characters in front of a cut that are looked at; no finding quotes as many."""


@define
class Heads:
    """Forms by their first characters."""

    _forms: dict[str, list[tuple[int, SecretForm]]] = field(factory=dict)
    """From the first characters to the forms, each with the length of a beginning that counts."""

    def add(self, form: SecretForm, length: int) -> None:
        """Look for the beginning of a form of a secret of so many letters and digits."""
        head = form.text[:SHORTEST_HEAD]
        shortest = ceil(SHORTEST_HEAD * max(1.0, len(form.text) / length))
        self._forms.setdefault(head, []).append((shortest, form))

    def find(self, text: str) -> Iterator[tuple[int, int, SecretForm]]:
        """Where the beginning of a form begins and ends in a text, in front of a cut."""
        cut = text.find(CUT)
        while cut >= 0:
            begin = max(0, cut - LONGEST_HEAD)
            for first, form in self._in_front(text[begin:cut]):
                yield begin + first, cut, form
            cut = text.find(CUT, cut + 1)

    def _in_front(self, text: str) -> Iterator[tuple[int, SecretForm]]:
        letters = skeleton(text)
        for first in range(len(letters) - SHORTEST_HEAD + 1):
            for shortest, form in self._forms.get(letters[first : first + SHORTEST_HEAD], ()):
                if len(letters) - first >= shortest and form.text.startswith(letters[first:]):
                    yield Positions.of(text)[first], form
                    return
