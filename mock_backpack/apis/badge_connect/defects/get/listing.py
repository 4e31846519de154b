"""Wrong lists of assertions."""

import re
from typing import Any

from aiohttp import web
from attrs import evolve
from multidict import MultiMapping

from mock_backpack.apis import paging
from mock_backpack.apis.badge_connect import handlers
from mock_backpack.apis.badge_connect.envelope import refusal
from mock_backpack.apis.badge_connect.paging import invalid
from mock_backpack.apis.paging import BadQuery, Page
from mock_backpack.core.backpack import Badge
from mock_backpack.core.errors import ApiError
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("assertions",)
ZONE = re.compile(r"(?<=T..:..:..)[+-]\d\d:?\d\d$")


@defect(
    "get.results",
    handlers.listed_members,
    endpoints=AT,
    breaks=("BC21-GET-01", "BC21-GET-15"),
    since="0.2",
)
def results(right: Right, part: list[Badge]) -> dict[str, Any]:
    """The badges are in a member of another name."""
    members: dict[str, Any] = right(part)
    return {"results": members["assertions"], "signedAssertions": members["signedAssertions"]}


@defect(
    "get.without-id",
    handlers.listed_members,
    endpoints=AT,
    breaks=("BC21-GET-02",),
    since="0.2",
)
def without_id(right: Right, part: list[Badge]) -> dict[str, Any]:
    """Entries have no type."""
    documents = [badge.document for badge in part if not badge.signed]
    for document in documents:
        del document["type"]
    return {**right(part), "assertions": documents}


@defect(
    "get.ignores-limit",
    handlers.asked_part,
    endpoints=AT,
    breaks=("BC21-GET-04", "BC21-GET-08"),
    since="0.2",
)
def ignores_limit(right: Right, badges: list[Badge], page: Page) -> list[Badge]:
    """The limit is ignored."""
    part: list[Badge] = right(badges, evolve(page, limit=len(badges) + 1))
    return part


@defect(
    "get.ignores-offset",
    handlers.asked_part,
    endpoints=AT,
    breaks=("BC21-GET-05", "BC21-GET-08"),
    since="0.2",
)
def ignores_offset(right: Right, badges: list[Badge], page: Page) -> list[Badge]:
    """The offset is ignored."""
    part: list[Badge] = right(badges, evolve(page, offset=0))
    return part


@defect(
    "get.wrong-total",
    handlers.total,
    endpoints=AT,
    breaks=("BC21-GET-09",),
    since="0.2",
)
def wrong_total(right: Right, badges: list[Badge]) -> int:
    """The total is too high by one."""
    return int(right(badges)) + 1


@defect(
    "get.oldest-first",
    handlers.newest_first,
    endpoints=AT,
    breaks=("BC21-GET-10",),
    since="0.2",
)
def oldest_first(right: Right, badges: list[Badge]) -> list[Badge]:
    """The oldest badge is the first."""
    return [*right(badges)][::-1]


@defect(
    "get.ignores-since",
    handlers.updated_after,
    endpoints=AT,
    breaks=("BC21-GET-11",),
    since="0.2",
)
def ignores_since(_right: Right, badges: list[Badge], _page: Page) -> list[Badge]:
    """The time of the query is ignored."""
    return badges


@defect(
    "get.forgives-numbers",
    paging.number,
    endpoints=AT,
    breaks=("BC21-GET-12",),
    since="0.2",
)
def forgives_numbers(
    _right: Right, query: MultiMapping[str], name: str, usual: int, least: int
) -> int:
    """A wrong limit or offset is ignored."""
    text = query.get(name, "")
    return max(int(text), least) if text.isdecimal() and len(text) < 9 else usual


@defect(
    "get.own-members",
    handlers.listed_members,
    endpoints=AT,
    breaks=("BC21-GET-15",),
    since="0.2",
)
def own_members(right: Right, part: list[Badge]) -> dict[str, Any]:
    """The list has a member of its own."""
    return {**right(part), "count": len(part)}


