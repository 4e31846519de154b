"""Judges of an issuer's requests: header, address, bodies, tokens."""

from urllib.parse import unquote

from mock_backpack.apis.connect.bearer import EXPECTED
from mock_backpack.apis.parameters import JSON
from mock_backpack.core.entry import Entry
from mock_backpack.core.origin import web_url
from mock_backpack.core.strict_json import kind_of
from mock_backpack.issuer.connect.call import ApiCall, is_form, label_of
from mock_backpack.issuer.connect.evidence import Evidence
from mock_backpack.issuer.connect.judges import reasons
from mock_backpack.issuer.finding import Findings, failed, judges, passed
from mock_backpack.issuer.ledger import is_special
from mock_backpack.openbadges.complaint import quoted
from mock_backpack.openbadges.pushed import flaw_of
from mock_backpack.openbadges.signature import looks_signed

HEADER = f"Authorization: {EXPECTED}"


@judges("BC-CLIENT-01", reasons.of_headers)
def sends_the_token_in_base64(evidence: Evidence) -> Findings:
    """base64(access_token) in the Bearer header, and in no other place."""
    for call in (*evidence.pushes, *evidence.identities):
        if given := evidence.ledger.within(_elsewhere(call), "access"):
            yield failed(call, f"{HEADER}, and no token elsewhere", _place(call, given.token))
        elif wrong := _wrong(call, evidence):
            yield failed(call, HEADER, wrong)
        elif call.credentials.given and not call.credentials.mangled:
            yield passed(call, HEADER)


def _wrong(call: ApiCall, evidence: Evidence) -> str:
    """What is wrong with the header; unknown tokens belong to other requirements."""
    given, wrong = call.credentials.given, call.credentials.wrong
    if given is not None and given.kind == "refresh":
        return "the refresh token instead of the access token"
    if given is None and not tuple(evidence.ledger):
        return ""  # nothing was granted: BC-CLIENT-05
    return wrong


def _elsewhere(call: ApiCall) -> str:
    return f"{call.entry.target}\n{call.entry.body.decode(errors='replace')}"


def _place(call: ApiCall, token: str) -> str:
    in_query = token in unquote(call.entry.target)
    return f"the access token in the {'query' if in_query else 'body'}"


@judges("BC-CLIENT-02", reasons.of_api_root)
def uses_the_api_root(evidence: Evidence) -> Findings:
    """The api_root as received, for issue and token."""
    moved = evidence.situation is not None and evidence.situation.api_root == "elsewhere"
    expected = "a request below the api_root of the callback"
    for entry in evidence.lost:
        yield failed(entry, expected, f"{entry.method} {_at(entry)}")
    for stray in evidence.strays:
        if not stray.is_foreign:
            yield failed(stray, expected, f"{stray.entry.method} {_at(stray.entry)}")
    if not moved:
        return
    right = _api_host(evidence)
    for call in evidence.calls:
        at = call.entry.header("Host") or ""
        if right and at != right:
            yield failed(call, f"a request to {right}", f"{call.entry.method} {_at(call.entry)}")
    used = {call.endpoint for call in evidence.calls}
    if {"issue", "token"} <= used:
        yield passed(evidence.refreshes[0], expected)


def _at(entry: Entry) -> str:
    return f"http://{entry.header('Host') or ''}{entry.target.partition('?')[0]}"


def _api_host(evidence: Evidence) -> str:
    """Host and port of the ``api_root`` that the issuer received."""
    url = web_url(evidence.api_root)
    return url.parts.netloc if url else ""


@judges("BC-CLIENT-03", reasons.of_bodies)
def labels_json_as_json(evidence: Evidence) -> Findings:
    """JSON bodies labelled JSON; a form that is labelled as one is a habit of old clients."""
    expected = f"a JSON object under Content-Type: {JSON}"
    for call in (*evidence.pushes, *evidence.refreshes):
        label = label_of(call.entry)
        if not call.entry.body.strip():
            continue
        if label == JSON and call.entry.body.lstrip()[:1] == b"{" and call.json is not None:
            yield passed(call, expected)
        elif not is_form(call.entry):
            kind = "JSON" if call.entry.body.lstrip()[:1] in (b"{", b"[") else "no JSON"
            shown = call.entry.body[:60].decode(errors="replace")
            yield failed(call, expected, f"{kind} under {label or 'no Content-Type'}: {shown}")


@judges("BC-CLIENT-04", reasons.of_pushes)
def pushes_a_url_or_a_signature(evidence: Evidence) -> Findings:
    """``badge`` is a URL or a JWS."""
    expected = "badge: the URL of an assertion or its signature, as a text"
    for push in evidence.pushes:
        badge = push.badge
        if push.is_assertion_itself:
            yield failed(push, expected, "the assertion itself as the body")
        elif isinstance(badge, str) and (web_url(badge) is not None or looks_signed(badge)):
            yield passed(push, expected)
        elif badge is not None and badge != "":
            yield failed(push, expected, f"badge: {_seen(badge)}")
        elif push.json is not None and not push.is_lost:
            yield failed(push, expected, f"no badge, but {', '.join(push.json) or 'nothing'}")


def _seen(badge: object) -> str:
    if not isinstance(badge, str):
        return kind_of(badge)
    if badge.lstrip().startswith("{"):
        return "the assertion itself, as a text"
    why = flaw_of(badge)
    return f"{quoted(badge)}: {why}" if why else quoted(badge)


@judges("BC-CLIENT-10", reasons.of_tokens)
def stands_odd_and_long_tokens(evidence: Evidence) -> Findings:
    """Tokens come back as they were given."""
    for call in evidence.calls:
        mangled = call.credentials.mangled or (call.refresh.mangled if call.refresh else "")
        given = call.credentials.given or (call.refresh.given if call.refresh else None)
        if given is None:
            continue
        expected = f"the {given.kind} token of {len(given.token)} characters as it was issued"
        if mangled:
            yield failed(call, expected, mangled)
        elif is_special(given):
            yield passed(call, expected)


@judges("BC-CLIENT-13", reasons.of_trust)
def trusts_no_planted_api_root(evidence: Evidence) -> Findings:
    """No token goes where the issuer has no reason to send it."""
    expected = "no token at an address that is not the Backpack's"
    for stray in evidence.strays:
        if stray.is_foreign:
            yield failed(stray, expected, f"the {stray.given.kind} token at {_at(stray.entry)}")
    situation = evidence.situation
    if situation is not None and situation.api_root == "planted":
        for ask in evidence.returns:
            yield passed(ask, expected)
    for push in evidence.pushes:
        if any(name == "http.redirect" for _, name in push.entry.applied):
            yield passed(push, expected)
