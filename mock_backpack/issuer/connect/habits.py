"""What an issuer does that the historical Backpack took, and that others may refuse."""

from collections.abc import Iterable

from mock_backpack.core.entry import Entry
from mock_backpack.issuer.connect.call import is_form
from mock_backpack.issuer.connect.evidence import Evidence
from mock_backpack.issuer.finding import Habit

FORM = "a form body instead of JSON"


def habits_in(evidence: Evidence) -> Iterable[Habit]:
    """Each of them once, with the first exchange that shows it."""
    habits: dict[str, Entry] = {}
    for call in evidence.calls:
        if call.credentials.habit:
            habits.setdefault(call.credentials.habit, call.entry)
        if call.entry.body.strip() and is_form(call.entry):
            habits.setdefault(FORM, call.entry)
    for push in evidence.pushes:
        inspection = evidence.inspections.of(push.badge) if evidence.inspections else None
        for note in inspection.notes if inspection else ():
            habits.setdefault(note, push.entry)
    return [Habit(does, entry) for does, entry in habits.items()]
