"""The verbs of assertions: ``post``, ``get`` and ``collection``."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from attrs import evolve

from conformance.apis.badge_connect.verbs.sending import (
    HEADERS,
    QUERY,
    TOKEN,
    URL,
    resource,
    send,
)
from conformance.core.links import links_in
from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult
from conformance.scenario.verb import (
    REFERENCE,
    Arguments,
    Saves,
    about,
    always,
    spares_grants,
    verb,
)

MOST_PAGES = 100
"""Pages of a collection that are read at most."""
KINDS = ("assertions", "signedAssertions")


@verb(
    arguments={
        "minProperties": 1,
        "properties": {
            "token": TOKEN,
            "badge": about("A badge that `host` saved.", REFERENCE),
            "json": about("A JSON value instead of a badge.", {}),
            "text": about("A text instead of a badge.", {"type": "string"}),
            "headers": HEADERS,
            "query": QUERY,
        },
    },
    saves=Saves(("status",), is_open=True),
    needs=always("write"),
    asks=always("assertions"),
    repeatable=True,
    shareable=True,
    spares_grants=spares_grants,
)
async def post(state: State, arguments: Arguments) -> StepResult:
    """``POST <apiBase>/assertions``."""
    badge = arguments.get("badge")
    body = {"json": body_of(badge)} if badge is not None else {}
    site = state.session.site
    before = len(site.visits)
    url = resource(state, "assertions", arguments)
    result = await send(state, "POST", url, {**arguments, **body})
    fetched = tuple(visit.url.rpartition("/")[2] for visit in site.visits[before:])
    pushed = badge["pushed"] if badge is not None else ""
    return evolve(result, fetched=fetched, flaw=state.flaws.get(pushed, ""))


def body_of(badge: Mapping[str, Any]) -> dict[str, Any]:
    """The body that pushes a badge: its assertion, or its JWS when it is signed."""
    is_signed = badge["pushed"] != badge["urls"]["assertion"]
    return {"signedAssertion": badge["pushed"]} if is_signed else {"assertion": badge["posted"]}


@verb(
    arguments={"properties": {"token": TOKEN, "url": URL, "query": QUERY, "headers": HEADERS}},
    saves=Saves(("status", *KINDS, "links", "first", "second", "date"), is_open=True),
    needs=always("read"),
    asks=always("assertions"),
    repeatable=True,
    shareable=True,
    spares_grants=spares_grants,
)
async def get(state: State, arguments: Arguments) -> StepResult:
    """``GET <apiBase>/assertions``."""
    result = await send(state, "GET", resource(state, "assertions", arguments), arguments)
    if result.response is None:
        return result
    links = links_of(result)
    entries = {kind: _listed(result.response["body"], kind) for kind in KINDS}
    response = {**result.response, "links": links, "count": sum(map(len, entries.values()))}
    ids = zip(("first", "second"), ids_of(entries["assertions"]), strict=False)
    known = {"links": links, "date": result.response["headers"].get("date", ""), **dict(ids)}
    return evolve(result, response=response, saved={**result.saved, **known})


@verb(
    arguments={
        "required": ["token"],
        "properties": {"token": TOKEN, "query": QUERY},
    },
    saves=Saves(("assertions", "signedAssertions", "ids", "pages", "total")),
    needs=always("read"),
    asks=always("assertions"),
    spares_grants=spares_grants,
)
async def collection(state: State, arguments: Arguments) -> StepResult:
    """Reads all assertions, page after page.

    The body to judge has the entries of all pages, the ``ids`` of those that are not signed, the
    number of ``pages``, and the ``total`` of entries as a text.
    """
    result: StepResult = await get.action(state, arguments)
    entries: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    seen, pages = set[str](), 0
    while True:
        pages += 1
        if result.response is None or result.trouble:
            raise StepFailed(f"page {pages} of the assertions: {result.trouble}", result.exchange)
        for kind in KINDS:
            entries[kind] += _listed(result.response["body"], kind)
        following = result.response["links"].get("next")
        if following is None:
            break
        if following in seen or pages >= MOST_PAGES:
            raise StepFailed(f"the pages of the assertions do not end: {following}")
        seen.add(following)
        result = await get.action(state, {"token": arguments["token"], "url": following})
    total = str(sum(map(len, entries.values())))
    body = {**entries, "ids": ids_of(entries["assertions"]), "pages": pages, "total": total}
    response = {"status": 200, "headers": {}, "body": body, "landed": None}
    return StepResult(result.exchange, response, body)


def ids_of(entries: list[Any]) -> list[Any]:
    """The ids of assertions."""
    return [entry.get("id") for entry in entries if isinstance(entry, Mapping)]


def _listed(body: Any, kind: str) -> list[Any]:
    """The entries of one kind; missing and null arrays are empty."""
    entries = body.get(kind) if isinstance(body, Mapping) else None
    return entries if isinstance(entries, list) else []


def links_of(result: StepResult) -> dict[str, str]:
    """The links of an answer by relation, as absolute URLs."""
    if result.exchange is None or result.response is None:
        return {}
    base = result.exchange.request.url
    links = links_in(result.response["headers"].get("link") or "")
    return {name: urljoin(base, url) for name, url in links.items()}
