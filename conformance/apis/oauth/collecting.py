"""Collections that come page by page (RFC 8288): entries of two kinds, and links."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urljoin

from attrs import evolve, frozen

from conformance.core.links import links_in
from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult
from conformance.scenario.verb import Arguments

JWS = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
MOST_PAGES = 100
"""Pages of a collection that are read at most."""
MOST_EMPTY = 1
"""Pages without entries in a row that may have a next page."""
Get = Callable[[State, Arguments], Awaitable[StepResult]]


@frozen
class Kinds:
    """The members of an answer that have the entries."""

    plain: str
    signed: str
    title: str
    """What the entries are, in words."""

    @property
    def both(self) -> tuple[str, str]:
        """Their names."""
        return self.plain, self.signed


def as_page(result: StepResult, kinds: Kinds) -> StepResult:
    """The answer to a GET, with its links and the number of its entries."""
    if result.response is None:
        return result
    links = links_of(result)
    entries = entries_in(result.response["body"], kinds)
    response = {**result.response, "links": links, "count": sum(map(len, entries.values()))}
    ids = zip(("first", "second"), ids_of(entries[kinds.plain]), strict=False)
    known = {"links": links, "date": result.response["headers"].get("date", ""), **dict(ids)}
    return evolve(result, response=response, saved={**result.saved, **known})


def read_page(result: StepResult, kinds: Kinds) -> StepResult:
    """The answer to a GET as a reader takes it.

    The body to judge has the entries of each kind, and the ``ids`` of those that are not signed.
    """
    page = as_page(result, kinds)
    if page.response is None:
        return page
    entries = entries_in(page.response["body"], kinds)
    body = {**entries, "ids": ids_of(entries[kinds.plain])}
    return evolve(page, response={**page.response, "body": body})


async def all_pages(state: State, arguments: Arguments, get: Get, kinds: Kinds) -> StepResult:
    """All entries, page after page.

    The body to judge has the entries of all pages, the ``ids`` of those that are not signed, the
    number of ``pages``, the ``total`` of entries as a text, and whether it ``ends``, which it does
    not when a next page was there before, or follows empty ones.

    Raises:
        StepFailed: when a page cannot be read, or there are more than `MOST_PAGES`.
    """
    result = await get(state, arguments)
    entries: dict[str, list[Any]] = {kind: [] for kind in kinds.both}
    seen, pages, empty = set[str](), 0, 0
    ends = True
    while True:
        pages += 1
        if result.response is None or result.trouble:
            message = f"page {pages} of the {kinds.title}: {result.trouble}"
            raise StepFailed(message, result.exchange)
        found = entries_in(result.response["body"], kinds)
        for kind, listed in found.items():
            entries[kind] += listed
        empty = 0 if any(found.values()) else empty + 1
        following = result.response["links"].get("next")
        if following is None:
            break
        if following in seen or empty > MOST_EMPTY:
            ends = False
            break
        if pages >= MOST_PAGES:
            raise StepFailed(f"the {kinds.title} have more than {MOST_PAGES} pages: {following}")
        seen.add(following)
        result = await get(state, {"token": arguments["token"], "url": following})
    total = str(sum(map(len, entries.values())))
    ids = ids_of(entries[kinds.plain])
    body = {**entries, "ids": ids, "pages": pages, "total": total, "ends": ends}
    response = {"status": 200, "headers": {}, "body": body, "landed": None}
    return StepResult(result.exchange, response, body)


def ids_of(entries: list[Any]) -> list[Any]:
    """The ids of entries."""
    return [entry.get("id") for entry in entries if isinstance(entry, Mapping)]


def entries_in(body: Any, kinds: Kinds) -> Mapping[str, list[Any]]:
    """The entries of an answer by kind, also of one that has them under other names.

    Where the member of a kind is missing, its entries are those of all other arrays: objects with
    an id, or texts that may be signed. Whether the names are right is judged by one requirement,
    and whatever else is judged of entries must not depend on it. Null, and anything else that is
    no array, has no entries.
    """
    members = body if isinstance(body, Mapping) else {"": body}
    others = [
        entry
        for name, value in members.items()
        if name not in kinds.both and isinstance(value, list)
        for entry in value
    ]
    elsewhere = {
        kinds.plain: [entry for entry in others if isinstance(entry, Mapping) and "id" in entry],
        kinds.signed: [
            entry for entry in others if isinstance(entry, str) and JWS.fullmatch(entry)
        ],
    }
    return {kind: _array(members.get(kind, elsewhere[kind])) for kind in kinds.both}


def _array(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def links_of(result: StepResult) -> dict[str, str]:
    """The links of an answer by relation, as absolute URLs."""
    if result.exchange is None or result.response is None:
        return {}
    base = result.exchange.request.url
    links = links_in(result.response["headers"].get("link") or "")
    return {name: urljoin(base, url) for name, url in links.items()}
