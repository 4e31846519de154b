"""A correct Backpack that is not our mock is never accused."""

import pytest

from conformance.catalogue import requirements
from conformance.values.requirement import Level
from conformance.values.scenario import Scenario
from conformance.values.verdict import Outcome
from tests.conftest import CHROMIUM, Judge, failed
from tests.miniatures.plain import PlainBackpack

LIFE = 3
"""Seconds that the miniature's tokens live, so that their end can be waited for."""


def test_a_backpack_that_uses_its_freedoms_conforms(judge_target: Judge, scenarios: list[Scenario]):
    """Other codes, pages, tokens, ports and headers than the mock's: no MUST, no SHOULD fails."""
    chosen = [one for one in scenarios if CHROMIUM or "browser" not in one.needs]
    with PlainBackpack(accounts=None, expires=LIFE) as backpack:
        outcomes = judge_target(backpack.root, chosen, wait_expiry=LIFE + 5.0)
    accused = {name for name in failed(outcomes) if requirements()[name].level is not Level.MAY}
    assert accused == set()
    open_ = {name for name, found in outcomes.items() if Outcome.CANT_TELL in found}
    assert open_ == set()


def test_a_backpack_with_two_accounts_can_be_judged(judge_target: Judge, scenarios: list[Scenario]):
    """Where nobody can make an account, the given ones are used, one scenario after the other."""
    accounts = {"ada@example.org": "difference engine", "grace@example.org": "first bug"}
    chosen = [one for one in scenarios if one.id in ("issue-wrong-earner", "revoke-spares-others")]
    with PlainBackpack(accounts=accounts) as backpack:
        outcomes = judge_target(backpack.root, chosen, accounts=accounts)
    assert failed(outcomes) == set()
    assert set(outcomes["BC-ISSUE-09"]) == {Outcome.PASSED}


@pytest.mark.parametrize("waiting", [0.0, 1.0])
def test_expiry_without_a_clock_is_untested(
    waiting: float, judge_target: Judge, scenarios: list[Scenario]
):
    """What nobody measured is not green: the reason names the option that would help."""
    chosen = [one for one in scenarios if one.id == "token-after-expiry"]
    with PlainBackpack(accounts=None, expires=3600) as backpack:
        outcomes = judge_target(backpack.root, chosen, wait_expiry=waiting)
    assert outcomes["BC-TOKEN-10"] == {Outcome.UNTESTED}
