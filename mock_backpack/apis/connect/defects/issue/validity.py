"""Wrong ways of judging whether a badge is valid."""

import hashlib
from collections.abc import Mapping
from typing import Any

from attrs import evolve

from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right
from mock_backpack.openbadges import award as judging
from mock_backpack.openbadges import fetch, images, signature, walk
from mock_backpack.openbadges.complaint import InvalidBadge
from mock_backpack.openbadges.fetch import Fetched, Fetcher
from mock_backpack.openbadges.members import Member
from mock_backpack.openbadges.walk import Document

SNIFFED = 256
"""Bytes that a careless server wants to see before it knows what an image is."""


@defect(
    "issue.skips-signature",
    signature.verify,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-SAFE-08"),
    since="0.1",
)
def skips_the_signature(right: Right, text: str, pem: bytes) -> None:
    """Signatures are not verified."""


@defect(
    "issue.skips-revocation",
    walk.is_revoked,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.1",
)
def skips_revocation(_right: Right, _revoked: Document, _ids: set[Any]) -> str:
    """The issuer's revocation list is not checked."""
    return ""


@defect(
    "issue.skips-image",
    images.is_badge_image,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.1",
)
def skips_the_image(_right: Right, _content: bytes) -> bool:
    """Anything is accepted as an image."""
    return True


@defect(
    "issue.takes-any-xml-as-image",
    images.is_badge_image,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def takes_any_xml(right: Right, content: bytes) -> bool:
    """Any XML document is accepted as an SVG image."""
    return bool(right(content)) or content.startswith(b"<")


@defect(
    "issue.trusts-png-signature",
    images.is_badge_image,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def looks_at_the_signature(right: Right, content: bytes) -> bool:
    """Only the first bytes of a PNG image are checked."""
    return bool(right(content)) or content.startswith(images.PNG_SIGNATURE)


@defect(
    "issue.searches-png",
    images.is_badge_image,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def searches_a_png(right: Right, content: bytes) -> bool:
    """A PNG signature is accepted anywhere in an image."""
    return bool(right(content)) or images.PNG_SIGNATURE in content[1:]


@defect(
    "issue.crashes-on-data-image",
    judging.pictured,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-15"),
    since="0.2",
)
async def crashes_on_broken_base64(
    right: Right, fetcher: Fetcher, document: str, url: str
) -> Fetched:
    """Broken base64 in a data: image causes a server error."""
    try:
        fetched: Fetched = await right(fetcher, document, url)
    except InvalidBadge as error:
        if url.startswith("data:"):
            raise Crash("Incorrect padding") from error
        raise
    return fetched


@defect(
    "issue.crashes-on-unknown-hash",
    walk.is_well_hashed,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-15"),
    since="0.2",
)
def crashes_on_an_unknown_hash(right: Right, identity: str) -> bool:
    """A hashed recipient whose algorithm is missing or unknown causes a server error."""
    is_right = bool(right(identity))
    if identity.partition("$")[0] not in hashlib.algorithms_available:
        raise Crash("unsupported hash type")
    return is_right


@defect(
    "issue.skips-verify-type",
    walk.is_of_kind,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def takes_either_kind(_right: Right, _assertion: Document, _kind: str) -> bool:
    """A hosted badge may have the verify type signed, and a signed badge the type hosted."""
    return True


@defect(
    "issue.skips-verify-url",
    walk.is_same_assertion,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.1",
)
def skips_the_copy(_right: Right, _copy: Document, _assertion: Document) -> bool:
    """A different assertion at verify.url is accepted."""
    return True


@defect(
    "issue.skips-optional-members",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.1",
)
def checks_required_members_only(
    right: Right, document: str, value: Document, table: Mapping[str, Member]
) -> None:
    """Invalid optional members are dropped."""
    for name, member in table.items():
        if not member.required and name in value and not member.is_right(value[name]):
            del value[name]
    right(document, value, table)


@defect(
    "issue.accepts-gone", fetch.is_good, endpoints=("issue",), breaks=("BC-ISSUE-07",), since="0.1"
)
def reads_whatever_comes(_right: Right, status: int) -> bool:
    """A document is read whatever the status of its response."""
    return 200 <= status < 600


@defect(
    "issue.refuses-tiny-images",
    images.is_badge_image,
    endpoints=("issue",),
    breaks=("BC-ISSUE-01",),
    since="0.1",
)
def refuses_tiny_images(right: Right, content: bytes) -> bool:
    """A badge whose image has fewer than 256 bytes is refused."""
    return len(content) >= SNIFFED and right(content)


@defect(
    "issue.follows-no-redirects",
    fetch.limits,
    endpoints=("issue",),
    breaks=("BC-ISSUE-21",),
    since="0.2",
)
def follows_nothing(right: Right, policy: FetchPolicy) -> FetchPolicy:
    """A hosted document that redirects is refused."""
    bounds: FetchPolicy = right(policy)
    return evolve(bounds, redirects=0)


@defect(
    "issue.crashes-on-redirect-loop",
    fetch.got,
    endpoints=("issue",),
    breaks=("BC-ISSUE-21",),
    since="0.2",
)
async def crashes_on_a_loop(right: Right, fetcher: Fetcher, document: str, url: str) -> Fetched:
    """A redirect loop causes a server error."""
    try:
        fetched: Fetched = await right(fetcher, document, url)
    except fetch.TooManyRedirects as error:
        raise Crash("maximum call stack size exceeded") from error
    return fetched


@defect(
    "issue.accepts-expired-badge",
    walk.is_over,
    endpoints=("issue",),
    breaks=("BC-ISSUE-22",),
    since="0.2",
)
def accepts_expired(_right: Right, _expires: Any, _now: float) -> bool:
    """An expired badge is accepted."""
    return False


@defect(
    "issue.short-documents-only",
    fetch.limits,
    endpoints=("issue",),
    breaks=("BC-ISSUE-24",),
    since="0.2",
)
def reads_the_beginning(right: Right, policy: FetchPolicy) -> FetchPolicy:
    """Documents of more than 48,000 bytes are refused."""
    bounds: FetchPolicy = right(policy)
    return evolve(bounds, most_bytes=48_000)
