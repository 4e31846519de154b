"""Times for the query of a client, made from the ``Date`` of an answer."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import partial
from types import MappingProxyType

EAST, WEST = timezone(timedelta(hours=5)), timezone(timedelta(hours=-5))


def moment(seconds: int, zone: timezone, date: str) -> str:
    """The time so many seconds after a date of HTTP, in ISO 8601 and in a zone.

    A server that ignores the zone is wrong by five hours.
    """
    try:
        then = parsedate_to_datetime(date)
    except ValueError:
        then = datetime.now(UTC)  # an answer without a date that can be read
    return (then + timedelta(seconds=seconds)).astimezone(zone).isoformat()


MOMENTS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "two-seconds-later": partial(moment, 2, UTC),
        "hour-later-in-the-west": partial(moment, 3600, WEST),
        "hour-before-in-the-east": partial(moment, -3600, EAST),
    }
)
"""Changes of the verb ``derive``, by name."""
