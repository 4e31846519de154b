"""The verbs of assertions: ``post``, ``get`` and ``collection``."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from conformance.apis.oauth.collecting import Kinds, all_pages, as_page, read_page
from conformance.apis.oauth.verbs.sending import (
    HEADERS,
    QUERY,
    TOKEN,
    URL,
    resource,
    send,
)
from conformance.apis.verbs.hosting import host
from conformance.engine.state import State
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

KINDS = Kinds("assertions", "signedAssertions", "assertions")


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


async def new_badge(state: State) -> dict[str, Any]:
    """A new valid badge of the earner ``ada``, as `post` takes it."""
    hosted = await host.action(state, {"assertion": {}})
    return {"badge": hosted.saved}


def body_of(badge: Mapping[str, Any]) -> dict[str, Any]:
    """The body that pushes a badge: its assertion, or its JWS when it is signed."""
    is_signed = badge["pushed"] != badge["urls"]["assertion"]
    return {"signedAssertion": badge["pushed"]} if is_signed else {"assertion": badge["posted"]}


@verb(
    arguments={"properties": {"token": TOKEN, "url": URL, "query": QUERY, "headers": HEADERS}},
    saves=Saves(("status", *KINDS.both, "links", "first", "second", "date"), is_open=True),
    needs=always("read"),
    asks=always("assertions"),
    repeatable=True,
    shareable=True,
    spares_grants=spares_grants,
)
async def get(state: State, arguments: Arguments) -> StepResult:
    """``GET <apiBase>/assertions``."""
    result = await send(state, "GET", resource(state, "assertions", arguments), arguments)
    return as_page(result, KINDS)


@verb(
    arguments={"properties": {"token": TOKEN, "url": URL, "query": QUERY, "headers": HEADERS}},
    saves=Saves(("links", "first", "second", "date"), is_open=True),
    needs=always("read"),
    asks=always("assertions"),
    repeatable=True,
    shareable=True,
    spares_grants=spares_grants,
)
async def page(state: State, arguments: Arguments) -> StepResult:
    """Reads one page of assertions, whatever the names of the members that have them."""
    result = await send(state, "GET", resource(state, "assertions", arguments), arguments)
    return read_page(result, KINDS)


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
    """Reads all assertions, page after page."""
    return await all_pages(state, arguments, get.action, KINDS)
