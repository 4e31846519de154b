"""Wrong ways of fetching a document, and of reading its status."""

import json
from weakref import WeakKeyDictionary

from attrs import evolve

from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right
from mock_backpack.openbadges import fetch, walk
from mock_backpack.openbadges.complaint import InvalidBadge, invalid
from mock_backpack.openbadges.fetch import Fetched, Fetcher
from mock_backpack.openbadges.walk import Document

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
_fetched: WeakKeyDictionary[Fetcher, dict[str, Fetched]] = WeakKeyDictionary()
"""The first answer of each URL."""


async def _cached(right: Right, fetcher: Fetcher, document: str, url: str, *names: str) -> Fetched:
    known = _fetched.setdefault(fetcher, {})
    if document not in names:
        fresh: Fetched = await right(fetcher, document, url)
        return fresh
    if url not in known:
        known[url] = await right(fetcher, document, url)
    return evolve(known[url])


@defect(
    "document.caches-badge-class",
    fetch.got,
    endpoints=("issue",),
    breaks=("BC-ISSUE-06", "BC-ISSUE-07", "BC-ISSUE-16"),
    since="0.2",
)
async def caches_the_badge_class(
    right: Right, fetcher: Fetcher, document: str, url: str
) -> Fetched:
    """The badge class of a URL is fetched only once, so changes are never seen."""
    return await _cached(right, fetcher, document, url, "badge class")


@defect(
    "document.caches-issuer",
    fetch.got,
    endpoints=("issue",),
    breaks=("BC-ISSUE-06", "BC-ISSUE-07", "BC-ISSUE-16"),
    since="0.2",
)
async def caches_the_issuer(right: Right, fetcher: Fetcher, document: str, url: str) -> Fetched:
    """The issuer of a URL is fetched only once, so changes are never seen."""
    return await _cached(right, fetcher, document, url, "issuer")


@defect(
    "document.caches-image",
    fetch.got,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-16"),
    since="0.2",
)
async def caches_the_image(right: Right, fetcher: Fetcher, document: str, url: str) -> Fetched:
    """The image of a badge class is fetched only once, so changes are never seen."""
    return await _cached(right, fetcher, document, url, "badge class image")


@defect(
    "document.caches-key",
    fetch.got,
    endpoints=("issue",),
    breaks=("BC-ISSUE-05", "BC-ISSUE-16"),
    since="0.2",
)
async def caches_the_key(right: Right, fetcher: Fetcher, document: str, url: str) -> Fetched:
    """The key of a URL is fetched only once, so a new key is never used."""
    return await _cached(right, fetcher, document, url, "key")


@defect(
    "document.caches-revocations",
    fetch.got,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
async def caches_the_revocations(
    right: Right, fetcher: Fetcher, document: str, url: str
) -> Fetched:
    """The revocation list of a URL is fetched only once, so later revocations are never seen."""
    return await _cached(right, fetcher, document, url, "revocation list")


@defect(
    "document.accepts-410",
    fetch.is_good,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def accepts_gone(right: Right, status: int) -> bool:
    """A document with status 410 is read as if the status were 200."""
    return status == 410 or bool(right(status))


@defect(
    "document.accepts-403",
    fetch.is_good,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def accepts_forbidden(right: Right, status: int) -> bool:
    """A document with status 403 is read as if the status were 200."""
    return status == 403 or bool(right(status))


@defect(
    "document.no-charset", fetch.got, endpoints=("issue",), breaks=("BC-ISSUE-01",), since="0.2"
)
async def wants_the_bare_label(right: Right, fetcher: Fetcher, document: str, url: str) -> Fetched:
    """A document whose Content-Type has a charset is refused."""
    fetched: Fetched = await right(fetcher, document, url)
    if ";" in fetched.label:
        raise invalid(document, "", "application/json", fetched.label)
    return fetched


@defect(
    "document.follows-302-only",
    fetch.is_redirect,
    endpoints=("issue",),
    breaks=("BC-ISSUE-21",),
    since="0.2",
)
def follows_302_only(_right: Right, status: int) -> bool:
    """Redirects with another status than 302 are not followed."""
    return status == 302


@defect(
    "document.crashes-on-bad-redirect",
    fetch.next_url,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-15"),
    since="0.2",
)
def crashes_on_a_bad_redirect(right: Right, document: str, location: str, at: str) -> str:
    """A redirect to something that is not an http(s) URL causes a server error."""
    try:
        return str(right(document, location, at))
    except (InvalidBadge, ValueError) as error:
        raise Crash("only absolute urls are supported") from error


@defect(
    "document.accepts-302-without-location",
    fetch.is_good,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def reads_a_redirect(right: Right, status: int) -> bool:
    """A redirect without a Location is read as if it were the document."""
    return status == 302 or bool(right(status))


@defect(
    "document.takes-the-first-of-an-array",
    fetch.got,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
async def takes_the_first_of_an_array(
    right: Right, fetcher: Fetcher, document: str, url: str
) -> Fetched:
    """The first document of an array is taken for the document."""
    fetched: Fetched = await right(fetcher, document, url)
    if not fetched.content.startswith(b"[{"):
        return fetched
    return evolve(fetched, content=json.dumps(json.loads(fetched.content)[0]).encode())


@defect(
    "document.ignores-text-behind-it",
    fetch.got,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
async def ignores_text_behind_it(
    right: Right, fetcher: Fetcher, document: str, url: str
) -> Fetched:
    """Text behind the JSON of a document is ignored."""
    fetched: Fetched = await right(fetcher, document, url)
    if not fetched.content.startswith(b"{"):
        return fetched
    try:
        text = fetched.content.decode()
        _, end = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return fetched
    return evolve(fetched, content=text[:end].encode())


@defect(
    "document.assertion-image-unread",
    fetch.got,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
async def reads_no_assertion_image(
    right: Right, fetcher: Fetcher, document: str, url: str
) -> Fetched:
    """The image of an assertion is not fetched."""
    if document == "assertion image":
        return Fetched(url, 200, PICTURE)
    fetched: Fetched = await right(fetcher, document, url)
    return fetched


@defect(
    "document.follows-redirects-without-end",
    fetch.limits,
    endpoints=("issue",),
    breaks=("BC-SAFE-07",),
    since="0.2",
)
def follows_redirects_without_end(right: Right, policy: FetchPolicy) -> FetchPolicy:
    """A thousand redirects are followed."""
    right_policy: FetchPolicy = right(policy)
    return evolve(right_policy, redirects=1_000)


@defect(
    "document.compares-the-uid-of-the-copy",
    walk.is_same_assertion,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def compares_the_uid_alone(_right: Right, copy: Document, assertion: Document) -> bool:
    """The assertion at verify.url may be any with the same uid."""
    return copy.get("uid") == assertion.get("uid")
