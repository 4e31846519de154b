"""Whether pushes become slower with each badge that an earner has."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from conformance.load.histogram import Histogram, joined

WINDOW_SECONDS = 3
"""Pushes are compared with others of the same time, when the load was the same."""
FEW = 5
"""Badges of an earner who has few."""
MANY = 10
LEAST = 200
"""The fewest pairs of pushes from which growth is concluded."""
TIMES = 1.5
"""So many times longer pushes for earners with many badges must take, in the middle."""
SHARE = 0.8
"""In so great a share of pairs the push for many badges must take longer."""


@frozen
class Comparison:
    """Pushes for earners with few and with many badges, in milliseconds in the middle."""

    few: float
    many: float
    pairs: int
    """How many pairs of pushes of the same time were compared, one for few and one for many."""
    slower: float
    """The share of pairs in which the push for many took longer; equal ones count by half."""

    @property
    def grows(self) -> bool:
        """Whether pushes are clearly slower for earners with many badges.

        Without a difference the share is a half, however much the times vary.
        """
        return self.pairs >= LEAST and self.slower >= SHARE and self.many >= TIMES * self.few


@define
class Growth:
    """How long pushes took, by time and by whether the earner had few or many badges."""

    windows: defaultdict[tuple[int, str], Histogram] = field(factory=lambda: defaultdict(Histogram))

    def add(self, at: float, badges: int, milliseconds: float) -> None:
        """Count a push at so many seconds of the run, for an earner with so many badges."""
        if band := "few" if badges <= FEW else "many" if badges >= MANY else "":
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
        """Few and many badges side by side; ``None`` when none were pushed at the same time."""
        sides = list(self._sides())
        pairs = sum(few.total * many.total for few, many in sides)
        if not pairs:
            return None
        slower = sum(_slower(few, many) for few, many in sides)
        few, many = (joined(side).percentile(50) for side in zip(*sides, strict=True))
        return Comparison(few, many, pairs, round(slower / pairs, 3))

    def _sides(self) -> Iterator[tuple[Histogram, Histogram]]:
        for window in sorted({window for window, _ in self.windows}):
            few, many = (self.windows.get((window, band), Histogram()) for band in ("few", "many"))
            if few.total and many.total:
                yield few, many


def _slower(few: Histogram, many: Histogram) -> float:
    """The number of pairs in which the push for many took longer (Mann and Whitney's U)."""
    slower = sum(
        long * short
        for slow, long in many.counts.items()
        for quick, short in few.counts.items()
        if slow > quick
    )
    equal = sum(count * few.counts[value] for value, count in many.counts.items())
    return slower + equal / 2
