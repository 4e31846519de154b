"""Documents that are fetched from anywhere, however long they are."""

from attrs import evolve

from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right
from mock_backpack.openbadges import fetch


@defect(
    "safety.fetches-anything",
    fetch.check_place,
    endpoints=("issue", "assertions", "credentials"),
    breaks=("BC-SAFE-06",),
    since="0.2",
)
def fetches_anything(
    _right: Right, _policy: FetchPolicy, _document: str, _at: str, _asked: str
) -> None:
    """Documents are fetched from any address."""


@defect(
    "safety.redirects-anywhere",
    fetch.check_place,
    endpoints=("issue", "assertions", "credentials"),
    breaks=("BC-SAFE-06",),
    since="0.2",
)
def follows_anywhere(
    right: Right, policy: FetchPolicy, document: str, _at: str, asked: str
) -> None:
    """Redirects are followed to any address."""
    right(policy, document, asked, asked)


@defect(
    "safety.no-size-limit",
    fetch.limits,
    endpoints=("issue", "assertions", "credentials"),
    breaks=("BC-SAFE-07",),
    since="0.2",
)
def reads_any_size(right: Right, policy: FetchPolicy) -> FetchPolicy:
    """Documents have no size limit."""
    bounds: FetchPolicy = right(policy)
    return evolve(bounds, most_bytes=2**40)
