"""Why a requirement is untested although the client sent requests, one function for each."""

import base64
import binascii
import hashlib

from mock_backpack.apis.oauth.tokens import VERIFIER
from mock_backpack.issuer.finding import Reason
from mock_backpack.issuer.oauth.call import Call
from mock_backpack.issuer.oauth.evidence import Evidence
from mock_backpack.issuer.situation import see as hint

NO_PUSH = "no push was received"
NO_TOKENS = "the consumer never got a token"


def see(evidence: Evidence, situation: str) -> str:
    """A hint at the situation of this API that puts a requirement to the test."""
    return hint(evidence.situation, f"{evidence.terms.name}/{situation}")


def missing_in(call: Call, evidence: Evidence) -> list[str]:
    """The members that a token answer may lack, and lacks."""
    return [name for name in evidence.terms.optional if name not in call.answer]


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
    """Of the endpoints of the document."""
    if not evidence.documents:
        return f"the consumer fetched no {evidence.terms.document}"
    return "no endpoint was used"


def of_caching(evidence: Evidence) -> str:
    """Of the lifetime of the document."""
    document = evidence.terms.document
    hint = see(evidence, f"{evidence.terms.discovery}-expires")
    if len(evidence.badges()) < 2:
        return f"the consumer did not push a second badge: {hint}"
    return f"the {document} could be used all the time: {hint}"


def of_registration(evidence: Evidence) -> str:
    """Of registrations."""
    if evidence.registrations:
        return "no registration was answered with a client"
    return "the consumer did not register"


def of_expired_clients(evidence: Evidence) -> str:
    """Of client secrets that expire."""
    return f"no client secret had expired: {see(evidence, 'secret-expired')}"


def of_asks(evidence: Evidence) -> str:
    """Of authorization requests."""
    return "the consumer asked for no access" if not evidence.asks else "no right request was made"


def of_verifiers(evidence: Evidence) -> str:
    """Of code verifiers."""
    traded = evidence.exchanges
    return "no code was traded with a code_verifier" if traded else of_exchanges(evidence)


def of_states(evidence: Evidence) -> str:
    """Of states."""
    return of_asks(evidence) if not evidence.asks else "no request had a state"


def of_denial(evidence: Evidence) -> str:
    """Of denials."""
    if any(ask.is_denied for ask in evidence.asks):
        return "the earner denied access, but granted it later"
    return f"the earner never denied access: {see(evidence, 'earner-denies')}"


def of_mix_up(requirement: str) -> Reason:
    """Of codes for two Backpacks."""
    return lambda evidence: (
        f"the consumer did not connect to two Backpacks: {see(evidence, 'mix-up')}; if it cannot, "
        f"this does not apply (--inapplicable {requirement})"
    )


def of_exchanges(evidence: Evidence) -> str:
    """Of token requests."""
    return "no code was traded for tokens" if not evidence.exchanges else "no exchange succeeded"


def of_refreshes(evidence: Evidence) -> str:
    """Of refreshes."""
    if evidence.refreshes:
        return "no refresh succeeded"
    return f"the consumer never refreshed: {see(evidence, 'expired-token')}"


def of_bare_answers(evidence: Evidence) -> str:
    """Of token answers without optional members."""
    if not any(call.is_good for call in evidence.exchanges):
        return NO_TOKENS
    return f"every token answer had all members: {see(evidence, 'no-expires-in')}"


def of_disconnecting(evidence: Evidence) -> str:
    """Of revocations."""
    if evidence.is_asked("BACKPACK_DISCONNECT"):
        return NO_TOKENS
    return f"the consumer was not told to disconnect: {see(evidence, 'disconnect')}"


def of_expiry(evidence: Evidence) -> str:
    """Of expired tokens."""
    if any(push.is_expired for push in evidence.pushes):
        return "the consumer could not refresh: it had no refresh token, or was refused as a client"
    return f"no push used an expired token: {see(evidence, 'expired-token')}"


def of_tokens(evidence: Evidence) -> str:
    """Of access tokens."""
    if not evidence.resources:
        return "no request to badges or profile was received"
    return "no access was granted, so there was no token to send"


def of_pushes(evidence: Evidence) -> str:
    """Of pushes."""
    return NO_PUSH if not evidence.pushes else "no push had a readable body"


def of_ends(evidence: Evidence) -> str:
    """Of pushes that were taken."""
    return "no push was accepted" if evidence.pushes else NO_PUSH


def of_refusals(evidence: Evidence) -> str:
    """Of pushes that were refused."""
    return f"no push was refused: {see(evidence, 'badge-refused')}" if evidence.pushes else NO_PUSH


def of_trouble(evidence: Evidence) -> str:
    """Of trouble."""
    return (
        f"the consumer got no overload, server error or broken connection: {see(evidence, 'busy')}"
    )


def of_reading(requirement: str) -> Reason:
    """Of collections."""

    def of_reads(evidence: Evidence) -> str:
        if evidence.reads:
            return f"the collection had one page: {see(evidence, 'pages')}"
        return (
            "the consumer read no badges; if it never does, this does not apply "
            f"(--inapplicable {requirement})"
        )

    return of_reads
