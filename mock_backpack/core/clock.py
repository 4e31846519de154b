"""The clock of a sandbox: real time, moved or stopped as somebody asked."""

import time

from mock_backpack.core.changes import Changes

CENTURY = 100 * 365 * 24 * 3600
"""Seconds: nobody needs to look further ahead in one go."""
LATEST = 253_402_300_799
"""Unix seconds of the last second of the year 9999."""


class Clock:
    """Seconds since 1970, as everything in a sandbox that depends on time sees them."""

    def __init__(self, changes: Changes | None = None) -> None:
        self._changes = changes or Changes()
        self.ahead = 0.0
        """Seconds by which this clock is ahead of real time."""
        self._stopped_at: float | None = None

    def now(self) -> float:
        """The sandbox's time, in unix seconds; it begins in 1970 and ends with the year 9999."""
        if self._stopped_at is not None:
            return self._stopped_at
        now = time.time() + self.ahead
        return now if 0.0 <= now <= LATEST else max(min(now, LATEST), 0.0)

    @property
    def is_frozen(self) -> bool:
        """Whether the clock is frozen."""
        return self._stopped_at is not None

    def advance(self, seconds: float) -> None:
        """Move the time forward.

        Raises:
            ValueError: when ``seconds`` is negative, or more than a century.
        """
        if seconds < 0:
            raise ValueError(f"expected seconds of at least 0, saw {seconds}")
        if not seconds <= CENTURY:
            raise ValueError(f"expected seconds of at most {CENTURY}")
        self.set(self.now() + seconds)

    def set(self, now: float) -> None:
        """Set the clock; it continues from there, or stays there when it is frozen.

        Raises:
            ValueError: when the time is not between 1970 and 9999.
        """
        if not 0 <= now <= LATEST:
            raise ValueError(f"expected unix seconds from 0 to {LATEST}")
        self.put(now - time.time(), None if self._stopped_at is None else now)

    def put(self, ahead: float, stopped_at: float | None) -> None:
        """Make the clock what another one was."""
        self.ahead, self._stopped_at = ahead, stopped_at
        self._changes.note()

    def freeze(self) -> None:
        """Stop the clock where it is."""
        self.put(self.ahead, self.now())

    def resume(self) -> None:
        """Resume a frozen clock."""
        if self._stopped_at is not None:
            self.put(self._stopped_at - time.time(), None)
