"""The exchanges of a sandbox in a bounded ring, and waiting for new ones."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import takewhile
from typing import TypeAlias

from aiohttp import web
from attrs import define, field

from mock_backpack.core.attempts import Attempts
from mock_backpack.core.entry import Entry

ENTRY_BYTES = 600
"""Approximate overhead of an entry in bytes."""
SHARED, SHORT = 256, 2_000
"""Number and length of the texts that entries can share."""


@lru_cache(SHARED)
def _peer(name: tuple[str, int] | None) -> str:
    """The other end of a connection; all entries of one connection have the same text."""
    return f"{name[0]}:{name[1]}" if name else "gone"


Test: TypeAlias = Callable[[Entry], bool]


@define(eq=False)
class Watch:
    """A wait for entries that pass a test; each is tested once, when it is done."""

    test: Test
    count: int
    """The number of entries to wait for."""
    matched: int = 0
    enough: asyncio.Event = field(factory=asyncio.Event)

    def look(self, entry: Entry) -> None:
        """Count an entry if it passes the test."""
        if self.test(entry):
            self.matched += 1
            if self.matched >= self.count:
                self.enough.set()


class Journal:
    """The exchanges of one sandbox, oldest first; when there are too many, the oldest go."""

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._heads: dict[bytes, bytes] = {}
        self._watches: list[Watch] = []
        self._listeners: list[asyncio.Event] = []
        self._attempts = Attempts()
        self._is_over = False
        self.last_number = 0
        self._oldest = 1
        """Number of the oldest entry in the journal."""
        self.dropped = 0
        """How many entries have gone to make room."""
        self._last_dropped = 0

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def received(self, request: web.Request, endpoint: str, body: bytes, now: float) -> Entry:
        """Write down a request that has arrived; ``now`` is the time of the sandbox's clock."""
        self.last_number += 1
        target, head = request.raw_path, b"\r\n".join(map(b": ".join, request.raw_headers))
        entry = Entry(
            self.last_number,
            now,
            _peer(request.protocol.peername),
            endpoint,
            request.method,
            target,
            self._shared(head),
            body,
            ENTRY_BYTES + len(target) + len(head) + len(body),
        )
        self._entries.append(entry)
        self._bytes += entry.size
        if len(self._entries) > self._most or self._bytes > self._most_bytes:
            self._make_room()
        return entry

    def _shared(self, head: bytes) -> bytes:
        """The equal head of an earlier message, to save memory: those of a client are alike."""
        if len(head) > SHORT:
            return head
        if len(self._heads) >= SHARED:
            self._heads.clear()
        return self._heads.setdefault(head, head)

    def done(self, entry: Entry, answer: bytes) -> None:
        """An entry is complete, with the right answer: notify those who wait for it."""
        head, _, entry.answer_body = answer.partition(b"\r\n\r\n")
        entry.answer_head = self._shared(head)
        entry.is_done = True
        entry.newest = self.last_number
        added = len(answer)
        entry.size += added
        if entry.number >= self._oldest:
            self._bytes += added
            if self._bytes > self._most_bytes:
                self._make_room()
        for watch in self._watches:
            watch.look(entry)
        for listener in self._listeners:
            listener.set()

    def clear(self) -> None:
        """Forget everything; numbers go on."""
        self._entries.clear()
        self._heads.clear()
        self._oldest = self.last_number + 1
        self._bytes = self.dropped = self._last_dropped = 0
        self._attempts = Attempts()
        for watch in self._watches:
            watch.matched = 0
        for listener in self._listeners:
            listener.set()

    def matching(self, test: Test) -> list[Entry]:
        """The entries that are asked for, those in flight left out."""
        return [entry for entry in self._entries if entry.is_done and test(entry)]

    def after(self, number: int) -> list[Entry]:
        """The entries with a higher number, those in flight too; the older ones cost nothing."""
        newer = takewhile(lambda entry: entry.number > number, reversed(self._entries))
        return list(newer)[::-1]

    def attempts(self) -> Attempts:
        """Which attempt each entry is."""
        self._attempts.count(self.after(self._attempts.last))
        return self._attempts

    def dropped_after(self, number: int) -> bool:
        """Whether an entry with a higher number has gone."""
        return self._last_dropped > number

    @contextlib.contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever something has been written down, while the block runs."""
        listener = asyncio.Event()
        self._listeners.append(listener)
        try:
            yield listener
        finally:
            self._listeners.remove(listener)

    async def wait(self, test: Test, count: int, seconds: float) -> bool:
        """Wait until ``count`` entries match, but no longer than ``seconds``; whether they did."""
        watch = Watch(test, count, len(self.matching(test)))
        if watch.matched >= count or self._is_over:
            return watch.matched >= count
        self._watches.append(watch)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(watch.enough.wait(), seconds)
        finally:
            self._watches.remove(watch)
        return watch.matched >= count

    def stop_waits(self) -> None:
        """Let nobody wait any longer, now and later: the mock stops."""
        self._is_over = True
        for watch in self._watches:
            watch.enough.set()
        for listener in self._listeners:
            listener.set()

    def _make_room(self) -> None:
        """Let the oldest entries go while there are too many, or too many bytes."""
        while len(self._entries) > self._most or self._bytes > self._most_bytes:
            oldest = self._entries.popleft()
            self._bytes -= oldest.size
            self._attempts.drop(oldest.number)
            self._oldest = oldest.number + 1
            self.dropped += 1
            self._last_dropped = oldest.number
