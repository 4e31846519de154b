"""Wrong ways of taking a permission back."""

from collections.abc import Callable
from weakref import WeakKeyDictionary

from mock_backpack import backpack, bearer, pages
from mock_backpack.backpack import Backpack, Badge, Earner, Grant, Tokens
from mock_backpack.seams import Crash, Right, defect

Dies = Callable[[Grant], bool]


@defect("revoke.fails", pages.take_back, breaks=("BC-REVOKE-01",))
def fails(_right: Right, _kept: Backpack, _earner: str, _origin: str) -> None:
    """Revoking ends in a server error."""
    raise Crash("no such table: revocations")


@defect(
    "revoke.does-nothing",
    pages.take_back,
    breaks=("BC-REVOKE-02", "BC-REVOKE-03", "BC-TOKEN-14"),
)
def does_nothing(_right: Right, _kept: Backpack, _earner: str, _origin: str) -> None:
    """Revoking leaves everything as it is."""


@defect(
    "revoke.kills-refresh-only",
    backpack.killed_by_revocation,
    breaks=("BC-REVOKE-02", "BC-REVOKE-03"),
)
def spares_access_tokens(_right: Right, tokens: Tokens) -> tuple[str, ...]:
    """Access tokens work after the earner has revoked."""
    return (tokens.refresh,)


@defect("revoke.kills-one-grant", backpack.revoked_by, breaks=("BC-REVOKE-03",))
def kills_one_grant(right: Right, earner: str, origin: str) -> Dies:
    """Only the oldest grant of the origin dies."""
    dies: Dies = right(earner, origin)
    dead: list[Grant] = []

    def is_the_first(grant: Grant) -> bool:
        if dead or not dies(grant):
            return False
        dead.append(grant)
        return True

    return is_the_first


@defect("revoke.kills-all-origins", backpack.revoked_by, breaks=("BC-REVOKE-03",))
def kills_all_origins(_right: Right, earner: str, _origin: str) -> Dies:
    """The grants of all origins die."""
    return lambda grant: grant.earner == earner


@defect("revoke.kills-all-earners", backpack.revoked_by, breaks=("BC-REVOKE-03",))
def kills_all_earners(_right: Right, _earner: str, origin: str) -> Dies:
    """The grants of all earners die."""
    return lambda grant: grant.origin == origin


@defect("revoke.removes-badges", backpack.kept_badges, breaks=("BC-REVOKE-04",))
def removes_badges(_right: Right, _earner: Earner) -> dict[tuple[str, str], Badge]:
    """The earner's badges go with the permission."""
    return {}


_first_grants: WeakKeyDictionary[Backpack, dict[tuple[str, str], int]] = WeakKeyDictionary()
"""Number of the first grant of each earner and origin that was used."""


@defect("revoke.for-ever", bearer.find_grant, breaks=("BC-REVOKE-04", "BC-REVOKE-06"))
def never_forgives(right: Right, kept: Backpack, token: str) -> Grant | None:
    """A new grant of an origin that was revoked once does not work."""
    grant: Grant | None = right(kept, token)
    first_seen = _first_grants.setdefault(kept, {})
    if grant is None:
        return None
    first = first_seen.setdefault((grant.earner, grant.origin), grant.number)
    gone = all(one.number != first for one in kept.grants())
    return None if gone else grant
