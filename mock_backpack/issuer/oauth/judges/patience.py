"""How a consumer lives with a Backpack that is slow, busy or gone for a while."""

from collections.abc import Iterator, Sequence

from mock_backpack.core.entry import Entry
from mock_backpack.issuer.endurance import endured
from mock_backpack.issuer.finding import Findings, failed, passed
from mock_backpack.issuer.oauth.call import Call
from mock_backpack.issuer.oauth.evidence import Evidence

FEW = 3
"""So often the same registration or the same refresh may be refused."""
REFUSED = (400, 401, 403)


def is_patient(evidence: Evidence) -> Findings:
    """Retry-After, bounded retries, no badge lost."""
    yield from endured([document.entry for document in evidence.documents], evidence.terms.document)
    yield from endured(_entries(evidence.registrations), "registration")
    for pushes in evidence.badges().values():
        yield from endured(_entries(pushes), "badge")
    for trades in _alike(evidence.trades):
        yield from endured(_entries(trades), "token", may_be_spent=True)
    for refused in (*_alike(evidence.registrations), *_alike(evidence.refreshes)):
        yield from _few([call for call in refused if call.entry.status in REFUSED])


def _entries(calls: Sequence[Call]) -> list[Entry]:
    return [call.entry for call in calls]


def _alike(calls: Sequence[Call]) -> Iterator[list[Call]]:
    """The requests in groups that ask for the same."""
    groups: dict[object, list[Call]] = {}
    for call in calls:
        key = call.form.get("code") or call.form.get("refresh_token") or call.entry.endpoint
        groups.setdefault(key, []).append(call)
    return iter(groups.values())


def _few(refused: list[Call]) -> Findings:
    expected = f"at most {FEW} tries of what is refused"
    if len(refused) > FEW:
        yield failed(refused[FEW], expected, f"{len(refused)} of them: {refused[0].message}")
    elif refused:
        yield passed(refused[-1], expected)
