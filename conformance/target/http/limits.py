"""Rate limits of a target: responses that ask to retry later, and how long to wait."""

import time
from email.utils import parsedate_to_datetime

from attrs import frozen

from conformance.core.errors import Limited
from conformance.core.exchange import Answer, Request
from conformance.core.plain import shortened

TOO_MANY, UNAVAILABLE = 429, 503
MOST_SECONDS = 60.0
"""The longest wait before a request is retried."""
MOST_TRIES = 8
"""How often a request is sent at most."""
FIRST_SECONDS = 0.25
"""The first wait if the target gives no valid time; it doubles with each try."""


@frozen
class Limit:
    """A response that says that the request may be retried later."""

    status: int
    what: str
    """Status, method and URL, for messages."""
    retry_after: str
    """The value of Retry-After; ``""`` without one."""
    seconds: float
    """The wait that it asks for; 0 if it is missing or invalid."""


def limit_of(request: Request, answer: Answer | None) -> Limit | None:
    """The limit in a response; ``None`` for any other response.

    429 (RFC 6585 section 4) is a limit, and 503 with Retry-After (RFC 9110 section 10.2.3). A 503
    without one is a failure like any other 5xx.
    """
    retry_after = answer and answer.header("retry-after")
    if answer is None or not (
        answer.status == TOO_MANY or (answer.status == UNAVAILABLE and retry_after is not None)
    ):
        return None
    what = f"{answer.status} to {request.method} {shortened(request.url.partition('?')[0], 100)}"
    return Limit(
        answer.status, what, retry_after or "", _seconds(retry_after or "", answer.header("date"))
    )


def seconds_to_wait(limit: Limit, tries: int) -> float | None:
    """How long to wait after this many tries; ``None`` if that exceeds the longest wait."""
    seconds = max(limit.seconds, FIRST_SECONDS * 2 ** (tries - 1))
    return seconds if seconds <= MOST_SECONDS else None


def limited(limit: Limit) -> Limited:
    """The error when waiting did not help."""
    header = f", Retry-After: {shortened(limit.retry_after, 60)}" if limit.retry_after else ""
    return Limited(
        f"the Backpack limits requests ({limit.what}{header}), and waiting did not help; "
        "use --rate N (requests per second)"
    )


def _seconds(retry_after: str, date: str | None) -> float:
    """Seconds from a delay or an HTTP date, which is relative to the date of the response."""
    if retry_after.strip().isascii() and retry_after.strip().isdecimal():
        return float(retry_after.strip()[:9])
    try:
        start = parsedate_to_datetime(date).timestamp() if date else time.time()
        return max(parsedate_to_datetime(retry_after).timestamp() - start, 0.0)
    except (ValueError, TypeError, OverflowError):
        return 0.0
