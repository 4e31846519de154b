"""Wrong lists of assertions."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve
from multidict import MultiMapping

from mock_backpack.apis.badge_connect import handlers, paging
from mock_backpack.apis.badge_connect.paging import Page
from mock_backpack.core.backpack import Badge
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("assertions",)


@defect(
    "get.results",
    handlers.listed_members,
    endpoints=AT,
    breaks=(
        "BC21-AUTH-06",
        "BC21-GET-01",
        "BC21-GET-08",
        "BC21-GET-09",
        "BC21-GET-10",
        "BC21-GET-11",
        "BC21-GET-15",
        "BC21-POST-02",
        "BC21-POST-08",
        "BC21-POST-09",
        "BC21-REV-03",
    ),
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
    breaks=("BC21-GET-04", "BC21-GET-08", "BC21-GET-09"),
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
    "get.no-link",
    paging.links,
    endpoints=AT,
    breaks=("BC21-GET-06", "BC21-GET-08", "BC21-GET-09"),
    since="0.2",
)
def no_link(_right: Right, _url: str, _page: Page, _total: int) -> Mapping[str, str]:
    """An incomplete list has no Link."""
    return {}


@defect(
    "get.no-last",
    paging.links,
    endpoints=AT,
    breaks=("BC21-GET-07",),
    since="0.2",
)
def no_last(right: Right, url: str, page: Page, total: int) -> Mapping[str, str]:
    """The Link header has no last page."""
    headers: Mapping[str, str] = right(url, page, total)
    kept = [link for link in headers.get("Link", "").split(", ") if 'rel="last"' not in link]
    return {"Link": ", ".join(kept)} if headers else {}


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
    "get.links-forget",
    paging.links,
    endpoints=AT,
    breaks=("BC21-GET-13",),
    since="0.2",
)
def links_forget(right: Right, url: str, page: Page, total: int) -> Mapping[str, str]:
    """Links lose the time of the query."""
    headers: Mapping[str, str] = right(url, evolve(page, since=""), total)
    return headers


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
