"""Wrong judgements of pushed assertions."""

from collections.abc import Mapping
from typing import Any

from mock_backpack.apis.badge_connect import handlers
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right
from mock_backpack.openbadges.members import Member
from mock_backpack.openbadges.recipient import Recipient
from mock_backpack.openbadges.two import judge
from mock_backpack.openbadges.two.judge import Document, Judge, Verified

AT = ("assertions",)


@defect(
    "assertion.unverified",
    handlers.judged,
    endpoints=AT,
    breaks=("BC21-POST-11", "BC21-POST-12", "BC21-POST-13", "BC21-POST-18"),
    since="0.2",
)
async def unverified(right: Right, judging: Judge, pushed: Any) -> Verified:
    """What was sent is stored unverified."""
    if not isinstance(pushed, dict) or not isinstance(pushed.get("recipient"), dict):
        verified: Verified = await right(judging, pushed)
        return verified
    recipient = pushed["recipient"]
    parts = (recipient.get("identity", ""), recipient.get("hashed", False), recipient.get("salt"))
    return Verified({"id": "", **pushed}, Recipient(*parts))


@defect(
    "assertion.trusts-the-copy",
    judge.what_counts,
    endpoints=AT,
    breaks=("BC21-POST-12",),
    since="0.2",
)
def trusts_the_copy(_right: Right, _hosted: Document, posted: Document) -> Document:
    """The copy that was sent counts."""
    return posted


@defect(
    "assertion.ignores-revocation",
    judge.check_revoked,
    endpoints=AT,
    breaks=("BC21-POST-13",),
    since="0.2",
)
def ignores_revocation(_right: Right, _assertion: Document) -> None:
    """A revoked assertion is accepted."""


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
    """The members of a badge class are not checked."""
    if name != "badge class":
        right(name, document, table)


@defect(
    "assertion.any-kind",
    judge.check_kind,
    endpoints=AT,
    breaks=("BC21-POST-11",),
    since="0.2",
)
def any_kind(_right: Right, _verification: Mapping[str, Any], _kinds: tuple[str, ...]) -> None:
    """The kind of verification does not matter."""


@defect(
    "assertion.ignores-expiry",
    judge.check_expiry,
    endpoints=AT,
    breaks=("BC21-POST-11",),
    since="0.2",
)
def ignores_expiry(_right: Right, _assertion: Document, _now: float) -> None:
    """An expired badge is accepted."""


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
    breaks=("BC21-POST-11",),
    since="0.2",
)
def ignores_the_list(_right: Right, _revocations: Document, _assertion: Document) -> str:
    """The revocation list is ignored."""
    return ""
