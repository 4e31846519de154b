"""Documents of a badge that the Backpack cannot get from the issuer's site."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from attrs import frozen

from mock_backpack.core.fault import Call
from mock_backpack.core.misbehaviours import Parameter, chosen, fault, within
from mock_backpack.core.seams import wrapping
from mock_backpack.openbadges import fetch
from mock_backpack.openbadges.complaint import invalid
from mock_backpack.openbadges.fetch import Fetched, Fetcher, too_long

ASSERTION = "assertion"
LASTING = ("timeout", "slow")

Right = Callable[[Fetcher, str, str], Awaitable[Fetched]]


@frozen
class Trouble:
    """A simulated problem of a fetch."""

    how: str
    status: int
    seconds: float


def instead(trouble: Trouble, fetcher: Fetcher, document: str, url: str) -> Fetched:
    """The simulated response instead of a document.

    Raises:
        InvalidBadge: in the words of the real fetcher.
    """
    match trouble.how:
        case "status":
            return Fetched(url, trouble.status, b"")
        case "timeout":
            expected = f"an answer from {url} within {trouble.seconds:g} seconds"
            raise invalid(document, "", expected, "none")
        case "oversized":
            raise too_long(document, fetcher.policy.most_bytes)
        case _:
            saw = "no connection: Connection refused"
            raise invalid(document, "", f"an answer from {url}", saw)


async def troubled(
    call: Call, is_affected: Callable[[str], bool], trouble: Trouble
) -> web.StreamResponse:
    """The answer to a request during which some documents cannot be fetched as they should."""

    async def got(right: Right, fetcher: Fetcher, document: str, url: str) -> Fetched:
        if not is_affected(document):
            return await right(fetcher, document, url)
        if trouble.how in LASTING:
            await call.sleep(trouble.seconds)
        if trouble.how == "slow":
            return await right(fetcher, document, url)
        return instead(trouble, fetcher, document, url)

    with wrapping(fetch.got, got):
        return await call.proceed()


@fault(
    "upstream.assertion_fetch",
    endpoints=("issue",),
    stresses=("BC-CLIENT-09", "BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(
        chosen("how", "refused", "timeout", "status", "slow", "oversized"),
        within("status", 500, 200, 599, "a status"),
        within("seconds", 1.0, 0, 3600, "seconds"),
    ),
    since="0.2",
)
async def cannot_fetch_the_assertion(
    call: Call, *, how: str, status: int, seconds: float
) -> web.StreamResponse:
    """The Backpack cannot fetch the assertion."""
    return await troubled(call, ASSERTION.__eq__, Trouble(how, status, seconds))


@fault(
    "upstream.linked_fetch",
    endpoints=("issue",),
    stresses=("BC-CLIENT-09", "BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(
        Parameter("document", "", "a document such as badge class, or nothing for all"),
        chosen("how", "refused", "timeout", "status", "slow", "oversized"),
        within("status", 500, 200, 599, "a status"),
        within("seconds", 1.0, 0, 3600, "seconds"),
    ),
    since="0.2",
)
async def cannot_fetch_what_is_linked(
    call: Call, *, document: str, how: str, status: int, seconds: float
) -> web.StreamResponse:
    """The Backpack cannot fetch one or all of the documents that an assertion links to."""

    def is_affected(name: str) -> bool:
        return name == document if document else name != ASSERTION

    return await troubled(call, is_affected, Trouble(how, status, seconds))
