"""The tokens that a Backpack gave out, and the one that a text matches."""

from collections.abc import Iterable, Iterator
from typing import Literal
from urllib.parse import unquote, unquote_plus

from attrs import frozen

from mock_backpack.core.backpack import Grant

Kind = Literal["access", "refresh"]
ODD = "+/=_-"
LONG = 255
SHORTEST = 8
"""Characters: what is shorter may be the start of a token by chance."""


@frozen
class Given:
    """A token that was given out."""

    token: str
    kind: Kind
    grant: int
    """Number of its grant."""
    generation: int
    """0 for the first pair of a grant, 1 after one refresh, …"""


def is_special(given: Given) -> bool:
    """Whether a token is one that careless issuers spoil."""
    return len(given.token) >= LONG or set(ODD) <= set(given.token)


@frozen
class TokenMatch:
    """The token behind a text, and how the issuer changed it."""

    given: Given
    mangled: str = ""
    """How the text differs; ``""`` when it is the token."""


class Ledger:
    """All tokens of a Backpack, the dead ones included."""

    def __init__(self, grants: Iterable[Grant]) -> None:
        """``grants`` once for each pair of tokens, oldest first."""
        self._given: dict[str, Given] = {}
        generations: dict[int, int] = {}
        for grant in grants:
            generation = generations.get(grant.number, -1) + 1
            generations[grant.number] = generation
            for kind, token in _pair(grant):
                self._given[token] = Given(token, kind, grant.number, generation)

    def __iter__(self) -> Iterator[Given]:
        return iter(self._given.values())

    def find(self, token: str) -> Given | None:
        """The token that a text is."""
        return self._given.get(token)

    def match(self, text: str) -> TokenMatch | None:
        """The token that a text is, or was before it was spoilt; ``None`` for neither."""
        if given := self.find(text):
            return TokenMatch(given)
        for given in self:
            if how := spoilt(given.token, text):
                return TokenMatch(given, how)
        return None

    def within(self, text: str, kind: Kind) -> Given | None:
        """The token of a kind that a text contains, percent-encoded or not."""
        spelled = (text, unquote(text), unquote_plus(text))
        return next(
            (
                given
                for given in self
                if given.kind == kind and any(given.token in s for s in spelled)
            ),
            None,
        )


def _pair(grant: Grant) -> tuple[tuple[Kind, str], tuple[Kind, str]]:
    return ("access", grant.tokens.access), ("refresh", grant.tokens.refresh)


def spoilt(token: str, text: str) -> str:
    """How an issuer changed a token into a text; ``""`` if it is not the token."""
    if len(text) < SHORTEST or text == token:
        return ""
    if text.strip() == token:
        return "the token with a space or newline after it"
    if text == token.replace("+", " "):
        return "the token with spaces instead of its +"
    if unquote(text) == token or unquote_plus(text) == token:
        return "the token still percent-encoded"
    if text in (unquote(token), unquote_plus(token)):
        return "the token percent-decoded once too often"
    if token.startswith(text):
        return f"the first {len(text)} of the token's {len(token)} characters"
    if text.rstrip("=") == token.rstrip("=") or _letters(text) == _letters(token):
        return "the token with some of its + / = _ - lost or changed"
    return ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
