"""Wrong ways of reading a revocation list."""

from typing import Any

from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right
from mock_backpack.openbadges import fetch, walk
from mock_backpack.openbadges.fetch import Fetched, Fetcher
from mock_backpack.openbadges.walk import Document


@defect(
    "document.unread-revocations-are-empty",
    fetch.got,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
async def reads_nothing_as_empty(
    right: Right, fetcher: Fetcher, document: str, url: str
) -> Fetched:
    """A revocation list that cannot be fetched counts as an empty one."""
    fetched: Fetched = await right(fetcher, document, url)
    if document == "revocation list" and fetched.status != 200:
        return Fetched(url, 200, b"{}")
    return fetched


@defect(
    "document.odd-revocations-are-empty",
    fetch.got,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
async def reads_odd_lists_as_empty(
    right: Right, fetcher: Fetcher, document: str, url: str
) -> Fetched:
    """A revocation list that is not a JSON object counts as an empty one."""
    fetched: Fetched = await right(fetcher, document, url)
    if document == "revocation list" and not fetched.content.startswith(b"{"):
        return Fetched(url, 200, b"{}")
    return fetched


@defect(
    "document.revokes-with-reason-only",
    walk.is_revoked,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def wants_a_reason(right: Right, revoked: Document, ids: set[Any]) -> str:
    """An entry of the revocation list without a reason revokes nothing."""
    return str(right({uid: reason for uid, reason in revoked.items() if reason}, ids))


@defect(
    "document.null-revokes-nothing",
    walk.is_revoked,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def forgives_null(right: Right, revoked: Document, ids: set[Any]) -> str:
    """An entry of the revocation list that is null revokes nothing."""
    return str(right({uid: why for uid, why in revoked.items() if why is not None}, ids))


@defect(
    "document.reads-the-first-revocation-only",
    walk.is_revoked,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def reads_the_first_entry(right: Right, revoked: Document, ids: set[Any]) -> str:
    """Only the first entry of a revocation list is read."""
    return str(right(dict(list(revoked.items())[:1]), ids))
