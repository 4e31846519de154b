"""Whether pushes become slower with each badge that an earner has."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from conformance.load.histogram import Histogram, joined

WINDOW_SECONDS = 2
"""Pushes are compared with others of the same time, when the load was the same."""
FEW = 5
"""Badges of an earner who has few."""
MANY = 10
LEAST = 8
"""Pushes of each kind, without which a window says nothing."""
TIMES = 1.5
"""So many times longer the quick ones of many must take than the slow ones of few."""


@frozen
class Comparison:
    """Pushes for earners with few and with many badges, in milliseconds in the middle."""

    few: float
    many: float
    windows: int
    """How many windows could be compared."""
    slower: int
    """In how many of them pushes for earners with many badges were slower."""

    @property
    def grows(self) -> bool:
        """Whether pushes were slower in most windows."""
        return 2 * self.slower > self.windows


@define
class Growth:
    """How long pushes took, by time and by whether the earner had few or many badges."""

    windows: defaultdict[tuple[int, str], Histogram] = field(factory=lambda: defaultdict(Histogram))

    def add(self, at: float, held: int, milliseconds: float) -> None:
        """Count a push at so many seconds of the run, for an earner with so many badges."""
        if band := "few" if held <= FEW else "many" if held >= MANY else "":
            self.windows[int(at / WINDOW_SECONDS), band].add(milliseconds)

    def merge(self, written: Mapping[str, Mapping[str, int]]) -> None:
        """Add what another process wrote."""
        for key, histogram in written.items():
            window, _, band = key.partition(" ")
            counts = self.windows[int(window), band].counts
            counts.update(Histogram.of(histogram).counts)

    def to_wire(self) -> dict[str, Any]:
        """All of it as a JSON object."""
        return {f"{window} {band}": each.to_wire() for (window, band), each in self.windows.items()}

    def compared(self) -> Comparison | None:
        """Few and many badges side by side; ``None`` when no window says anything.

        A window counts as slower when three of four pushes for many badges took longer, by half,
        than three of four pushes for few: a machine that is slow for a moment is so for both.
        """
        pairs = list(self._pairs())
        if not pairs:
            return None
        slower = sum(many.percentile(25) > TIMES * few.percentile(75) for few, many in pairs)
        few, many = (joined(side).percentile(50) for side in zip(*pairs, strict=True))
        return Comparison(few, many, len(pairs), slower)

    def _pairs(self) -> Iterator[tuple[Histogram, Histogram]]:
        for window in sorted({window for window, _ in self.windows}):
            few, many = (self.windows.get((window, band), Histogram()) for band in ("few", "many"))
            if min(few.total, many.total) >= LEAST:
                yield few, many
