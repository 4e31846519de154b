"""How a client finds the API: the document that announces it, and its lifetime."""

from urllib.parse import urlsplit

from mock_backpack.core.entry import Entry
from mock_backpack.issuer.answered import answered, path_of, shown
from mock_backpack.issuer.finding import Findings, failed, passed
from mock_backpack.issuer.oauth.call import Call
from mock_backpack.issuer.oauth.evidence import Evidence
from mock_backpack.issuer.oauth.found import Found

REDIRECTS = (301, 302, 303, 307, 308)
SLACK = 0.3
"""Seconds by which a document may be too old: clocks tick coarsely."""


def takes_endpoints_from_the_document(evidence: Evidence) -> Findings:
    """Every request goes where a document that came before says."""
    terms = evidence.terms
    expected = f"a request to an endpoint of the {terms.document}"
    for entry in evidence.lost:
        yield failed(entry, expected, at(entry))
    if not any(document.is_usable for document in evidence.documents):
        yield from _without_document(evidence)
        return
    for call in evidence.calls:
        endpoint = call.entry.endpoint
        if endpoint == terms.discovery or evidence.lost or evidence.is_ready_made(call):
            continue
        known = _known_before(evidence, call)
        places = [document.place(endpoint) for document in known]
        if not known:
            yield failed(call, f"the {terms.document} before all other requests", shown(call.entry))
        elif not any(_is_below(call, place, evidence) for place in places) or evidence.is_missing(
            call
        ):
            yield failed(call, f"a request to {places[-1]}", at(call.entry))
        else:
            yield passed(call, expected)


def _without_document(evidence: Evidence) -> Findings:
    expected = f"no request to the API before a {evidence.terms.document} was found"
    used = [call for call in evidence.calls if call.entry.endpoint != evidence.terms.discovery]
    guessed = [call for call in used if not evidence.is_ready_made(call)]
    if guessed:
        yield failed(guessed[0], expected, shown(guessed[0].entry))
    elif moved := _not_followed(evidence):
        saw = f"{shown(moved.entry)}, and no request to its Location"
        yield failed(moved, "the redirect to be followed", saw)
    elif evidence.documents and not evidence.lost:
        yield passed(evidence.documents[-1], expected)


def _not_followed(evidence: Evidence) -> Found | None:
    """A redirect within the Backpack where the client stopped, although it was the first one."""
    if len(evidence.documents) != 1:
        return None
    (found,) = evidence.documents
    location = answered(found.entry, "Location") or ""
    leads_here = urlsplit(location).path.endswith(path_of(found.entry))
    return found if found.entry.status in REDIRECTS and leads_here else None


def _known_before(evidence: Evidence, call: Call) -> list[Found]:
    return [
        document
        for document in evidence.documents
        if document.is_usable and document.entry.number < call.number
    ]


def _is_below(call: Call, place: str, evidence: Evidence) -> bool:
    """Whether a request is at an endpoint; which paths are below the base is no matter."""
    base = place.rpartition("/")[0] if call.entry.endpoint in evidence.terms.based else place
    if evidence.has_own_address:
        return call.place == base or call.place.startswith(f"{base}/")
    return (
        call.path.endswith(place.rpartition("/")[2]) or call.entry.endpoint in evidence.terms.based
    )


def at(entry: Entry) -> str:
    """Where a request went."""
    return f"{entry.method} {entry.header('Host') or ''}{entry.target.partition('?')[0]}"


def fetches_the_document_again(evidence: Evidence) -> Findings:
    """A badge after the first is not pushed by a document whose time is over."""
    done: set[str] = set()
    for push in evidence.pushes:
        known = _known_before(evidence, push)
        badge = evidence.badge(push)
        if done - {badge} and known:
            yield from _by_age(push, known, evidence)
        if push.is_good:
            done.add(badge)


def _by_age(push: Call, known: list[Found], evidence: Evidence) -> Findings:
    document, name = known[-1], evidence.terms.document
    age = push.entry.at - document.entry.at
    expected = f"the {name} again after {document.lifetime:.0f} s, as Cache-Control says"
    first = evidence.documents[0]
    if age > document.lifetime + SLACK:
        yield failed(push, expected, f"a push by a {name} that was {age:.1f} s old")
    elif len(known) > 1 and push.entry.at - first.entry.at > first.lifetime:
        yield passed(document, expected)
