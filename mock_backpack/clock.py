"""The clock of a Backpack: real time, plus what somebody advanced it by."""

import time

CENTURY = 100 * 365 * 24 * 3600
"""Seconds: nobody needs to look further ahead in one go."""


class Clock:
    """Seconds since 1970, as everything in the mock that depends on time sees them."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """The mock's time, in unix seconds."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the mock's time forward.

        Raises:
            ValueError: when ``seconds`` is negative, or more than a century.
        """
        if seconds < 0:
            raise ValueError(f"expected seconds of at least 0, saw {seconds}")
        if not seconds <= CENTURY:
            raise ValueError(f"expected seconds of at most {CENTURY}")
        self._ahead += seconds
