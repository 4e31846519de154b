"""The times of an assertion as unix seconds."""

from datetime import UTC, datetime


def unix_seconds(value: int | str) -> float:
    """ISO 8601 or unix seconds, as `members.is_time` accepts them; no offset means UTC."""
    if isinstance(value, int) or value.isdecimal():
        return float(value)
    moment = datetime.fromisoformat(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
