"""Wrong ways of reading the members of a document."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right
from mock_backpack.openbadges import award as judging
from mock_backpack.openbadges import fetch, walk
from mock_backpack.openbadges.complaint import invalid
from mock_backpack.openbadges.fetch import Fetched, Fetcher
from mock_backpack.openbadges.members import ASSERTION_05, Member, is_url
from mock_backpack.openbadges.walk import Document

LIKE_A_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?")
ISSUED = 1_403_784_577
"""A right time, in unix seconds."""
NAN = b": NaN"
LAST_SECOND = 253_402_300_799
"""The end of the year 9999, in unix seconds."""
TINY_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


@defect(
    "document.crashes-on-null-class",
    fetch.got,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-15"),
    since="0.2",
)
async def crashes_on_a_null_class(
    right: Right, fetcher: Fetcher, document: str, url: str
) -> Fetched:
    """A badge class that is the JSON value null causes a server error."""
    fetched: Fetched = await right(fetcher, document, url)
    if document == "badge class" and fetched.content == b"null":
        raise Crash("Cannot read property 'name' of null")
    return fetched


@defect(
    "document.crashes-on-null-issuer",
    fetch.got,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-15"),
    since="0.2",
)
async def crashes_on_a_null_issuer(
    right: Right, fetcher: Fetcher, document: str, url: str
) -> Fetched:
    """An issuer that is the JSON value null causes a server error."""
    fetched: Fetched = await right(fetcher, document, url)
    if document == "issuer" and fetched.content == b"null":
        raise Crash("Cannot read property 'url' of null")
    return fetched


def _checked_with(
    right: Right, document: str, value: Document, table: Mapping[str, Member], change: Document
) -> None:
    """Check a copy with some members changed; the document takes them over when it is right."""
    right(document, {**value, **change}, table)
    value.update(change)


@defect(
    "document.null-is-empty",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def takes_null_for_empty(
    right: Right, document: str, value: Document, table: Mapping[str, Member]
) -> None:
    """A description that is null counts as an empty one."""
    is_null = document == "badge class" and value.get("description", "") is None
    _checked_with(right, document, value, table, {"description": ""} if is_null else {})


@defect(
    "document.unwraps-arrays",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def unwraps_arrays(
    right: Right, document: str, value: Document, table: Mapping[str, Member]
) -> None:
    """An array instead of a member's value counts as its first item."""
    single = {
        name: found[0]
        for name, found in value.items()
        if isinstance(found, list) and len(found) == 1 and name in ("name", "criteria", "issuer")
    }
    _checked_with(right, document, value, table, single)


