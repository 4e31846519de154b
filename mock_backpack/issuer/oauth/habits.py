"""What a client by OAuth does that this Backpack took, and that others may refuse."""

from collections.abc import Iterator

from mock_backpack.issuer.finding import Habit
from mock_backpack.issuer.oauth.call import Call
from mock_backpack.issuer.oauth.evidence import Evidence

UNENCODED = "client credentials that are not form-encoded before base64 (RFC 6749, section 2.3.1)"


def habits_in(evidence: Evidence) -> Iterator[Habit]:
    """Each of them once, with the first exchange that shows it."""
    for call in (*evidence.trades, *evidence.revocations):
        if call.is_good and _is_unencoded(call, evidence):
            yield Habit(UNENCODED, call.entry)
            return


def _is_unencoded(call: Call, evidence: Evidence) -> bool:
    basic = call.basic
    client = evidence.client(basic.id) if basic else None
    is_raw = basic is not None and client is not None and basic.secret == client.secret
    return is_raw and basic is not None and basic.decoded[1] != basic.secret
