"""What a page does that this Backpack takes, and that others may refuse."""

from collections.abc import Iterable

from mock_backpack.core.entry import Entry
from mock_backpack.issuer.finding import Habit
from mock_backpack.issuer.issuer_api.evidence import CALLED, Evidence

UNASKED = "a dialog that opens without a click of the earner"


def habits_in(evidence: Evidence) -> Iterable[Habit]:
    """Each of them once, with the first exchange that shows it."""
    habits: dict[str, Entry] = {}
    for page in evidence.pages:
        call = next((event for event in page if event.what == CALLED), None)
        if call is not None and call.is_own:
            habits.setdefault(UNASKED, call.entry)
    for call, inspection in evidence.looked_at():
        for note in inspection.notes:
            habits.setdefault(note, call.entry)
    return [Habit(does, entry) for does, entry in habits.items()]