@defect(
    "document.signed-needs-no-time",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def signed_needs_no_time(
    right: Right, document: str, value: Document, table: Mapping[str, Member]
) -> None:
    """A signed assertion needs no issuedOn."""
    verify = value.get("verify")
    is_signed = isinstance(verify, dict) and verify.get("type") == "signed"
    given = {"issuedOn": ISSUED} if is_signed and "issuedOn" not in value else {}
    _checked_with(right, document, value, table, given)


@defect(
    "document.no-fractions-of-a-second",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-01",),
    since="0.2",
)
def reads_no_fractions(
    right: Right, document: str, value: Document, table: Mapping[str, Member]
) -> None:
    """A time with fractions of a second is refused."""
    if document == "assertion" and "." in str(value.get("expires", "")):
        raise invalid("assertion", "expires", "a time in whole seconds", value["expires"])
    right(document, value, table)


@defect(
    "document.crashes-on-impossible-time",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-15"),
    since="0.2",
)
def crashes_on_an_impossible_time(
    right: Right, document: str, value: Document, table: Mapping[str, Member]
) -> None:
    """A time with an invalid month, day or hour causes a server error."""
    for name in ("issuedOn", "expires"):
        written = value.get(name)
        if (
            isinstance(written, str)
            and LIKE_A_TIME.match(written)
            and not table[name].is_right(written)
        ):
            raise Crash("day is out of range for month")
    right(document, value, table)


@defect(
    "document.takes-what-is-like-a-time",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def takes_what_is_like_a_time(
    right: Right, document: str, value: Document, table: Mapping[str, Member]
) -> None:
    """An issuedOn that only looks like a time is accepted."""
    written = value.get("issuedOn")
    is_timelike = isinstance(written, str) and LIKE_A_TIME.match(written)
    _checked_with(right, document, value, table, {"issuedOn": ISSUED} if is_timelike else {})


@defect(
    "document.crashes-on-time-without-zone",
    walk.is_over,
    endpoints=("issue",),
    breaks=("BC-ISSUE-15", "BC-ISSUE-22"),
    since="0.2",
)
def compares_naive_times(right: Right, expires: Any, now: float) -> bool:
    """A badge whose expires has no time zone causes a server error."""
    if isinstance(expires, str) and LIKE_A_TIME.fullmatch(expires):
        raise Crash("can't compare offset-naive and offset-aware datetimes")
    return bool(right(expires, now))


@defect(
    "document.crashes-on-nan", fetch.got, endpoints=("issue",), breaks=("BC-ISSUE-15",), since="0.2"
)
async def crashes_on_nan(right: Right, fetcher: Fetcher, document: str, url: str) -> Fetched:
    """A document that contains NaN causes a server error."""
    fetched: Fetched = await right(fetcher, document, url)
    if NAN in fetched.content:
        raise Crash("cannot convert float NaN to integer")
    return fetched


@defect(
    "document.crashes-on-milliseconds",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-15",),
    since="0.2",
)
def reads_seconds_only(
    right: Right, document: str, value: Document, table: Mapping[str, Member]
) -> None:
    """A time in unix milliseconds causes a server error."""
    written = value.get("issuedOn")
    if isinstance(written, int) and written > LAST_SECOND:
        raise Crash("year 46454 is out of range")
    right(document, value, table)


@defect(
    "document.unread-descriptions",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def reads_no_descriptions(
    right: Right, document: str, value: Document, table: Mapping[str, Member]
) -> None:
    """The description of an issuer may be of any type."""
    if document == "issuer" and "description" in value:
        _checked_with(right, document, value, table, {"description": str(value["description"])})
    else:
        right(document, value, table)


@defect(
    "document.trusts-data-images",
    judging.pictured,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
async def trusts_data_images(right: Right, fetcher: Fetcher, document: str, url: str) -> Fetched:
    """The content of a data: URL without base64 is not checked."""
    is_plain = url.startswith("data:image/png,")
    return Fetched(url, 200, TINY_SVG) if is_plain else await right(fetcher, document, url)


@defect(
    "document.crashes-on-odd-old-paths",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-15",),
    since="0.2",
)
def joins_origin_and_path(
    right: Right, document: str, value: Document, table: Mapping[str, Member]
) -> None:
    """A 0.5 image path that does not form a URL with the origin causes a server error."""
    badge = value.get("badge")
    issuer = badge.get("issuer") if isinstance(badge, dict) else None
    if isinstance(badge, dict) and isinstance(issuer, dict):
        origin, path = issuer.get("origin"), badge.get("image")
        if isinstance(origin, str) and isinstance(path, str) and not is_url(path):
            _check_port(origin + path)
    right(document, value, table)


def _check_port(url: str) -> None:
    """Crash on a URL whose port is none."""
    try:
        urlsplit(url).port  # noqa: B018 - it raises
    except ValueError as error:
        raise Crash("Port could not be cast to integer value") from error


@defect(
    "document.refuses-a-slash-behind-the-origin",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-18",),
    since="0.2",
)
def refuses_a_slash_behind_the_origin(
    right: Right, document: str, value: Document, table: Mapping[str, Member]
) -> None:
    """A slash behind the origin of a 0.5 badge is refused."""
    right(document, value, table)
    if table is ASSERTION_05 and value["badge"]["issuer"]["origin"].endswith("/"):
        raise invalid(document, "badge.issuer.origin", "an origin", "a path")


@defect(
    "document.refuses-paths-in-old-badges",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-18",),
    since="0.2",
)
def refuses_paths_in_old_badges(
    right: Right, document: str, value: Document, table: Mapping[str, Member]
) -> None:
    """Paths in place of URLs in a 0.5 badge are refused."""
    right(document, value, table)
    if table is ASSERTION_05 and value["badge"]["criteria"].startswith("/"):
        raise invalid(document, "badge.criteria", "a URL", "a path")


@defect(
    "document.knows-no-signed-1-1",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-18",),
    since="0.2",
)
def knows_no_signed_badge_of_1_1(
    right: Right, document: str, value: Document, table: Mapping[str, Member]
) -> None:
    """A signed assertion of Open Badges 1.1 is refused."""
    right(document, value, table)
    if document == "assertion" and "@context" in value and value["verify"]["type"] == "signed":
        raise invalid(document, "@context", "no such member", "an assertion of 1.1")
