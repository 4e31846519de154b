"""How a consumer finds the API: the manifest, its version, its lifetime."""

from mock_backpack.core.entry import Entry
from mock_backpack.issuer.answered import shown
from mock_backpack.issuer.badge_connect import reasons
from mock_backpack.issuer.badge_connect.call import Call
from mock_backpack.issuer.badge_connect.evidence import OTHER_ENTRY, Evidence
from mock_backpack.issuer.badge_connect.found import BASED, URLS, Manifest
from mock_backpack.issuer.finding import Findings, failed, judges, passed

SLACK = 0.3
"""Seconds by which a manifest may be too old: clocks tick coarsely."""


@judges("BC21-CLIENT-01", reasons.of_endpoints)
def takes_endpoints_from_the_manifest(evidence: Evidence) -> Findings:
    """Every request goes where a manifest that came before says."""
    for entry in evidence.lost:
        yield failed(entry, "a request to an endpoint of the manifest", _at(entry))
    if not any(manifest.api for manifest in evidence.manifests):
        yield from _without_manifest(evidence)
        return
    for call in evidence.calls:
        endpoint = call.entry.endpoint
        if endpoint == "manifest" or evidence.lost or evidence.is_ready_made(call):
            continue
        known = _known_before(evidence, call)
        places = [manifest.place(endpoint) for manifest in known]
        if not known:
            yield failed(call, "the manifest before all other requests", shown(call.entry))
        elif not any(_is_below(call, place, evidence) for place in places):
            yield failed(call, f"a request to {places[-1]}", _at(call.entry))
        else:
            yield passed(call, "a request to an endpoint of the manifest")


def _without_manifest(evidence: Evidence) -> Findings:
    expected = "no request to the API before a manifest was found"
    used = [call for call in evidence.calls if call.entry.endpoint != "manifest"]
    guessed = [call for call in used if not evidence.is_ready_made(call)]
    if guessed:
        yield failed(guessed[0], expected, shown(guessed[0].entry))
    elif evidence.manifests and not evidence.lost:
        yield passed(evidence.manifests[-1], expected)


def _known_before(evidence: Evidence, call: Call) -> list[Manifest]:
    return [
        manifest
        for manifest in evidence.manifests
        if manifest.api and manifest.entry.number < call.number
    ]


def _is_below(call: Call, place: str, evidence: Evidence) -> bool:
    """Whether a request is at an endpoint; the paths below apiBase have a requirement of theirs."""
    base = place.rpartition("/")[0] if call.entry.endpoint in BASED else place
    if evidence.has_own_address:
        return call.place == base or call.place.startswith(f"{base}/")
    return call.path.endswith(place.rpartition("/")[2]) or call.entry.endpoint in BASED


def _at(entry: Entry) -> str:
    return f"{entry.method} {entry.header('Host') or ''}{entry.target.partition('?')[0]}"


@judges("BC21-CLIENT-02", reasons.of_versions)
def takes_the_right_version(evidence: Evidence) -> Findings:
    """Of several entries that of v2p1; without it nothing."""
    expected = "requests to the endpoints of the entry with the version v2p1"
    several = [one for one in evidence.manifests if len(one.entries) > 1]
    alone = [one for one in evidence.manifests if one.entries and not one.api]
    astray = evidence.astray(OTHER_ENTRY)
    if astray:
        yield failed(astray[0], expected, f"{_at(astray[0].entry)}, of another version")
        return
    for manifest in several:
        after = [call for call in evidence.calls if call.number > manifest.entry.number]
        yield from (passed(call, expected) for call in after if call.entry.endpoint in URLS)
    for manifest in alone:
        if not any(one.api for one in evidence.manifests):
            yield passed(manifest, "no request to endpoints of another version")


@judges("BC21-CLIENT-20", reasons.of_caching)
def fetches_the_manifest_again(evidence: Evidence) -> Findings:
    """A badge after the first is not pushed by a manifest whose time is over."""
    done: set[str] = set()
    for push in evidence.pushes:
        known = _known_before(evidence, push)
        if done - {push.badge} and known:
            yield from _by_age(push, known, evidence)
        if push.is_good:
            done.add(push.badge)


def _by_age(push: Call, known: list[Manifest], evidence: Evidence) -> Findings:
    manifest = known[-1]
    age = push.entry.at - manifest.entry.at
    expected = f"the manifest again after {manifest.lifetime:.0f} s, as Cache-Control says"
    first = evidence.manifests[0]
    if age > manifest.lifetime + SLACK:
        yield failed(push, expected, f"a push by a manifest that was {age:.1f} s old")
    elif len(known) > 1 and push.entry.at - first.entry.at > first.lifetime:
        yield passed(manifest, expected)
