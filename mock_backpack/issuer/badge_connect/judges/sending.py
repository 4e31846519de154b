"""How a consumer of Open Badges 2.1 sends a badge: address and body."""

from mock_backpack.apis.badge_connect.manifest import API_BASE
from mock_backpack.apis.parameters import JSON
from mock_backpack.core.strict_json import kind_of
from mock_backpack.issuer.answered import shown
from mock_backpack.issuer.finding import Findings, failed, judges, passed
from mock_backpack.issuer.oauth import reasons
from mock_backpack.issuer.oauth.call import Call
from mock_backpack.issuer.oauth.evidence import Evidence
from mock_backpack.openbadges.complaint import quoted

LABELS = (JSON, "application/ld+json")
MEMBERS = ("assertion", "signedAssertion")
PATH = f"{API_BASE}/assertions"


@judges("BC21-CLIENT-11", reasons.of_pushes)
def posts_json_to_the_right_place(evidence: Evidence) -> Findings:
    """POST to exactly apiBase and ``/assertions``, with JSON that is labelled as JSON."""
    expected = f"POST <apiBase>/assertions with Content-Type: {JSON}"
    for call in evidence.resources:
        is_right_place = call.path.removeprefix(evidence.prefix) == PATH
        if call.entry.endpoint == "assertions" and not is_right_place:
            yield failed(call, expected, f"{call.entry.method} {call.path}")
    for push in evidence.pushes:
        if push.path.removeprefix(evidence.prefix) != PATH:
            continue
        if push.entry.method != "POST":
            yield failed(push, expected, shown(push.entry))
            continue
        if push.label not in LABELS:
            yield failed(push, expected, f"Content-Type: {push.label or 'none'}")
        elif isinstance(push.json, dict):
            yield passed(push, expected)


@judges("BC21-CLIENT-12", reasons.of_pushes)
def sends_one_member(evidence: Evidence) -> Findings:
    """The body is ``assertion``, an object, or ``signedAssertion``, a text, and nothing else."""
    expected = "assertion, an object, or signedAssertion, a text, and nothing else"
    for push in evidence.pushes:
        if push.label not in LABELS and push.json is None:
            continue  # it does not say that it is JSON: what it is matters no more
        if wrong := _wrong_body(push):
            yield failed(push, expected, wrong)
        else:
            yield passed(push, expected)


def _wrong_body(push: Call) -> str:
    body = push.json
    if not isinstance(body, dict):
        return "no JSON" if body is None else kind_of(body)
    members = {name: value for name, value in body.items() if value is not None}
    if others := [name for name in members if name not in MEMBERS]:
        return f"the member {quoted(others[0])}"
    if len(members) != 1:
        return "both members" if members else "neither member"
    ((name, value),) = members.items()
    kind = dict if name == "assertion" else str
    return "" if isinstance(value, kind) else f"{name}: {kind_of(value)}"
