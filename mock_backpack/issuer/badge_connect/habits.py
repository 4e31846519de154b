"""What a consumer of Open Badges 2.1 does that this Backpack took, and that others may refuse."""

from collections.abc import Iterable

from mock_backpack.issuer.finding import Habit
from mock_backpack.issuer.oauth import habits
from mock_backpack.issuer.oauth.call import Call
from mock_backpack.issuer.oauth.evidence import Evidence

ALIAS = "verify in place of verification, the name that Open Badges 1 had"


def habits_in(evidence: Evidence) -> Iterable[Habit]:
    """Each of them once, with the first exchange that shows it."""
    found = [*habits.habits_in(evidence)]
    aliased = (push for push in evidence.pushes if push.is_good and _has_alias(push))
    if (push := next(aliased, None)) is not None:
        found.append(Habit(ALIAS, push.entry))
    return found


def _has_alias(push: Call) -> bool:
    assertion = push.json.get("assertion") if isinstance(push.json, dict) else None
    return isinstance(assertion, dict) and "verification" not in assertion and "verify" in assertion
