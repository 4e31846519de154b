"""What a client of Open Badges 3.0 does that this Backpack took, and that others may refuse."""

from collections.abc import Iterable

from mock_backpack.apis.open_badges_3.handlers import DOCUMENTED, TEXT
from mock_backpack.issuer.finding import Habit
from mock_backpack.issuer.oauth import habits
from mock_backpack.issuer.oauth.evidence import Evidence

OTHER_TYPE = f"a Content-Type other than {' and '.join(DOCUMENTED)} for a credential in JSON"


def habits_in(evidence: Evidence) -> Iterable[Habit]:
    """Each of them once, with the first exchange that shows it."""
    found = [*habits.habits_in(evidence)]
    known = (*DOCUMENTED, TEXT)
    odd = (push for push in evidence.pushes if push.is_good and push.label not in known)
    if (push := next(odd, None)) is not None:
        found.append(Habit(OTHER_TYPE, push.entry))
    return found
