"""Wrong lists of credentials."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from attrs import evolve
from multidict import MultiMapping

from mock_backpack.apis import paging
from mock_backpack.apis.answers import json_answer
from mock_backpack.apis.open_badges_3 import collection
from mock_backpack.apis.open_badges_3.envelope import refusal
from mock_backpack.apis.paging import Page
from mock_backpack.core.backpack import Badge
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("credentials",)
Members = dict[str, Any]
Headers = Mapping[str, str]


def without_relation(headers: Headers, relation: str) -> Headers:
    """The same links without one."""
    kept = [link for link in headers.get("Link", "").split(", ") if f'rel="{relation}"' not in link]
    return {"Link": ", ".join(kept)} if headers else {}


@defect(
    "collection.bare",
    collection.collection_answer,
    endpoints=AT,
    breaks=("OB3-GET-01", "OB3-GET-02"),
    since="0.2",
)
def bare(_right: Right, members: Members, headers: Headers) -> web.Response:
    """The list is an array."""
    return json_answer([*members["credential"], *members["compactJwsString"]], headers)


@defect(
    "collection.objects",
    collection.collection_answer,
    endpoints=AT,
    breaks=("OB3-GET-01",),
    since="0.2",
)
def objects(right: Right, members: Members, headers: Headers) -> web.Response:
    """An empty array is null."""
    answer: web.Response = right({name: members[name] or None for name in members}, headers)
    return answer


@defect(
    "collection.plural",
    collection.listed_members,
    endpoints=AT,
    breaks=("OB3-GET-02",),
    since="0.2",
)
def plural(right: Right, part: list[Badge]) -> Members:
    """Tokens are in a member with a plural as its name."""
    members: Members = right(part)
    return {
        "credential": members["credential"],
        "compactJwsStrings": members["compactJwsString"],
    }


@defect(
    "collection.results",
    collection.listed_members,
    endpoints=AT,
    breaks=("OB3-GET-02",),
    since="0.2",
)
def results(right: Right, part: list[Badge]) -> Members:
    """Credentials are in a member of another name."""
    members: Members = right(part)
    return {"results": members["credential"], "compactJwsString": members["compactJwsString"]}


@defect(
    "collection.extra", collection.listed_members, endpoints=AT, breaks=("OB3-GET-02",), since="0.2"
)
def extra(right: Right, part: list[Badge]) -> Members:
    """The list has a member of its own."""
    return {**right(part), "count": len(part)}


@defect(
    "collection.mixed",
    collection.listed_members,
    endpoints=AT,
    breaks=("OB3-GET-03", "OB3-POST-06"),
    since="0.2",
)
def mixed(right: Right, part: list[Badge]) -> Members:
    """Tokens stand among the credentials."""
    members: Members = right(part)
    return {"credential": [*members["credential"], *members["compactJwsString"]]}


@defect(
    "collection.renamed",
    collection.listed_members,
    endpoints=AT,
    breaks=("OB3-GET-04", "OB3-POST-06"),
    since="0.2",
)
def renamed(right: Right, part: list[Badge]) -> Members:
    """The name of a credential is another one than was signed."""
    documents = [badge.document for badge in part if not badge.signed]
    return {
        **right(part),
        "credential": [{**document, "name": "A badge"} for document in documents],
    }


@defect(
    "collection.without-contexts",
    collection.listed_members,
    endpoints=AT,
    breaks=("OB3-GET-04", "OB3-POST-06"),
    since="0.2",
)
def without_contexts(right: Right, part: list[Badge]) -> Members:
    """Credentials have lost their contexts."""
    documents = [badge.document for badge in part if not badge.signed]
    for document in documents:
        del document["@context"]
    return {**right(part), "credential": documents}


@defect(
    "collection.cut-tokens",
    collection.listed_members,
    endpoints=AT,
    breaks=("OB3-GET-04", "OB3-POST-06"),
    since="0.2",
)
def cut_tokens(right: Right, part: list[Badge]) -> Members:
    """Tokens have lost their signatures."""
    members: Members = right(part)
    cut = [f"{token.rpartition('.')[0]}." for token in members["compactJwsString"]]
    return {**members, "compactJwsString": cut}


@defect(
    "collection.ignores-limit",
    collection.asked_part,
    endpoints=AT,
    breaks=("OB3-GET-05", "OB3-GET-08"),
    since="0.2",
)
def ignores_limit(right: Right, badges: list[Badge], page: Page) -> list[Badge]:
    """The limit is ignored."""
    part: list[Badge] = right(badges, evolve(page, limit=len(badges) + 1))
    return part


@defect(
    "collection.ignores-offset",
    collection.asked_part,
    endpoints=AT,
    breaks=("OB3-GET-05", "OB3-GET-08"),
    since="0.2",
)
def ignores_offset(right: Right, badges: list[Badge], page: Page) -> list[Badge]:
    """The offset is ignored."""
    part: list[Badge] = right(badges, evolve(page, offset=0))
    return part


@defect(
    "collection.offset-from-1",
    collection.asked_part,
    endpoints=AT,
    breaks=("OB3-GET-05", "OB3-GET-08"),
    since="0.2",
)
def offset_from_1(right: Right, badges: list[Badge], page: Page) -> list[Badge]:
    """The offset counts from 1."""
    part: list[Badge] = right(badges, evolve(page, offset=max(page.offset - 1, 0)))
    return part


@defect(
    "collection.wrong-total", collection.total, endpoints=AT, breaks=("OB3-GET-06",), since="0.2"
)
def wrong_total(right: Right, badges: list[Badge]) -> int:
    """The total is too high by one."""
    return int(right(badges)) + 1


@defect(
    "collection.no-link",
    paging.links,
    endpoints=AT,
    breaks=("OB3-GET-07", "OB3-GET-08"),
    since="0.2",
)
def no_link(_right: Right, _url: str, _page: Page, _total: int) -> Headers:
    """An incomplete list has no Link."""
    return {}


@defect("collection.no-first", paging.links, endpoints=AT, breaks=("OB3-GET-07",), since="0.2")
def no_first(right: Right, url: str, page: Page, total: int) -> Headers:
    """The Link header has no first page."""
    return without_relation(right(url, page, total), "first")


@defect("collection.no-last", paging.links, endpoints=AT, breaks=("OB3-GET-07",), since="0.2")
def no_last(right: Right, url: str, page: Page, total: int) -> Headers:
    """The Link header has no last page."""
    return without_relation(right(url, page, total), "last")


@defect("collection.no-prev", paging.links, endpoints=AT, breaks=("OB3-GET-07",), since="0.2")
def no_prev(right: Right, url: str, page: Page, total: int) -> Headers:
    """The Link header has no previous page."""
    return without_relation(right(url, page, total), "prev")


@defect(
    "collection.dead-links",
    paging.links,
    endpoints=AT,
    breaks=("OB3-GET-07",),
    since="0.2",
)
def dead_links(right: Right, url: str, page: Page, total: int) -> Headers:
    """Nothing is at the links."""
    headers: Headers = right(f"{url}/pages", page, total)
    return headers


@defect("collection.endless", paging.links, endpoints=AT, breaks=("OB3-GET-08",), since="0.2")
def endless(right: Right, url: str, page: Page, total: int) -> Headers:
    """The last page has a next one."""
    headers: Headers = right(url, page, total)
    if not headers or 'rel="next"' in headers["Link"]:
        return headers
    return {"Link": f'{headers["Link"]}, <{url}?{page.at(page.offset)}>; rel="next"'}


@defect(
    "collection.ignores-since",
    collection.issued_after,
    endpoints=AT,
    breaks=("OB3-GET-09",),
    since="0.2",
)
def ignores_since(_right: Right, badges: list[Badge], _page: Page) -> list[Badge]:
    """The time of the query is ignored."""
    return badges


@defect(
    "collection.links-forget",
    paging.links,
    endpoints=AT,
    breaks=("OB3-GET-09",),
    since="0.2",
)
def links_forget(right: Right, url: str, page: Page, total: int) -> Headers:
    """Links lose the time of the query."""
    headers: Headers = right(url, evolve(page, since=""), total)
    return headers


@defect(
    "collection.forgives-numbers", paging.number, endpoints=AT, breaks=("OB3-GET-10",), since="0.2"
)
def forgives_numbers(
    _right: Right, query: MultiMapping[str], name: str, usual: int, least: int
) -> int:
    """A wrong limit or offset is ignored."""
    text = query.get(name, "")
    return max(int(text), least) if text.isdecimal() and len(text) < 9 else usual


@defect(
    "collection.forgives-times", paging.since, endpoints=AT, breaks=("OB3-GET-10",), since="0.2"
)
def forgives_times(right: Right, query: MultiMapping[str]) -> str:
    """A time that is none is ignored."""
    try:
        return str(right(query))
    except paging.BadQuery:
        return ""


@defect(
    "collection.empty-404",
    collection.badges_of,
    endpoints=AT,
    breaks=("OB3-GET-11",),
    since="0.2",
)
def empty_404(right: Right, earner: Any) -> list[Badge]:
    """An empty collection is a 404."""
    badges: list[Badge] = right(earner)
    if not badges:
        raise refusal(404, "there are no credentials")
    return badges


@defect(
    "collection.html",
    collection.collection_answer,
    endpoints=AT,
    breaks=("OB3-GET-01", "OB3-GET-12", "BC-SAFE-15"),
    since="0.2",
)
def html(right: Right, members: Members, headers: Headers) -> web.Response:
    """The list is labelled as HTML."""
    answer: web.Response = right(members, headers)
    answer.headers["Content-Type"] = "text/html"
    return answer
