"""Why a requirement of Open Badges 2.1 alone is untested, one function for each."""

from mock_backpack.issuer.badge_connect.found import Manifest
from mock_backpack.issuer.oauth.evidence import Evidence
from mock_backpack.issuer.oauth.reasons import NO_PUSH


def of_versions(evidence: Evidence) -> str:
    """BC21-CLIENT-02."""
    if any(
        len(document.entries) > 1
        for document in evidence.documents
        if isinstance(document, Manifest)
    ):
        return "no endpoint was used"
    return "the manifest had no entry of another version: see ob2.1/newer-version-last"


def of_assertions(evidence: Evidence) -> str:
    """BC21-CLIENT-13."""
    if not evidence.pushes:
        return NO_PUSH
    if evidence.watcher is None:
        return "the mock compares assertions only in a situation: use ob2.1/healthy"
    return "no push was accepted"
