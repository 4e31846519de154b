"""The requirements of Open Badges 2.1 that other APIs have, too, under ids of their own."""

from mock_backpack.issuer.finding import judges
from mock_backpack.issuer.oauth import reasons
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

ENDPOINTS = judges("BC21-CLIENT-01", reasons.of_endpoints)(
    discovery.takes_endpoints_from_the_document
)
REGISTRATION = judges("BC21-CLIENT-03", reasons.of_registration)(registering.registers_rightly)
SCOPES = judges("BC21-CLIENT-04", reasons.of_asks)(asking.asks_for_what_it_needs)
PARAMETERS = judges("BC21-CLIENT-05", reasons.of_asks)(asking.asks_with_all_parameters)
VERIFIER = judges("BC21-CLIENT-06", reasons.of_verifiers)(asking.draws_a_verifier)
STATE = judges("BC21-CLIENT-07", reasons.of_states)(connecting.protects_its_callback)
EXCHANGE = judges("BC21-CLIENT-08", reasons.of_exchanges)(trading.trades_the_code)
BASIC = judges("BC21-CLIENT-09", reasons.of_refreshes)(trading.refreshes_by_basic)
TOKEN = judges("BC21-CLIENT-10", reasons.of_tokens)(sending.sends_the_token_as_it_is)
SUCCESS = judges("BC21-CLIENT-14", reasons.of_ends)(pushing.knows_success)
REFUSAL = judges("BC21-CLIENT-15", reasons.of_refusals)(pushing.repeats_no_refused_push)
EXPIRY = judges("BC21-CLIENT-16", reasons.of_expiry)(renewing.refreshes_and_repeats)
OPTIONAL = judges("BC21-CLIENT-17", reasons.of_bare_answers)(trading.needs_no_optional_member)
PATIENCE = judges("BC21-CLIENT-18", reasons.of_trouble)(patience.is_patient)
ANEW = judges("BC21-CLIENT-19", reasons.of_expired_clients)(registering.registers_anew)
LIFETIME = judges("BC21-CLIENT-20", reasons.of_caching)(discovery.fetches_the_document_again)
DENIAL = judges("BC21-CLIENT-21", reasons.of_denial)(connecting.uses_no_code_after_denial)
DISCONNECT = judges("BC21-CLIENT-22", reasons.of_disconnecting)(trading.revokes_on_disconnect)
READING = judges("BC21-CLIENT-23", reasons.of_reading("BC21-CLIENT-23"))(reading.reads_to_the_end)
MIX_UP = judges("BC21-CLIENT-24", reasons.of_mix_up("BC21-CLIENT-24"))(connecting.sends_a_code_home)
