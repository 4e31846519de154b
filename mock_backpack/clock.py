"""The clock of a Backpack: real time, plus what somebody advanced it by."""

import time


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
            ValueError: when ``seconds`` is negative or not finite.
        """
        if not 0 <= seconds < float("inf"):
            raise ValueError(f"seconds: expected a number of at least 0, saw {seconds}")
        self._ahead += seconds
