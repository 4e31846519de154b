"""What a consumer does that this Backpack took, and that others may refuse."""

from collections.abc import Iterable

from mock_backpack.core.entry import Entry
from mock_backpack.issuer.badge_connect.call import Call
from mock_backpack.issuer.badge_connect.evidence import Evidence
from mock_backpack.issuer.finding import Habit

UNENCODED = "client credentials that are not form-encoded before base64 (RFC 6749, section 2.3.1)"
ALIAS = "verify in place of verification, the name that Open Badges 1 had"


def habits_in(evidence: Evidence) -> Iterable[Habit]:
    """Each of them once, with the first exchange that shows it."""
    habits: dict[str, Entry] = {}
    for call in (*evidence.trades, *evidence.revocations):
        if call.is_good and _is_unencoded(call, evidence):
            habits.setdefault(UNENCODED, call.entry)
    for push in evidence.pushes:
        if push.is_good and _has_alias(push):
            habits.setdefault(ALIAS, push.entry)
    return [Habit(does, entry) for does, entry in habits.items()]


def _is_unencoded(call: Call, evidence: Evidence) -> bool:
    basic = call.basic
    client = evidence.client(basic.id) if basic else None
    is_raw = basic is not None and client is not None and basic.secret == client.secret
    return is_raw and basic is not None and basic.decoded[1] != basic.secret


def _has_alias(push: Call) -> bool:
    assertion = push.said.get("assertion") if isinstance(push.said, dict) else None
    return isinstance(assertion, dict) and "verification" not in assertion and "verify" in assertion
