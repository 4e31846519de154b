"""Histograms of response times, which processes can add up."""

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import define, field


@define
class Histogram:
    """How many requests took how long, in milliseconds with two significant digits."""

    counts: Counter[float] = field(factory=Counter)

    @classmethod
    def of(cls, written: Mapping[str, int]) -> "Histogram":
        """The histogram that `to_wire` wrote."""
        return cls(Counter({float(value): count for value, count in written.items()}))

    def to_wire(self) -> dict[str, int]:
        """The histogram as a JSON object."""
        return {f"{value:g}": count for value, count in self.counts.items()}

    def add(self, milliseconds: float) -> None:
        """Count a request."""
        self.counts[float(f"{milliseconds:.2g}")] += 1

    @property
    def total(self) -> int:
        """How many requests there were."""
        return self.counts.total()

    def percentile(self, percent: float) -> float:
        """The time within which so many percent of the requests were answered; 0 without any."""
        rank, seen = self.total * percent / 100, 0
        for value in sorted(self.counts):
            seen += self.counts[value]
            if seen >= rank:
                return value
        return 0.0


def joined(histograms: Iterable[Histogram]) -> Histogram:
    """One histogram of all requests."""
    whole = Histogram()
    for histogram in histograms:
        whole.counts.update(histogram.counts)
    return whole
