"""How a consumer asks for tokens, and gives them up."""

from mock_backpack.issuer.answered import is_late
from mock_backpack.issuer.finding import Findings, failed, passed
from mock_backpack.issuer.oauth import reasons
from mock_backpack.issuer.oauth.call import Call
from mock_backpack.issuer.oauth.evidence import Evidence
from mock_backpack.openbadges.complaint import quoted

FIELDS = ("grant_type", "code", "redirect_uri", "scope", "code_verifier")
BASIC = "HTTP Basic with the client's id and secret"


def trades_the_code(evidence: Evidence) -> Findings:
    """HTTP Basic, a form, five fields, the same redirect_uri."""
    expected = f"{BASIC}, and a form with {', '.join(FIELDS)}"
    traded: dict[str, Call] = {}
    for call in evidence.exchanges:
        code = call.form.get("code", "")
        if wrong := _wrong_credentials(call, evidence) or _wrong_fields(call, evidence):
            yield failed(call, expected, wrong)
        elif code in traded and call.is_after_answer_of(traded[code]):
            saw = "the same code again, after it was traded"
            yield failed(call, "each code once (RFC 6749, section 4.1.2)", saw)
        elif call.is_good:
            if not is_late(call.entry):
                traded[code] = call
            yield passed(call, expected)


def _wrong_credentials(call: Call, evidence: Evidence) -> str:
    """What is wrong with the client's credentials; ``""`` when nothing is."""
    if "client_secret" in call.form:
        return "the client secret in the body"
    if call.basic is None:
        scheme = call.authorization[0]
        return f"the scheme {quoted(scheme)}" if scheme else "no Authorization header"
    client = evidence.client(call.basic.decoded[0]) or evidence.client(call.basic.id)
    if client is None:
        return f"the unknown client id {quoted(call.basic.id)}"
    known = (call.basic.secret, call.basic.decoded[1])
    return "" if client.secret in known else "another secret than that of the registration"


def _wrong_fields(call: Call, evidence: Evidence) -> str:
    if not call.is_form:
        return f"Content-Type: {call.label or 'none'}"
    if in_query := [name for name, _ in call.query if name in FIELDS]:
        return f"{', '.join(in_query)} in the query"
    if missing := [name for name in FIELDS if not call.form.get(name)]:
        return f"no {' and no '.join(missing)}"
    if call.form["grant_type"] != "authorization_code":
        return f"grant_type: {quoted(call.form['grant_type'])}"
    code = evidence.code(call.form["code"])
    if code is not None and code.redirect_uri != call.form["redirect_uri"]:
        return f"redirect_uri: {quoted(call.form['redirect_uri'])}"
    return ""


def refreshes_by_basic(evidence: Evidence) -> Findings:
    """A refresh is authenticated by HTTP Basic, too."""
    for call in evidence.refreshes:
        if wrong := _wrong_credentials(call, evidence):
            yield failed(call, BASIC, wrong)
        elif call.is_good:
            yield passed(call, BASIC)


def needs_no_optional_member(evidence: Evidence) -> Findings:
    """The consumer works without optional members in the token answer."""
    for call in evidence.exchanges:
        if not call.is_good or not call.answer:
            continue
        missing = reasons.missing_in(call, evidence)
        if not missing:
            continue
        expected = f"requests with the token of an answer without {' and '.join(missing)}"
        grant = evidence.grant_of(call)
        if any(use.grant == grant and use.is_after(call) for use in evidence.resources):
            yield passed(call, expected)
        else:
            yield failed(call, expected, "no further request with this token")


def revokes_on_disconnect(evidence: Evidence) -> Findings:
    """On disconnect the consumer revokes its tokens."""
    expected = "the refresh token at tokenRevocationUrl"
    revoked = [call for call in evidence.revocations if call.is_good]
    tokens = [evidence.ledger.find(call.form.get("token", "")) for call in revoked]
    good = [
        call
        for call, token in zip(revoked, tokens, strict=True)
        if token is not None and (token.kind == "refresh" or not _has_refresh(evidence))
    ]
    if good:
        yield passed(good[0], expected)
    elif evidence.revocations:
        last = evidence.revocations[-1]
        what = "a token that this Backpack did not issue"
        saw = "only the access token" if any(tokens) else what if last.is_good else last.message
        yield failed(last, expected, saw)
    elif evidence.is_asked("BACKPACK_DISCONNECT"):
        granted = [call for call in evidence.exchanges if call.is_good]
        yield from (failed(call, expected, "no request to revoke a token") for call in granted[:1])


def _has_refresh(evidence: Evidence) -> bool:
    return any("refresh_token" in call.answer for call in evidence.trades)
