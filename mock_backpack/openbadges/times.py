"""The times of an assertion: ISO 8601 or unix seconds."""

import re
from datetime import UTC, datetime, timedelta

MIDNIGHT = re.compile(r"(.*[T ])24(:?00)?(:?00(?:[.,]0+)?)?((?:Z|[+-][\d:]+)?)")
"""24:00 is the beginning of the next day (ISO 8601:2004, 4.2.3)."""
LEAP_SECOND = re.compile(r"(.*[T ]\d\d(:?)\d\d\2)60((?:[.,]\d+)?(?:Z|[+-][\d:]+)?)")
LAST_SECOND = (23, 59, 59)


def moment_of(text: str) -> datetime:
    """An ISO 8601 time; no offset means UTC. A leap second is the second that follows it.

    Raises:
        ValueError: when the text is none.
    """
    if match := MIDNIGHT.fullmatch(text):
        date, minutes, seconds, offset = match.groups()
        return _read(f"{date}00{minutes or ''}{seconds or ''}{offset}") + timedelta(days=1)
    if match := LEAP_SECOND.fullmatch(text):
        before = _read(f"{match[1]}59{match[3]}")
        if before.astimezone(UTC).timetuple()[3:6] != LAST_SECOND:
            raise ValueError(f"expected a leap second at the end of a day, saw {text!r}")
        return before + timedelta(seconds=1)
    return _read(text)


def _read(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def unix_seconds(value: int | str) -> float:
    """ISO 8601 or unix seconds, as `members.is_time` accepts them; no offset means UTC."""
    if isinstance(value, int) or value.isdecimal():
        return float(value)
    return moment_of(value).timestamp()
