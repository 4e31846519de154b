"""The requirements of Open Badges 3.0 that other APIs have, too, under ids of their own."""

from mock_backpack.issuer.finding import Findings, failed, judges
from mock_backpack.issuer.oauth import reasons
from mock_backpack.issuer.oauth.evidence import Evidence
from mock_backpack.issuer.oauth.judges import (
    asking,
    connecting,
    discovery,
    patience,
    pushing,
    reading,
    registering,
    renewing,
    sending,
    trading,
)

ENDPOINTS = judges("OB3-CLIENT-01", reasons.of_endpoints)(
    discovery.takes_endpoints_from_the_document
)
REGISTRATION = judges("OB3-CLIENT-02", reasons.of_registration)(registering.registers_rightly)
STATE = judges("OB3-CLIENT-04", reasons.of_states)(connecting.protects_its_callback)
PATIENCE = judges("OB3-CLIENT-10", reasons.of_trouble)(patience.is_patient)
READING = judges("OB3-CLIENT-11", reasons.of_reading("OB3-CLIENT-11"))(reading.reads_to_the_end)
TOKEN = judges("OB3-CLIENT-14", reasons.of_tokens)(sending.sends_the_token_as_it_is)
DENIAL = judges("OB3-CLIENT-15", reasons.of_denial)(connecting.uses_no_code_after_denial)
OPTIONAL = judges("OB3-CLIENT-17", reasons.of_bare_answers)(trading.needs_no_optional_member)
ANEW = judges("OB3-CLIENT-18", reasons.of_expired_clients)(registering.registers_anew)
LIFETIME = judges("OB3-CLIENT-19", reasons.of_caching)(discovery.fetches_the_document_again)
MIX_UP = judges("OB3-CLIENT-20", reasons.of_mix_up("OB3-CLIENT-20"))(connecting.sends_a_code_home)


@judges("OB3-CLIENT-03", reasons.of_asks)
def asks_rightly(evidence: Evidence) -> Findings:
    """Seven parameters with S256, and a verifier for each request."""
    yield from asking.asks_with_all_parameters(evidence)
    yield from asking.draws_a_verifier(evidence)


@judges("OB3-CLIENT-05", reasons.of_exchanges)
def asks_for_tokens_rightly(evidence: Evidence) -> Findings:
    """Basic at every request for tokens, and the five fields of the first."""
    yield from trading.trades_the_code(evidence)
    yield from trading.refreshes_by_basic(evidence)


@judges("OB3-CLIENT-06", reasons.of_asks)
def keeps_to_its_scope(evidence: Evidence) -> Findings:
    """It asks for what was registered, and calls what was granted."""
    yield from asking.asks_for_what_it_needs(evidence)
    for call in evidence.resources:
        if call.lacks_permission:
            yield failed(call, "only calls that the granted scope allows", call.message)


@judges("OB3-CLIENT-09", reasons.of_expiry)
def renews_its_tokens(evidence: Evidence) -> Findings:
    """After expiry with the newest refresh token; and not at all after a revocation."""
    yield from renewing.refreshes_and_repeats(evidence)
    yield from pushing.not_repeated(evidence, pushing.is_over)


@judges("OB3-CLIENT-16", reasons.of_refusals)
def repeats_no_refused_push(evidence: Evidence) -> Findings:
    """What was refused for good is not pushed again."""
    yield from pushing.not_repeated(evidence, pushing.is_rejected)
