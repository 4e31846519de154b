"""A picture of response times and throughput over the seconds of a load run, as inline SVG."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

WIDTH, HEIGHT, GAP = 720, 200, 28
LEFT, RIGHT, TOP = 56, 12, 12
LINES = {"p50": "half of the requests", "p95": "95 %", "p99": "99 %"}
"""Percentiles with what the legend calls them."""
TICKS = 4
STEPS = (1, 2, 4, 6, 8, 10)

Seconds = Sequence[Mapping[str, Any]]


def load_chart(timeline: Seconds) -> Markup:
    """Lines of percentiles in milliseconds, and bars of requests per second below them."""
    if not timeline:
        return Markup("")
    last = max(each["second"] for each in timeline)
    whole = 2 * HEIGHT + GAP + 2 * TOP + 20
    parts = [*_times(timeline, last), *_requests(timeline, last)]
    title = f"Response times and requests per second, over {last + 1} seconds"
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(WIDTH, whole, title, Markup("").join(parts))


def _times(timeline: Seconds, last: int) -> Iterator[Markup]:
    highest = _scale(max(each["p99"] for each in timeline))
    yield from _frame(TOP, highest, "ms")
    for name in LINES:
        points = " ".join(
            f"{_x(each['second'] + 0.5, last):.1f},{_y(TOP, each[name], highest):.1f}"
            for each in timeline
        )
        yield Markup('<polyline class="{}" points="{}"/>').format(name, points)


def _requests(timeline: Seconds, last: int) -> Iterator[Markup]:
    top = TOP + HEIGHT + GAP
    highest = _scale(max(each["requests"] for each in timeline))
    yield from _frame(top, highest, "per s")
    width = max(_x(1, last) - _x(0, last) - 1, 0.5)
    for each in timeline:
        y = _y(top, each["requests"], highest)
        yield Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
            _x(each["second"], last), y, width, top + HEIGHT - y
        )
    for second in _marks(last + 1):
        yield Markup('<text x="{:.1f}" y="{}" class="below">{} s</text>').format(
            _x(second, last), top + HEIGHT + 18, second
        )


def _frame(top: int, highest: float, unit: str) -> Iterator[Markup]:
    """Lines across the picture, each with its value."""
    for tick in range(TICKS + 1):
        value = highest * tick / TICKS
        y = _y(top, value, highest)
        yield Markup('<path d="M{} {:.1f}H{}"/><text x="{}" y="{:.1f}">{:g}{}</text>').format(
            LEFT, y, WIDTH - RIGHT, LEFT - 6, y + 4, value, f" {unit}" if tick == TICKS else ""
        )


def _scale(highest: float) -> float:
    """The next round number, which can be divided into ticks."""
    unit = 10.0 ** math.floor(math.log10(max(highest, 1)))
    return next(step * unit for step in STEPS if step * unit >= highest)


def _marks(seconds: int) -> range:
    """Seconds that are written below the picture: at most about ten."""
    return range(0, seconds + 1, max(1, -(-seconds // 10)))


def _x(second: float, last: int) -> float:
    return LEFT + second / (last + 1) * (WIDTH - LEFT - RIGHT)


def _y(top: int, value: float, highest: float) -> float:
    return top + HEIGHT * (1 - value / highest)
