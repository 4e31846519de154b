"""Why requests could not be read: they never reach a journal, since nobody knows whose they are."""

from collections import deque

MOST = 100
LONGEST = 120


class Unread:
    """The newest reasons, each with a number."""

    def __init__(self) -> None:
        self.last_number = 0
        self._reasons: deque[tuple[int, str]] = deque(maxlen=MOST)

    def add(self, reason: str) -> None:
        """A request could not be read."""
        self.last_number += 1
        first = next(iter(reason.splitlines()), "")
        self._reasons.append((self.last_number, first[:LONGEST].rstrip(":")))

    def since(self, number: int) -> list[str]:
        """The reasons that came after a number."""
        return [reason for at, reason in self._reasons if at > number]
