"""Which of several requests that are the same an exchange of a journal is."""

from collections.abc import Hashable, Iterable
from typing import Protocol

from attrs import define, frozen


class Countable(Protocol):
    """A request in a journal, as far as it takes to know it again."""

    number: int
    peer: str
    method: str
    target: str
    head: bytes
    body: bytes

    def header(self, name: str) -> str | None:
        """A header of the request."""


@frozen
class Attempt:
    """Which of several requests that are the same an exchange is."""

    number: int
    """1 for the first in the journal."""
    is_new_connection: bool
    """Whether it came over another connection than the attempt before."""


@define
class _Likeness:
    """All requests that are the same."""

    received: int = 0
    dropped: int = 0
    peer: str = ""
    """Of the last one."""


@frozen
class _Received:
    likeness: _Likeness
    key: Hashable
    ordinal: int
    is_new_connection: bool


class Attempts:
    """Counts the attempts of a journal's entries, each entry once.

    It is the same request when method, target, Authorization and body are.
    """

    def __init__(self) -> None:
        self.last = 0
        """Number of the newest entry that is counted."""
        self._received: dict[int, _Received] = {}
        self._likenesses: dict[Hashable, _Likeness] = {}
        self._tokens: dict[bytes, str | None] = {}

    def count(self, entries: Iterable[Countable]) -> None:
        """Count further entries, in the order in which they came."""
        for entry in entries:
            key = (entry.method, entry.target, self._token(entry), entry.body)
            likeness = self._likenesses.setdefault(key, _Likeness())
            likeness.received += 1
            is_new = entry.peer != likeness.peer
            self._received[entry.number] = _Received(likeness, key, likeness.received, is_new)
            likeness.peer = entry.peer
            self.last = entry.number

    def of(self, number: int) -> Attempt:
        """Which attempt a counted entry is."""
        received = self._received[number]
        ordinal = received.ordinal - received.likeness.dropped
        return Attempt(ordinal, received.is_new_connection or ordinal == 1)

    def drop(self, number: int) -> None:
        """Forget the oldest entry."""
        received = self._received.pop(number, None)
        if received is not None:
            received.likeness.dropped += 1
            if received.likeness.dropped == received.likeness.received:
                del self._likenesses[received.key]

    def _token(self, entry: Countable) -> str | None:
        """The Authorization of a request; the requests of a client have the same heads."""
        if len(self._tokens) > len(self._received) + 1:
            self._tokens.clear()
        if entry.head not in self._tokens:
            self._tokens[entry.head] = entry.header("Authorization")
        return self._tokens[entry.head]
