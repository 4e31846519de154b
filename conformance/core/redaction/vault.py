"""Every secret that a run has seen, and where any of them stands in a text."""

import itertools
from collections.abc import Iterator, Sequence
from functools import lru_cache

from attrs import define, field, frozen

from conformance.core.plain import CUT
from conformance.core.redaction.forms import SHORTEST_STRONG, SecretForm, short_forms, strong_forms
from conformance.core.redaction.grams import Grams
from conformance.core.redaction.heads import Heads
from conformance.core.redaction.views import DecodedText, decoded, layers, skeleton
from conformance.core.redaction.words import SHORTEST, is_weak

SHORTEST_ANYWHERE = 8
"""Characters: what is shorter must not have letters or digits beside it."""

LONGEST_REMEMBERED = 2000
"""Characters of a text whose secrets are remembered until one more is learned."""
LONGEST_PIECE = 2048
"""Characters: of a longer secret each piece is looked for by itself."""


@frozen
class SecretHit:
    """A secret in a text."""

    start: int
    end: int
    secret: str
    note: str
    """How it is written there, where that is not as it was given."""


@define
class Vault:
    """Secrets by value. To learn one, and to look for all, takes a time that does not grow."""

    kinds: dict[str, str] = field(factory=dict)
    """From a secret to what it is."""
    learns: bool = True
    """Whether anything is shown, so that secrets have to be known."""
    _strong: Grams = field(factory=lambda: Grams(8, 5))
    """Forms to look for in skeletons."""
    _heads: Heads = field(factory=Heads)
    _short: Grams = field(factory=lambda: Grams(SHORTEST, 1))
    """Forms to look for as they are."""
    _shortest: int = SHORTEST_STRONG
    """Characters of the shortest form; what is shorter holds none."""
    _found: dict[str, list[SecretHit]] = field(factory=dict, repr=False)
    """Short texts and the secrets in them: URLs, headers and findings repeat."""
    _pieces_found: set[str] = field(factory=set, repr=False)
    """Of the skeletons of those texts: they hold no form, learned later, that has none of these."""

    def learn(self, value: str, kind: str) -> None:
        """Know one more secret."""
        if value in self.kinds or not self.learns:
            return
        self.kinds[value] = kind
        if len(skeleton(value)) >= SHORTEST_STRONG:
            for piece in _pieces(value):
                length = len(skeleton(piece))
                for form in strong_forms(piece, value):
                    pieces = self._strong.add(form)
                    self._heads.add(form, length)
                    if not self._pieces_found.isdisjoint(pieces):
                        self._forget()
        elif not is_weak(value):
            self._forget()
            self._shortest = SHORTEST
            for form in short_forms(value):
                self._short.add(form)

    def hits(self, text: str) -> Sequence[SecretHit]:
        """The secrets that stand in a text, in order, none over another; all that is theirs.

        Those that overlap are one hit, named after the longest of them.
        """
        if len(text) < self._shortest:
            return []
        if len(text) > LONGEST_REMEMBERED or CUT in text:
            return self._find(text)
        found = self._found.get(text)
        if found is None:
            found = self._found[text] = self._find(text)
            for view in layers(text):
                self._pieces_found |= self._strong.looked_up(view.skeleton)
        return found

    def spelled_by(self, value: str) -> str | None:
        """The secret of which a value as a whole is a spelling.

        The value is not remembered: most are new secrets, and learned next.
        """
        match self._find(value):
            case [SecretHit(0, end, secret)] if end == len(value):
                return secret
            case _:
                return None

    def _forget(self) -> None:
        """Look at all texts again."""
        self._found.clear()
        self._pieces_found.clear()

    def _find(self, text: str) -> list[SecretHit]:
        merged: list[SecretHit] = []
        for hit in sorted(self._all(text), key=lambda hit: hit.start):
            if merged and hit.start < merged[-1].end:
                last = merged[-1]
                best = max(last, hit, key=_weight)
                merged[-1] = SecretHit(last.start, max(last.end, hit.end), best.secret, best.note)
            else:
                merged.append(hit)
        return merged

    def may_stand_in(self, text: str) -> bool:
        """Whether a secret stands in a text without escapes; a quick look at a long one."""
        in_skeleton = any(True for _ in self._strong.find(skeleton(text)))
        return in_skeleton or (bool(self._short) and bool(self.hits(text)))

    def _all(self, text: str) -> Iterator[SecretHit]:
        for view in layers(text):
            in_skeleton = list(self._strong.find(view.skeleton))
            as_it_is = list(self._short.find(view.text)) if self._short else []
            yield from _of_head(view, self._heads.find(view.text))
            yield from _of_skeleton(text, view, in_skeleton)
            yield from _of_short(text, view, as_it_is)


