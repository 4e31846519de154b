"""The capabilities and endpoints of a scenario are derived from its steps."""

import pytest

from conformance.apis.registry import DEFAULT
from conformance.engine.shared_steps import shared_keys
from conformance.scenario.load import shipped_scenarios
from conformance.scenario.needs import endpoints_of

SCENARIOS = {scenario.id: scenario for scenario in shipped_scenarios(DEFAULT.language)}
NEEDS = {
    "bearer-expiry": {"clock"},
    "bearer-scope": {"scopes"},
    "bearer-two-earners": {"second-earner"},
    "connect-script-in-browser": {"browser"},
    "identity-salts": {"second-earner"},
    "issue-expired-token": {"clock"},
    "issuing-forged": {"browser"},
    "issuing-full-window": {"browser"},
    "issuing-looked-at": {"browser"},
    "issuing-overheard": {"browser"},
    "issuing-several": {"browser"},
    "issuing-without-frames": {"browser"},
    "issue-mended-recipient": {"second-earner"},
    "issue-same-uid": {"second-earner"},
    "issue-stored": {"badges"},
    "issue-wrong-earner": {"second-earner"},
    "revoke-after-refresh": {"revoke"},
    "revoke-ends-the-grant": {"revoke"},
    "revoke-expired": {"clock", "revoke"},
    "revoke-forged": {"revoke", "second-earner"},
    "revoke-keeps-badges": {"revoke"},
    "revoke-listed": {"revoke"},
    "revoke-spares-others": {"revoke", "second-earner"},
    "safety-cors": {"cors"},
    "safety-fetch-policy": {"fetch-policy"},
    "safety-fetch-policy-image": {"fetch-policy"},
    "safety-fetch-policy-issuer": {"fetch-policy"},
    "safety-fetch-policy-linked": {"fetch-policy"},
    "safety-fetch-policy-redirect": {"fetch-policy"},
    "safety-forged-consent": {"second-earner"},
    "stories-any-order": {"revoke", "second-earner"},
    "stories-any-time": {"revoke", "second-earner", "clock"},
    "token-after-expiry": {"clock"},
    "token-spares-others": {"second-earner"},
}
"""Of the shipped scenarios; each that is not named here needs nothing."""


def test_a_scenario_needs_what_its_steps_need():
    """Too little would fail a target that cannot do it, too much would leave it untested."""
    needs = {name: scenario.needs for name, scenario in SCENARIOS.items() if scenario.needs}
    assert needs == NEEDS


@pytest.mark.parametrize(
    ("name", "endpoints"),
    [
        ("identity-told", {"pages", "identity"}),
        ("token-parallel", {"pages", "token"}),
        ("safety-cors", {"pages", "issue", "token", "identity"}),
        ("stories-any-order", {"pages", "issue", "token", "identity"}),
    ],
)
def test_a_scenario_asks_what_its_steps_ask(name: str, endpoints: set[str]):
    """An endpoint that hangs keeps those scenarios from being judged, and no others."""
    assert endpoints_of(SCENARIOS[name], DEFAULT.language) == endpoints


@pytest.mark.parametrize(
    ("name", "length"),
    [("issue-odd-badge", 3), ("identity-told", 1), ("token-odd-types", 0)],
)
def test_first_steps_are_shared_when_the_others_leave_every_grant_as_it_was(name: str, length: int):
    """If a later step may change the grant, nothing is shared."""
    assert len(shared_keys(SCENARIOS[name], DEFAULT.language)) == length
