"""How a client sends its access token."""

from urllib.parse import unquote

from mock_backpack.issuer.finding import Findings, failed, passed
from mock_backpack.issuer.oauth import reasons
from mock_backpack.issuer.oauth.call import Call
from mock_backpack.issuer.oauth.evidence import ELSEWHERE, Evidence
from mock_backpack.openbadges.complaint import quoted

HEADER = "Authorization: Bearer and the access token as it was received"


def sends_the_token_as_it_is(evidence: Evidence) -> Findings:
    """A Bearer token as received, in the header and in no other place."""
    for stray in evidence.astray(ELSEWHERE):
        if stray.token is not None:
            yield failed(stray, "no token at another address", f"the token at {stray.place}")
    for call in evidence.resources:
        if given := evidence.ledger.within(_elsewhere(call), "access"):
            where = "query" if given.token in unquote(call.entry.target) else "body"
            yield failed(call, f"{HEADER}, and nowhere else", f"the access token in the {where}")
        elif wrong := _wrong_header(call, evidence):
            yield failed(call, HEADER, wrong)
        elif call.token is not None:
            yield passed(call, HEADER)


def _elsewhere(call: Call) -> str:
    return f"{call.entry.target}\n{call.entry.body.decode(errors='replace')}"


def _wrong_header(call: Call, evidence: Evidence) -> str:
    """What is wrong with the header; ``""`` when nothing is."""
    scheme, text = call.authorization
    if not tuple(evidence.ledger):
        return ""  # nothing was granted
    if not scheme:
        return "no Authorization header"
    if scheme != "bearer":
        raw = evidence.ledger.find(call.entry.header("Authorization") or "")
        return "the token without Bearer" if raw else f"the scheme {quoted(scheme[:20])}"
    if call.token is None:
        return reasons.unknown_token(text, evidence)
    if call.token.mangled:
        return call.token.mangled
    if call.token.given.kind == "refresh":
        return "the refresh token in place of the access token"
    return ""
