"""Why a requirement is untested although the issuer sent requests, one function for each."""

from mock_backpack.issuer.connect.evidence import Evidence
from mock_backpack.issuer.connect.judges.hindered import hindrance
from mock_backpack.issuer.ledger import is_special
from mock_backpack.issuer.situation import see

NO_PUSH = "no push was received"
UNWATCHED = "the mock inspects pushed badges only in a situation: use healthy"
NO_IDENTITY = (
    "the issuer did not request the identity; if it never does, this does not apply "
    "(--inapplicable BC-CLIENT-15)"
)


def of_headers(evidence: Evidence) -> str:
    """BC-CLIENT-01."""
    if not (evidence.pushes or evidence.identities):
        return "no request to issue or identity was received"
    if not tuple(evidence.ledger):
        return "no access was granted, so there was no token to send"
    return "every token was corrupted: see BC-CLIENT-10"


def of_api_root(evidence: Evidence) -> str:
    """BC-CLIENT-02."""
    if evidence.situation is None or evidence.situation.api_root != "elsewhere":
        return "the api_root was at its usual place: see api-root-elsewhere"
    used = {call.endpoint for call in evidence.calls}
    missing = [endpoint for endpoint in ("issue", "token") if endpoint not in used]
    return f"the api_root was elsewhere, but the issuer sent it no {' and no '.join(missing)}"


def of_bodies(evidence: Evidence) -> str:
    """BC-CLIENT-03."""
    calls = (*evidence.pushes, *evidence.refreshes)
    if any(call.entry.body.strip() for call in calls):
        return "all bodies were forms, which are accepted"
    return "no request had a body"


def of_pushes(evidence: Evidence) -> str:
    """BC-CLIENT-04."""
    if not evidence.pushes:
        return NO_PUSH
    unread = all(push.json is None for push in evidence.pushes)
    return "no push had a readable body" if unread else "all responses to pushes were lost"


def of_denial(evidence: Evidence) -> str:
    """BC-CLIENT-05."""
    if any(ask.is_denied for ask in evidence.asks):
        return "the earner denied access, but granted it later"
    if evidence.asks and not evidence.returns:
        return (
            "the mock saw no denial: Deny on its page leads the browser straight to the callback; "
            "see earner-denies, where the mock denies by itself"
        )
    return f"the earner never denied access: {see(evidence.situation, 'earner-denies')}"


def of_expiry(evidence: Evidence) -> str:
    """BC-CLIENT-06."""
    expired = [push for push in evidence.pushes if push.is_refused_as_expired]
    why = [reason for call in expired if (reason := hindrance(evidence, call))]
    hint = see(evidence.situation, "expired-token")
    return why[0] if why else f"no push used an expired token: {hint}"


def of_spent_tokens(evidence: Evidence) -> str:
    """BC-CLIENT-07."""
    hint = see(evidence.situation, "expires-twice")
    if not evidence.refreshes:
        return f"the issuer never refreshed: {hint}"
    return f"the issuer refreshed only once, or not successfully: {hint}"


def of_ends(evidence: Evidence) -> str:
    """BC-CLIENT-08."""
    return "no push was accepted or permanently refused" if evidence.pushes else NO_PUSH


def of_assertions(evidence: Evidence) -> str:
    """BC-CLIENT-09."""
    if not evidence.pushes:
        return NO_PUSH
    if evidence.inspections is None:
        return UNWATCHED
    if all(push.is_assertion_itself for push in evidence.pushes):
        return "no push named an assertion: see BC-CLIENT-04"
    if any(evidence.inspections.of(push.badge) for push in evidence.pushes):
        return "no push of the assertion was accepted"
    return "no push led to an assertion that the mock inspected"


def of_tokens(evidence: Evidence) -> str:
    """BC-CLIENT-10."""
    if any(is_special(given) for given in evidence.ledger):
        return "the issuer received such tokens, but sent none of them"
    hint = see(evidence.situation, "odd-tokens", "long-tokens")
    return f"no token had + / = _ - or 255 characters: {hint}"


def of_revocation(evidence: Evidence) -> str:
    """BC-CLIENT-11."""
    return f"no request used a revoked grant: {see(evidence.situation, 'revoked')}"


def of_callbacks(evidence: Evidence) -> str:
    """BC-CLIENT-12."""
    if evidence.returns:
        hint = see(evidence.situation, "forged-callback")
        return f"the callback was called with a planted api_root: {hint}"
    if evidence.asks:
        return "the mock redirected nobody to the callback"
    return "the issuer sent nobody to the access page"


def of_trust(evidence: Evidence) -> str:
    """BC-CLIENT-13."""
    situation = evidence.situation
    if situation is not None and "BC-CLIENT-13" in situation.tests:
        planted = situation.api_root == "planted"
        return "nobody was redirected to the callback" if planted else "no push was redirected"
    return "no untrusted address was used: see planted-api-root and redirected-elsewhere"


def of_trouble(evidence: Evidence) -> str:
    """BC-CLIENT-14."""
    troubled = {call.endpoint for call in evidence.calls if call.is_troubled}
    if not troubled:
        return "the issuer got no overload, server error or broken connection"
    if "token" in troubled:
        return "the response of a refresh was lost: see BC-CLIENT-07"
    return "only a request to identity failed"


def of_identity(evidence: Evidence) -> str:
    """BC-CLIENT-15."""
    if not evidence.pushes:
        return NO_PUSH
    if not evidence.identities:
        return NO_IDENTITY
    if evidence.inspections is None:
        return UNWATCHED
    return "no badge for the received identity was accepted"
