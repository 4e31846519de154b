"""Wrong judgements of pushed assertions."""

from collections.abc import Mapping
from typing import Any

from mock_backpack.apis.badge_connect import handlers
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right
from mock_backpack.openbadges import recipient, signature
from mock_backpack.openbadges.complaint import invalid
from mock_backpack.openbadges.members import Member
from mock_backpack.openbadges.recipient import Recipient, recipient_of
from mock_backpack.openbadges.two import judge
from mock_backpack.openbadges.two.judge import Document, Judge, Verified

AT = ("assertions",)


@defect(
    "assertion.unverified",
    handlers.judged,
    endpoints=AT,
    breaks=(
        *("BC21-POST-11", "BC21-POST-12", "BC21-POST-13", "BC21-POST-18", "BC21-POST-19"),
        "BC-SAFE-07",
    ),
    since="0.2",
)
async def unverified(right: Right, judging: Judge, pushed: Any) -> Verified:
    """What was sent is stored unverified."""
    named = recipient_of(pushed) if isinstance(pushed, dict) else None
    if named is None or not isinstance(pushed.get("id"), str):
        verified: Verified = await right(judging, pushed)
        return verified
    return Verified(pushed, named[0])


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


@defect(
    "assertion.no-plain-recipients",
    recipient.is_for,
    endpoints=AT,
    breaks=("BC21-POST-14",),
    since="0.2",
)
def no_plain_recipients(right: Right, named: Recipient, email: str) -> bool:
    """A recipient that is not hashed is never the earner."""
    return named.hashed and bool(right(named, email))


@defect(
    "assertion.no-salt",
    recipient.salt_of,
    endpoints=AT,
    breaks=("BC21-POST-14",),
    since="0.2",
)
def no_salt(_right: Right, _recipient: Recipient) -> str:
    """The salt of a recipient is not used."""
    return ""


@defect(
    "assertion.no-verify",
    judge.check_kind,
    endpoints=AT,
    breaks=("BC21-POST-14",),
    since="0.2",
)
def no_verify(right: Right, verification: Mapping[str, Any], kinds: tuple[str, ...]) -> None:
    """The old type hosted or signed is refused."""
    if verification.get("type") in ("hosted", "signed"):
        raise invalid("assertion", "verification", "HostedBadge or SignedBadge", "an old type")
    right(verification, kinds)


@defect(
    "assertion.one-type",
    judge.check,
    endpoints=AT,
    breaks=("BC21-POST-14",),
    since="0.2",
)
def one_type(right: Right, name: str, document: Document, table: Mapping[str, Member]) -> None:
    """Types must be texts."""
    if isinstance(document.get("type"), list):
        raise invalid(name, "type", "a text", "an array")
    right(name, document, table)


@defect(
    "assertion.no-narrative",
    judge.check,
    endpoints=AT,
    breaks=("BC21-POST-14",),
    since="0.2",
)
def no_narrative(right: Right, name: str, document: Document, table: Mapping[str, Member]) -> None:
    """Criteria must be a URL."""
    if isinstance(document.get("criteria"), dict):
        raise invalid(name, "criteria", "a URL", "an object")
    right(name, document, table)


@defect(
    "assertion.utc-only",
    judge.check,
    endpoints=AT,
    breaks=("BC21-POST-14",),
    since="0.2",
)
def utc_only(right: Right, name: str, document: Document, table: Mapping[str, Member]) -> None:
    """Times must end with Z."""
    if not str(document.get("issuedOn", "Z")).endswith("Z") and name == "assertion":
        raise invalid(name, "issuedOn", "a time in UTC", "another zone")
    right(name, document, table)


@defect(
    "assertion.issuer-alone",
    judge.check_place,
    endpoints=AT,
    breaks=("BC21-POST-18",),
    since="0.2",
)
def issuer_alone(right: Right, url: str, document: str, issuer: Document) -> None:
    """Where its issuer allows other places, they are not read."""
    right(url, document, {name: issuer[name] for name in issuer if name != "verification"})


@defect(
    "assertion.starts-alone",
    judge.check_place,
    endpoints=AT,
    breaks=("BC21-POST-18",),
    since="0.2",
)
def starts_alone(right: Right, url: str, document: str, issuer: Document) -> None:
    """Where its issuer allows other origins by allowedOrigins, they are not read."""
    rules = dict(issuer.get("verification") or {})
    rules.pop("allowedOrigins", None)
    right(url, document, {**issuer, "verification": rules})


@defect(
    "assertion.either-kind",
    judge.check_kind,
    endpoints=AT,
    breaks=("BC21-POST-11",),
    since="0.2",
)
def either_kind(_right: Right, _verification: Mapping[str, Any], _kinds: tuple[str, ...]) -> None:
    """The type of verification is not looked at."""


@defect(
    "assertion.revoked-is-fine",
    judge.check_revoked,
    endpoints=AT,
    breaks=("BC21-POST-13",),
    since="0.2",
)
def revoked_is_fine(_right: Right, _assertion: Document) -> None:
    """An assertion that says that it was revoked is accepted."""


@defect(
    "assertion.objects-are-not-revoked",
    judge.reason_of,
    endpoints=AT,
    breaks=("BC21-POST-13",),
    since="0.2",
)
def objects_are_not_revoked(right: Right, revocations: Document, assertion: Document) -> str:
    """In a revocation list only texts count."""
    listed = revocations.get("revokedAssertions")
    kept = [entry for entry in listed if isinstance(entry, str)] if isinstance(listed, list) else []
    return str(right({**revocations, "revokedAssertions": kept}, assertion))


@defect(
    "assertion.any-signature",
    signature.verify,
    endpoints=AT,
    breaks=("BC21-POST-11",),
    since="0.2",
)
def any_signature(_right: Right, _jws: str, _pem: bytes) -> None:
    """Signatures are not verified."""
