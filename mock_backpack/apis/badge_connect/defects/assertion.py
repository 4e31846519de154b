"""Wrong judgements of pushed assertions."""

from collections.abc import Mapping
from typing import Any

from mock_backpack.apis.badge_connect import handlers
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right
from mock_backpack.openbadges.members import Member
from mock_backpack.openbadges.recipient import recipient_of
from mock_backpack.openbadges.two import judge
from mock_backpack.openbadges.two.judge import Document, Judge, Verified

AT = ("assertions",)


@defect(
    "assertion.unverified",
    handlers.judged,
    endpoints=AT,
    breaks=("BC21-POST-11", "BC21-POST-12", "BC21-POST-13", "BC21-POST-18", "BC21-POST-19"),
    since="0.2",
)
async def unverified(right: Right, judging: Judge, pushed: Any) -> Verified:
    """What was sent is stored unverified."""
    recipient = recipient_of(pushed) if isinstance(pushed, dict) else None
    if recipient is None or not isinstance(pushed.get("id"), str):
        verified: Verified = await right(judging, pushed)
        return verified
    return Verified(pushed, recipient[0])


@defect(
    "assertion.trusts-the-copy",
    judge.what_counts,
    endpoints=AT,
    breaks=("BC21-POST-11", "BC21-POST-12", "BC21-POST-13"),
    since="0.2",
)
def trusts_the_copy(_right: Right, _hosted: Document, posted: Document) -> Document:
    """The copy that was sent counts."""
    return posted


@defect(
    "assertion.checks-no-members",
    judge.check,
    endpoints=AT,
    breaks=("BC21-POST-11",),
    since="0.2",
)
def checks_no_members(
    right: Right, name: str, document: Document, table: Mapping[str, Member]
) -> None:
    """Texts of a badge class may be missing."""
    is_class = name == "badge class"
    spared = ("name", "description") if is_class else ()
    right(name, document, {key: member for key, member in table.items() if key not in spared})


@defect(
    "assertion.from-anywhere",
    judge.check_place,
    endpoints=AT,
    breaks=("BC21-POST-18",),
    since="0.2",
)
def from_anywhere(_right: Right, _url: str, _document: str, _issuer: Document) -> None:
    """Documents may be on any host."""


@defect(
    "assertion.any-key",
    judge.check_linked_key,
    endpoints=AT,
    breaks=("BC21-POST-11",),
    since="0.2",
)
def any_key(_right: Right, _url: str, _linked: list[str]) -> None:
    """A key that the issuer does not link to is accepted."""


@defect(
    "assertion.any-owner",
    judge.check_owner,
    endpoints=AT,
    breaks=("BC21-POST-11",),
    since="0.2",
)
def any_owner(_right: Right, _key: Document, _issuer: Document) -> None:
    """A key of another owner is accepted."""


@defect(
    "assertion.ignores-the-list",
    judge.reason_of,
    endpoints=AT,
    breaks=("BC21-POST-13",),
    since="0.2",
)
def ignores_the_list(_right: Right, _revocations: Document, _assertion: Document) -> str:
    """The revocation list is ignored."""
    return ""