@defect(
    "get.empty-404",
    handlers.newest_first,
    endpoints=AT,
    breaks=("BC21-GET-03",),
    since="0.2",
)
def empty_404(right: Right, badges: list[Badge]) -> list[Badge]:
    """An empty collection is a 404."""
    if not badges:
        raise refusal(404, "no assertions")
    listed: list[Badge] = right(badges)
    return listed


@defect(
    "get.empty-null",
    handlers.listed_members,
    endpoints=AT,
    breaks=("BC21-GET-03",),
    since="0.2",
)
def empty_null(right: Right, part: list[Badge]) -> dict[str, Any]:
    """An empty collection has a text in place of an array."""
    members: dict[str, Any] = right(part)
    return members if part else {**members, "assertions": ""}


@defect(
    "get.one-more",
    handlers.asked_part,
    endpoints=AT,
    breaks=("BC21-GET-04", "BC21-GET-08"),
    since="0.2",
)
def one_more(right: Right, badges: list[Badge], page: Page) -> list[Badge]:
    """A page has one entry more than was asked for."""
    part: list[Badge] = right(badges, evolve(page, limit=page.limit + 1))
    return part


@defect(
    "get.offset-from-one",
    handlers.asked_part,
    endpoints=AT,
    breaks=("BC21-GET-05", "BC21-GET-08"),
    since="0.2",
)
def offset_from_one(right: Right, badges: list[Badge], page: Page) -> list[Badge]:
    """An offset of one is that of the first entry."""
    part: list[Badge] = right(badges, evolve(page, offset=max(page.offset - 1, 0)))
    return part


@defect(
    "get.page-as-total",
    handlers.listed_answer,
    endpoints=AT,
    breaks=("BC21-GET-09",),
    since="0.2",
)
def page_as_total(right: Right, url: str, page: Page, badges: list[Badge]) -> web.Response:
    """The total is always 1."""
    answer: web.Response = right(url, page, badges)
    answer.headers["X-Total-Count"] = "1"
    return answer


@defect(
    "get.since-without-zone",
    handlers.updated_after,
    endpoints=AT,
    breaks=("BC21-GET-11",),
    since="0.2",
)
def since_without_zone(right: Right, badges: list[Badge], page: Page) -> list[Badge]:
    """The zone of a time is ignored."""
    bare = ZONE.sub("Z", page.since)
    listed: list[Badge] = right(badges, evolve(page, since=bare))
    return listed


@defect(
    "get.since-by-years",
    handlers.updated_after,
    endpoints=AT,
    breaks=("BC21-GET-11",),
    since="0.2",
)
def since_by_years(right: Right, badges: list[Badge], page: Page) -> list[Badge]:
    """Of a time only the year counts."""
    year = f"{page.since[:4]}-01-01T00:00:00Z" if page.since else ""
    listed: list[Badge] = right(badges, evolve(page, since=year))
    return listed


@defect(
    "get.forgives-times",
    paging.since,
    endpoints=AT,
    breaks=("BC21-GET-12",),
    since="0.2",
)
def forgives_times(right: Right, query: MultiMapping[str]) -> str:
    """A time that cannot be read is ignored."""
    try:
        return str(right(query))
    except BadQuery:
        return ""


@defect(
    "get.bad-request",
    invalid,
    endpoints=AT,
    breaks=("BC21-GET-12",),
    since="0.2",
)
def bad_request(_right: Right, message: str) -> ApiError:
    """A wrong parameter is a BAD_REQUEST."""
    return refusal(400, message)


@defect(
    "get.no-signed",
    handlers.listed_members,
    endpoints=AT,
    breaks=("BC21-GET-01", "BC21-GET-09", "BC21-POST-04"),
    since="0.2",
)
def no_signed(right: Right, part: list[Badge]) -> dict[str, Any]:
    """Signed assertions are not listed."""
    return {**right(part), "signedAssertions": []}


@defect(
    "get.no-total",
    handlers.listed_answer,
    endpoints=AT,
    breaks=("BC21-GET-09",),
    since="0.2",
)
def no_total(right: Right, url: str, page: Page, badges: list[Badge]) -> web.Response:
    """There is no X-Total-Count."""
    answer: web.Response = right(url, page, badges)
    del answer.headers["X-Total-Count"]
    return answer
