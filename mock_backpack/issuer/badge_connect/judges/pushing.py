"""What a consumer of Open Badges 2.1 pushes."""

from mock_backpack.issuer.badge_connect import reasons
from mock_backpack.issuer.badge_connect.watcher import CopyWatcher
from mock_backpack.issuer.finding import Findings, failed, judges, passed
from mock_backpack.issuer.oauth.evidence import Evidence

ASSERTION = "BC21-CLIENT-13"


@judges(ASSERTION, reasons.of_assertions)
def pushes_a_good_assertion(evidence: Evidence) -> Findings:
    """It can be fetched at its id, is the same as the copy, valid, and for the earner."""
    watcher = evidence.watcher
    for push in evidence.pushes:
        if ASSERTION in push.entry.broke:
            yield failed(push, "an assertion that the Backpack accepts", push.message)
            continue
        badge = evidence.badge(push)
        differences = watcher.of(badge) if isinstance(watcher, CopyWatcher) else None
        if differences is None or not push.is_good:
            continue
        for difference in differences:
            yield failed(
                push,
                f"{difference.document}.{difference.member}: {difference.expected}",
                difference.saw,
            )
        if not differences:
            yield passed(push, "a good assertion, the same as at its id")
