"""How an issuer lives with a Backpack that is slow, busy or gone for a while."""

from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from itertools import pairwise

from mock_backpack.core.entry import Entry
from mock_backpack.issuer.answered import answered, is_lost, is_troubled, names_of, shown
from mock_backpack.issuer.finding import Findings, failed, passed

MOST = 10
"""So often a request may be repeated that meets nothing but trouble."""
EARLY = 0.3
"""Seconds that a client may come before its time: clocks tick coarsely."""
HANG = "transport.hang"
LONGEST = 60
"""Seconds that a client may wait for an answer."""


def endured(entries: Sequence[Entry], what: str, *, may_be_spent: bool = False) -> Findings:
    """How an issuer handled an error with one thing: all requests about it, in their order.

    ``what`` it is, such as ``badge``. What ``may_be_spent`` need not be tried again when its answer
    was lost, since the server may have taken it.
    """
    if not any(map(is_troubled, entries)):
        return
    for entry, following in pairwise(entries):
        if is_troubled(entry):
            yield from _waited(entry, following)
    last = entries[-1]
    if may_be_spent and is_lost(last):
        return
    if len(entries) > MOST and all(map(is_troubled, entries)):
        expected = f"at most {MOST} tries"
        yield failed(entries[MOST], expected, f"{len(entries)} of them, all without success")
    elif len(entries) == 1:
        expected = f"another try, so that the {what} is not lost"
        yield failed(last, expected, f"{shown(last)}, and no further try")
    else:
        yield passed(last, "another try after the failure, within limits")


def _waited(entry: Entry, following: Entry) -> Findings:
    waited = following.at - entry.at
    if HANG in names_of(entry):
        yield from _gave_up(entry, waited)
    seconds = _retry_after(entry)
    if seconds is not None and waited + EARLY < seconds:
        expected = f"no further request before {seconds:.0f} s have passed, as Retry-After says"
        yield failed(following, expected, f"one after {waited:.1f} s")


def _gave_up(entry: Entry, waited: float) -> Findings:
    """A client without a time-out comes again only when the mock ends the connection."""
    if waited >= LONGEST - EARLY:
        expected = "a client timeout of at most a minute"
        yield failed(entry, expected, f"one that waited {waited:.0f} s")


def _retry_after(entry: Entry) -> float | None:
    """Seconds from the request on that its answer asked to wait."""
    header = answered(entry, "Retry-After")
    if header is None or is_lost(entry):
        return None
    if header.isdecimal():
        return float(header)
    try:
        return parsedate_to_datetime(header).timestamp() - entry.at
    except (TypeError, ValueError):
        return None
