"""Why a requirement is untested although the consumer sent requests, one function for each."""

import base64
import binascii
import hashlib

from mock_backpack.apis.oauth.tokens import VERIFIER
from mock_backpack.issuer.badge_connect.call import Call
from mock_backpack.issuer.badge_connect.evidence import Evidence

OPTIONAL = ("refresh_token", "expires_in", "scope")
NO_PUSH = "no push was received"
NO_TOKENS = "the consumer never got a token"


def missing_in(call: Call) -> list[str]:
    """The members that a token answer may lack, and lacks."""
    return [name for name in OPTIONAL if name not in call.answer]


def flaw_of_verifier(verifier: str, challenge: str) -> str:
    """What is wrong with a code verifier; ``""`` when nothing is."""
    if not VERIFIER.fullmatch(verifier):
        is_long = 43 <= len(verifier) <= 128
        return "other characters" if is_long else f"{len(verifier)} characters"
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return "" if made == challenge else "one that does not belong to the code_challenge"


def unknown_token(text: str, evidence: Evidence) -> str:
    """What a text is that is no token of the Backpack."""
    try:
        inner = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        inner = ""
    if inner and evidence.ledger.find(inner):
        return "base64 of the token"
    return "a token that this Backpack did not issue"


def of_endpoints(evidence: Evidence) -> str:
    """BC21-CLIENT-01."""
    return "the consumer fetched no manifest" if not evidence.manifests else "no endpoint was used"


def of_versions(evidence: Evidence) -> str:
    """BC21-CLIENT-02."""
    if any(len(one.entries) > 1 for one in evidence.manifests):
        return "no endpoint was used"
    return "the manifest had no entry of another version: see ob2.1/newer-version-last"


def of_caching(evidence: Evidence) -> str:
    """BC21-CLIENT-20."""
    if len(evidence.badges()) < 2:
        return "the consumer did not push a second badge: see ob2.1/manifest-expires"
    return "the manifest could be used all the time: see ob2.1/manifest-expires"


def of_registration(evidence: Evidence) -> str:
    """BC21-CLIENT-03."""
    if evidence.registrations:
        return "no registration was answered with a client"
    return "the consumer did not register"


def of_expired_clients(_evidence: Evidence) -> str:
    """BC21-CLIENT-19."""
    return "no client secret had expired: see ob2.1/secret-expired"


def of_asks(evidence: Evidence) -> str:
    """BC21-CLIENT-04 and -05."""
    return "the consumer asked for no access" if not evidence.asks else "no right request was made"


def of_verifiers(evidence: Evidence) -> str:
    """BC21-CLIENT-06."""
    traded = evidence.exchanges
    return "no code was traded with a code_verifier" if traded else of_exchanges(evidence)


def of_states(evidence: Evidence) -> str:
    """BC21-CLIENT-07."""
    return of_asks(evidence) if not evidence.asks else "no request had a state"


def of_denial(evidence: Evidence) -> str:
    """BC21-CLIENT-21."""
    if any(ask.is_denied for ask in evidence.asks):
        return "the earner denied access, but granted it later"
    return "the earner never denied access: see ob2.1/earner-denies"


def of_mix_up(_evidence: Evidence) -> str:
    """BC21-CLIENT-24."""
    return (
        "the consumer did not connect to two Backpacks: see ob2.1/mix-up; if it cannot, this does "
        "not apply (--inapplicable BC21-CLIENT-24)"
    )


def of_exchanges(evidence: Evidence) -> str:
    """BC21-CLIENT-08."""
    return "no code was traded for tokens" if not evidence.exchanges else "no exchange succeeded"


def of_refreshes(evidence: Evidence) -> str:
    """BC21-CLIENT-09."""
    if evidence.refreshes:
        return "no refresh succeeded"
    return "the consumer never refreshed: see ob2.1/expired-token"


def of_bare_answers(evidence: Evidence) -> str:
    """BC21-CLIENT-17."""
    if not any(call.is_good for call in evidence.exchanges):
        return NO_TOKENS
    return "every token answer had all members: see ob2.1/no-expires-in"


def of_disconnecting(evidence: Evidence) -> str:
    """BC21-CLIENT-22."""
    if evidence.is_told("BACKPACK_DISCONNECT"):
        return NO_TOKENS
    return "the consumer was not told to disconnect: see ob2.1/disconnect"


def of_expiry(evidence: Evidence) -> str:
    """BC21-CLIENT-16."""
    if any(push.is_expired for push in evidence.pushes):
        return "the consumer could not refresh: it had no refresh token, or was refused as a client"
    return "no push used an expired token: see ob2.1/expired-token"


def of_tokens(evidence: Evidence) -> str:
    """BC21-CLIENT-10."""
    if not evidence.resources:
        return "no request to assertions or profile was received"
    return "no access was granted, so there was no token to send"


def of_pushes(evidence: Evidence) -> str:
    """BC21-CLIENT-11 and -12."""
    return NO_PUSH if not evidence.pushes else "no push had a readable body"


def of_assertions(evidence: Evidence) -> str:
    """BC21-CLIENT-13."""
    if not evidence.pushes:
        return NO_PUSH
    if evidence.watcher is None:
        return "the mock compares assertions only in a situation: use ob2.1/healthy"
    return "no push was accepted"


def of_ends(evidence: Evidence) -> str:
    """BC21-CLIENT-14."""
    return "no push was accepted" if evidence.pushes else NO_PUSH


def of_refusals(evidence: Evidence) -> str:
    """BC21-CLIENT-15."""
    return "no push was refused: see ob2.1/badge-refused" if evidence.pushes else NO_PUSH


def of_trouble(_evidence: Evidence) -> str:
    """BC21-CLIENT-18."""
    return "the consumer got no overload, server error or broken connection: see ob2.1/busy"


def of_reading(evidence: Evidence) -> str:
    """BC21-CLIENT-23."""
    if evidence.reads:
        return "the collection had one page: see ob2.1/pages"
    return (
        "the consumer read no badges; if it never does, this does not apply "
        "(--inapplicable BC21-CLIENT-23)"
    )
