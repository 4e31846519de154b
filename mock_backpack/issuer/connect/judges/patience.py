"""How an issuer lives with a Backpack that is slow, busy or gone for a while."""

from email.utils import parsedate_to_datetime

from mock_backpack.issuer.connect.call import ApiCall
from mock_backpack.issuer.connect.evidence import Evidence
from mock_backpack.issuer.connect.judges import reasons
from mock_backpack.issuer.finding import Findings, failed, judges, passed

MOST = 10
"""So often a badge may be pushed that meets nothing but trouble."""
EARLY = 0.3
"""Seconds that a client may come before its time: clocks tick coarsely."""
HANG = "transport.hang"


@judges("BC-CLIENT-14", reasons.of_trouble)
def is_patient(evidence: Evidence) -> Findings:
    """Time-outs, Retry-After, bounded retries, no badge lost."""
    for pushes in evidence.badges().values():
        yield from _endured(pushes, "badge")
    for calls in _refreshes(evidence).values():
        yield from _endured(calls, "refresh")


def _refreshes(evidence: Evidence) -> dict[tuple[int | None, int], list[ApiCall]]:
    """Refreshes by grant and pair of tokens."""
    attempts: dict[tuple[int | None, int], list[ApiCall]] = {}
    for call in evidence.refreshes:
        attempts.setdefault((call.grant, call.generation), []).append(call)
    return attempts


def _endured(calls: list[ApiCall], what: str) -> Findings:
    """How an issuer handled an error with one badge, or with one pair of tokens."""
    if not any(call.is_troubled for call in calls):
        return
    for position, call in enumerate(calls):
        if call.is_troubled and position + 1 < len(calls):
            yield from _waited(call, calls[position + 1])
    last = calls[-1]
    if what == "refresh" and last.is_lost:
        return  # its token may be spent: BC-CLIENT-07
    if len(calls) > MOST and all(call.is_troubled for call in calls):
        expected = f"at most {MOST} tries"
        yield failed(calls[MOST], expected, f"{len(calls)} of them, all without success")
    elif len(calls) == 1:
        expected = f"another try, so that the {what} is not lost"
        yield failed(last, expected, f"{last.shown}, and no further try")
    else:
        yield passed(last, "another try after the failure, within limits")


def _waited(call: ApiCall, following: ApiCall) -> Findings:
    waited = following.entry.at - call.entry.at
    if HANG in [name for _, name in call.entry.applied]:
        yield from _gave_up(call, waited)
    seconds = _retry_after(call)
    if seconds is not None and waited + EARLY < seconds:
        expected = f"no further request before {seconds:.0f} s have passed, as Retry-After says"
        yield failed(following, expected, f"one after {waited:.1f} s")


def _gave_up(call: ApiCall, waited: float) -> Findings:
    """A client without a time-out comes again only when the mock ends the connection."""
    if waited >= 60 - EARLY:
        expected = "a client timeout of at most a minute"
        yield failed(call, expected, f"one that waited {waited:.0f} s")


def _retry_after(call: ApiCall) -> float | None:
    """Seconds from the request on that its answer asked to wait."""
    header = call.answered("Retry-After")
    if header is None or call.is_lost:
        return None
    if header.isdecimal():
        return float(header)
    try:
        return parsedate_to_datetime(header).timestamp() - call.entry.at
    except (TypeError, ValueError):
        return None
