"""Which entry of a manifest a consumer takes."""

from mock_backpack.issuer.badge_connect import reasons
from mock_backpack.issuer.badge_connect.found import Manifest
from mock_backpack.issuer.finding import Findings, failed, judges, passed
from mock_backpack.issuer.oauth.evidence import ENTRY, Evidence
from mock_backpack.issuer.oauth.judges.discovery import at


@judges("BC21-CLIENT-02", reasons.of_versions)
def takes_the_right_version(evidence: Evidence) -> Findings:
    """Of several entries that of v2p1; without it nothing."""
    expected = "requests to the endpoints of the entry with the version v2p1"
    manifests = [manifest for manifest in evidence.documents if isinstance(manifest, Manifest)]
    several = [manifest for manifest in manifests if len(manifest.entries) > 1]
    alone = [manifest for manifest in manifests if manifest.entries and not manifest.api]
    astray = evidence.astray(ENTRY)
    if astray:
        yield failed(astray[0], expected, f"{at(astray[0].entry)}, of another version")
        return
    for manifest in several:
        after = [call for call in evidence.calls if call.number > manifest.entry.number]
        yield from (
            passed(call, expected) for call in after if call.entry.endpoint in evidence.terms.urls
        )
    for manifest in alone:
        if not any(manifest.api for manifest in manifests):
            yield passed(manifest, "no request to endpoints of another version")
