"""Limits of a target: answers that say "not now", and how long to wait before asking again."""

import time
from email.utils import parsedate_to_datetime

from attrs import frozen

from conformance.core.errors import Limited
from conformance.core.exchange import Answer, Request
from conformance.core.plain import shortened

TOO_MANY, UNAVAILABLE = 429, 503
MOST_SECONDS = 60.0
"""The longest wait before one request is sent again."""
MOST_TRIES = 8
"""So often a request is sent at most."""
FIRST_SECONDS = 0.25
"""The wait where the target names none, or none that could be true; it doubles each time."""


@frozen
class Limit:
    """An answer that says that the request may be sent again later."""

    status: int
    what: str
    """The request, in words."""
    told: str
    """The value of Retry-After; ``""`` without one."""
    seconds: float
    """What that comes to; 0 when it says nothing that could be true."""


def limit_of(request: Request, answer: Answer | None) -> Limit | None:
    """The limit that an answer tells of; ``None`` when it is any other answer.

    429 (RFC 6585 section 4) is a limit, and 503 with Retry-After (RFC 9110 section 10.2.3). A 503
    without one is a failure like any other 5xx.
    """
    told = answer and answer.header("retry-after")
    if answer is None or not (
        answer.status == TOO_MANY or (answer.status == UNAVAILABLE and told is not None)
    ):
        return None
    what = f"{answer.status} to {request.method} {shortened(request.url.partition('?')[0], 100)}"
    return Limit(answer.status, what, told or "", _seconds(told or "", answer.header("date")))


def seconds_to_wait(limit: Limit, tries: int) -> float | None:
    """How long to wait after so many tries; ``None`` when that is longer than anybody waits."""
    seconds = max(limit.seconds, FIRST_SECONDS * 2 ** (tries - 1))
    return seconds if seconds <= MOST_SECONDS else None


def limited(limit: Limit) -> Limited:
    """What is told when waiting did not help."""
    told = f", Retry-After: {shortened(limit.told, 60)}" if limit.told else ""
    return Limited(
        f"the Backpack limits requests ({limit.what}{told}), and waiting did not help; "
        "use --rate N (requests per second)"
    )


def _seconds(told: str, date: str | None) -> float:
    """Delay seconds or an HTTP date, which counts from the date of the answer."""
    if told.strip().isascii() and told.strip().isdecimal():
        return float(told.strip()[:9])
    try:
        start = parsedate_to_datetime(date).timestamp() if date else time.time()
        return max(parsedate_to_datetime(told).timestamp() - start, 0.0)
    except (ValueError, TypeError, OverflowError):
        return 0.0
