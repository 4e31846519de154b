"""The data of a Backpack, without a server."""

from mock_backpack.core.backpack import FORGOTTEN, REMEMBERED, Backpack
from tests.mock_backpack.hand_issuer import ADA

ORIGIN = "https://issuer.example"


def test_a_refresh_that_began_before_a_revocation_is_revoked_by_the_next() -> None:
    """A grant that comes to life again, as with a careless refresh, is its earner's again."""
    backpack = Backpack()
    backpack.earner(ADA)
    found = backpack.grant(ADA, ORIGIN, ("issue",))
    assert backpack.revoke(ADA, ORIGIN) == 1
    again = backpack.refresh(found)
    assert backpack.grants_of(ADA) == [again]
    assert backpack.revoke(ADA, ORIGIN) == 1
    assert backpack.grant_by_access(again.tokens.access) is None


def test_the_newest_dead_tokens_are_remembered_and_the_oldest_forgotten() -> None:
    backpack = Backpack()
    grant = first = backpack.grant(ADA, ORIGIN, ("issue",))
    for _ in range((REMEMBERED + FORGOTTEN) // 2 + 1):  # each refresh ends a pair
        last, grant = grant, backpack.refresh(grant)
    assert backpack.death_of(first.tokens.refresh) is None
    assert backpack.death_of(last.tokens.refresh) == "spent"
    assert REMEMBERED <= len(backpack.holdings().dead) <= REMEMBERED + FORGOTTEN
