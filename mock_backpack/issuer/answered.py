"""What became of a request: answered, lost, late, in trouble."""

from mock_backpack.core.entry import Entry, header_in

LOST = frozenset(
    {
        "data.commit_then_drop",
        "data.drop_then_commit",
        "transport.bad_status_line",
        "transport.connection_reset",
        "transport.empty_response",
        "transport.garbage",
        "transport.hang",
        "transport.malformed_chunk",
        "transport.oversized_headers",
        "transport.refuse",
        "transport.truncated_body",
    }
)
"""Faults whose answer no client can read."""
TROUBLED = (429, *range(500, 600))


def names_of(entry: Entry) -> list[str]:
    """The faults and defects that acted."""
    return [name for _, name in entry.applied]


def is_lost(entry: Entry) -> bool:
    """Whether an answer cannot have been understood, if there was one."""
    return entry.status is None or any(name in LOST for name in names_of(entry))


def is_late(entry: Entry) -> bool:
    """Whether an answer may have come after the client had left."""
    return any(name.startswith("timing.") for name in names_of(entry))


def is_troubled(entry: Entry) -> bool:
    """Whether a request met a broken connection, an overload or a server error."""
    return is_lost(entry) or entry.status in TROUBLED


def answered(entry: Entry, name: str) -> str | None:
    """A header of the answer."""
    return header_in(entry.answer_headers, name)


def path_of(entry: Entry) -> str:
    """The path of a request."""
    return entry.target.partition("?")[0]


def shown(entry: Entry) -> str:
    """A request and its answer, in a few words."""
    status = "no answer" if is_lost(entry) else str(entry.status)
    return f"{entry.method} {path_of(entry)}: {status}"
