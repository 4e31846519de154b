"""How an issuer lives with a Backpack that is slow, busy or gone for a while."""

from mock_backpack.issuer.connect.call import ApiCall
from mock_backpack.issuer.connect.evidence import Evidence
from mock_backpack.issuer.connect.judges import reasons
from mock_backpack.issuer.endurance import endured
from mock_backpack.issuer.finding import Findings, judges


@judges("BC-CLIENT-14", reasons.of_trouble)
def is_patient(evidence: Evidence) -> Findings:
    """Time-outs, Retry-After, bounded retries, no badge lost."""
    for pushes in evidence.badges().values():
        yield from endured([push.entry for push in pushes], "badge")
    for calls in _refreshes(evidence).values():
        entries = [call.entry for call in calls]
        yield from endured(entries, "refresh", may_be_spent=True)  # of those: BC-CLIENT-07


def _refreshes(evidence: Evidence) -> dict[tuple[int | None, int], list[ApiCall]]:
    """Refreshes by grant and pair of tokens."""
    attempts: dict[tuple[int | None, int], list[ApiCall]] = {}
    for call in evidence.refreshes:
        attempts.setdefault((call.grant, call.generation), []).append(call)
    return attempts
