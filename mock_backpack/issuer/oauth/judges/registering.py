"""How a consumer registers, and when it does so again."""

from typing import Any

from mock_backpack.apis.oauth.registration import ONLY
from mock_backpack.issuer.answered import is_troubled
from mock_backpack.issuer.finding import Findings, failed, passed
from mock_backpack.issuer.oauth.call import Call
from mock_backpack.issuer.oauth.evidence import Evidence
from mock_backpack.openbadges.complaint import quoted

METHOD = "token_endpoint_auth_method"


def registers_rightly(evidence: Evidence) -> Findings:
    """All required members, https, one hostname, client_secret_basic."""
    expected = "a registration that the specification allows"
    for call in evidence.registrations:
        method = _member(call, METHOD)
        if call.entry.method != "POST" or evidence.terms.registration in call.entry.broke:
            yield failed(call, expected, call.message)
        elif method not in (None, ONLY[METHOD]):
            yield failed(call, f"{METHOD}: {quoted(ONLY[METHOD])}", quoted(method))
        elif call.entry.status == 201 and not is_troubled(call.entry):
            yield passed(call, expected)


def _member(call: Call, name: str) -> Any:
    return call.json.get(name) if isinstance(call.json, dict) else None


def registers_anew(evidence: Evidence) -> Findings:
    """After ``invalid_client`` for an expired secret comes a new registration."""
    expected = "a new registration, since the client secret has expired"
    for call in (*evidence.trades, *evidence.revocations):
        if not _is_over(evidence, call):
            continue
        later = [
            registration for registration in evidence.registrations if registration.is_after(call)
        ]
        if later:
            yield passed(later[0], expected)
        else:
            yield failed(call, expected, f"no further registration after 401: {call.message}")


def _is_over(evidence: Evidence, call: Call) -> bool:
    """Whether a request was refused only because the secret of its client had expired."""
    client = evidence.client(call.basic.decoded[0]) if call.basic else None
    if client is None or call.entry.status != 401:
        return False
    return 0 < client.secret_expires_at <= call.entry.at + 1
