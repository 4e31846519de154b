"""Find secrets that were cut: a quoted text ends within one, and its first characters show."""

from collections.abc import Iterator

from attrs import define, field

from conformance.plain import CUT
from conformance.redaction.forms import Form
from conformance.redaction.views import Positions, skeleton

SHORTEST_HEAD = 6
"""Letters and digits of a secret; fewer stand in front of a cut by chance."""
LONGEST_HEAD = 1024
"""Characters in front of a cut that are looked at; no finding quotes as many."""


@define
class Heads:
    """Forms by their first characters."""

    _forms: dict[str, tuple[Form, ...]] = field(factory=dict)

    def add(self, form: Form) -> None:
        """Look for the beginning of a form."""
        head = form.text[:SHORTEST_HEAD]
        self._forms[head] = (*self._forms.get(head, ()), form)

    def find(self, text: str) -> Iterator[tuple[int, int, Form]]:
        """Where the beginning of a form begins and ends in a text, in front of a cut."""
        cut = text.find(CUT)
        while cut >= 0:
            begin = max(0, cut - LONGEST_HEAD)
            for first, form in self._in_front(text[begin:cut]):
                yield begin + first, cut, form
            cut = text.find(CUT, cut + 1)

    def _in_front(self, text: str) -> Iterator[tuple[int, Form]]:
        kept = skeleton(text)
        for first in range(len(kept) - SHORTEST_HEAD + 1):
            for form in self._forms.get(kept[first : first + SHORTEST_HEAD], ()):
                if form.text.startswith(kept[first:]):
                    yield Positions.of(text)[first], form
                    return