def _pieces(value: str) -> Iterator[str]:
    """The pieces of a long value; one that is too short to be looked for joins the one before."""
    ends = [*range(LONGEST_PIECE, len(value), LONGEST_PIECE), len(value)]
    if len(ends) > 1 and len(skeleton(value[ends[-2] :])) < SHORTEST_STRONG:
        del ends[-2]
    for begin, end in itertools.pairwise([0, *ends]):
        if len(skeleton(value[begin:end])) >= SHORTEST_STRONG:
            yield value[begin:end]


def _weight(hit: SecretHit) -> tuple[int, bool]:
    return hit.end - hit.start, hit.note == ""


def _of_skeleton(
    text: str, view: DecodedText, matches: list[tuple[int, int, SecretForm]]
) -> Iterator[SecretHit]:
    if not matches:
        return
    positions = view.positions
    for first, last, form in matches:
        begin, end = _with_marks(view.text, positions[first], positions[last - 1] + 1, form)
        start, stop = view.span(begin, end)
        is_whole = last - first == len(form.text)
        note = form.note or _note(text[start:stop], view.text[begin:end], form.secret)
        yield SecretHit(start, stop, form.secret, note if is_whole else f"{form.note}, part")


def _of_head(
    view: DecodedText, matches: Iterator[tuple[int, int, SecretForm]]
) -> Iterator[SecretHit]:
    for begin, end, form in matches:
        yield SecretHit(*view.span(begin, end), form.secret, f"{form.note}, cut")


def _with_marks(text: str, begin: int, end: int, form: SecretForm) -> tuple[int, int]:
    """The place of a secret with what it begins and ends with beside letters and digits."""
    if form.note:
        return begin, _padded(text, end)
    at = form.secret.casefold().find(text[begin:end].casefold())
    head = form.secret[: max(at, 0)]
    if head and text.endswith(head, 0, begin):
        begin -= len(head)
    tail = _marks_behind(form.secret)
    if tail and text.startswith(tail, end):
        end += len(tail)
    return begin, end


def _padded(text: str, end: int) -> int:
    """The end of a text in base64 with its padding."""
    while text[end : end + 1] == "=":
        end += 1
    return end


@lru_cache
def _marks_behind(value: str) -> str:
    """What a value ends with beside letters and digits."""
    marks = "".join(mark for mark in set(value) if not mark.isalnum())
    return value[len(value.rstrip(marks)) :]


def _of_short(
    text: str, view: DecodedText, matches: list[tuple[int, int, SecretForm]]
) -> Iterator[SecretHit]:
    for begin, end, form in matches:
        if _stands_alone(view.text, begin, end, form.text):
            last = _padded(view.text, end) if form.note else end
            start, stop = view.span(begin, last)
            note = form.note or _note(text[start:stop], form.text, form.secret)
            yield SecretHit(start, stop, form.secret, note)


def _stands_alone(text: str, begin: int, end: int, form: str) -> bool:
    if len(form) >= SHORTEST_ANYWHERE and not form.isalpha():
        return True
    before, after = text[begin - 1 : begin], text[end : end + 1]
    return not (before.isalnum() and form[0].isalnum()) and not (
        after.isalnum() and form[-1].isalnum()
    )


def _note(source: str, read: str, secret: str) -> str:
    """How a secret is written, in a few words; none where its text is as it was given."""
    if source == secret:
        return ""
    if secret in (read, read.replace("+", " ")):
        return ", percent-encoded" if "%" in source or read != secret else ""
    if decoded(read) == secret:
        return ", percent-encoded twice" if source.count("%25") else ""
    is_in_case = read.casefold() == secret.casefold()
    return ", in other letter case" if is_in_case else ", in other characters"
