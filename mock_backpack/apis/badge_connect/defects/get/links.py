"""Wrong links from page to page."""

from collections.abc import Mapping

from attrs import evolve

from mock_backpack.apis import paging
from mock_backpack.apis.paging import Page
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("assertions",)


@defect(
    "get.no-link",
    paging.links,
    endpoints=AT,
    breaks=("BC21-GET-06", "BC21-GET-08"),
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
    "get.no-first",
    paging.links,
    endpoints=AT,
    breaks=("BC21-GET-07",),
    since="0.2",
)
def no_first(right: Right, url: str, page: Page, total: int) -> Mapping[str, str]:
    """The Link header has no first page."""
    headers: Mapping[str, str] = right(url, page, total)
    kept = [link for link in headers.get("Link", "").split(", ") if 'rel="first"' not in link]
    return {"Link": ", ".join(kept)} if headers else {}


@defect(
    "get.no-prev",
    paging.links,
    endpoints=AT,
    breaks=("BC21-GET-07",),
    since="0.2",
)
def no_prev(right: Right, url: str, page: Page, total: int) -> Mapping[str, str]:
    """The Link header has no previous page."""
    headers: Mapping[str, str] = right(url, page, total)
    kept = [link for link in headers.get("Link", "").split(", ") if 'rel="prev"' not in link]
    return {"Link": ", ".join(kept)} if headers else {}


@defect(
    "get.dead-last",
    paging.links,
    endpoints=AT,
    breaks=("BC21-GET-07",),
    since="0.2",
)
def dead_last(right: Right, url: str, page: Page, total: int) -> Mapping[str, str]:
    """The last page has an offset that is refused."""
    headers: Mapping[str, str] = right(url, page, total)
    links = headers.get("Link", "").split(", ")
    changed = [
        f'<{url}?{page.at(-1)}>; rel="last"' if 'rel="last"' in link else link for link in links
    ]
    return {"Link": ", ".join(changed)} if headers else {}


@defect(
    "get.skips-one",
    paging.links,
    endpoints=AT,
    breaks=("BC21-GET-08",),
    since="0.2",
)
def skips_one(right: Right, url: str, page: Page, total: int) -> Mapping[str, str]:
    """The next page leaves one entry out."""
    headers: Mapping[str, str] = right(url, page, total)
    links = headers.get("Link", "").split(", ")
    offset = page.at(page.offset + page.limit + 1)
    changed = [f'<{url}?{offset}>; rel="next"' if 'rel="next"' in link else link for link in links]
    return {"Link": ", ".join(changed)} if headers else {}


@defect(
    "get.negative-prev",
    paging.links,
    endpoints=AT,
    breaks=("BC21-GET-07",),
    since="0.2",
)
def negative_prev(right: Right, url: str, page: Page, total: int) -> Mapping[str, str]:
    """The previous page of the second entry has a negative offset."""
    headers: Mapping[str, str] = right(url, page, total)
    if not 0 < page.offset <= page.limit:
        return headers
    kept = [link for link in headers["Link"].split(", ") if 'rel="prev"' not in link]
    before = f'<{url}?{page.at(page.offset - page.limit - 1)}>; rel="prev"'
    return {"Link": ", ".join([*kept, before])}
