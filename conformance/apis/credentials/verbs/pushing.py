"""The verbs of credentials: ``post``, ``get`` and ``collection``."""

import json
from typing import Any

from attrs import evolve

from conformance.apis.credentials.verbs.signing import as_key
from conformance.apis.oauth.collecting import Kinds, all_pages, as_page, read_page
from conformance.apis.oauth.verbs.sending import (
    HEADERS,
    QUERY,
    TOKEN,
    URL,
    resource,
    send,
)
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

KINDS = Kinds("credential", "compactJwsString", "credentials")
TEXT_TYPE = "text/plain"
ECHO = "echo"
"""The member of a response that says whether the body is what was sent."""


@verb(
    arguments={
        "minProperties": 1,
        "properties": {
            "token": TOKEN,
            "credential": about("A credential that `sign` saved.", REFERENCE),
            "json": about("A JSON value instead of a credential.", {}),
            "text": about("A text instead of a credential.", {"type": "string"}),
            "headers": HEADERS,
            "query": QUERY,
        },
    },
    saves=Saves((), is_open=True),
    needs=always("write"),
    asks=always("credentials"),
    repeatable=True,
    shareable=True,
    spares_grants=spares_grants,
)
async def post(state: State, arguments: Arguments) -> StepResult:
    """``POST …/credentials``: JSON, or a compact JWS as ``text/plain``."""
    credential = arguments.get("credential")
    pushed = credential["pushed"] if credential is not None else None
    site = state.session.site
    before = len(site.visits)
    url = resource(state, "credentials", arguments)
    result = await send(state, "POST", url, {**arguments, **_content(pushed, arguments)})
    fetched = tuple(visit.url.rpartition("/")[2] for visit in site.visits[before:])
    is_known = bool(fetched) or (credential is not None and credential["leans_on_site"])
    flaw = state.flaws.get(as_key(pushed), "") if pushed is not None else ""
    if result.response is not None and pushed is not None:
        response = {**result.response, ECHO: _echoes(pushed, result)}
        result = evolve(result, response=response)
    return evolve(result, fetched=fetched if is_known else None, flaw=flaw)


def _content(pushed: Any, arguments: Arguments) -> dict[str, Any]:
    """The body of a push, and its type unless the step sets another."""
    if pushed is None:
        return {}
    if not isinstance(pushed, str):
        return {"json": pushed}
    headers = arguments.get("headers", {})
    is_labelled = any(name.lower() == "content-type" for name in headers)
    labels = {} if is_labelled else {"Content-Type": TEXT_TYPE}
    return {"text": pushed, "headers": {**labels, **headers}}


def _echoes(pushed: Any, result: StepResult) -> bool:
    """Whether the body of an answer is what was sent: the same JSON value, or the same JWS."""
    answer = result.exchange.answer if result.exchange else None
    if answer is None:
        return False
    text = answer.body.decode("utf-8", "replace")
    if isinstance(pushed, str):
        return text.strip() in (pushed, json.dumps(pushed))
    try:
        return bool(json.loads(text) == pushed)
    except (ValueError, RecursionError):
        return False


@verb(
    arguments={"properties": {"token": TOKEN, "url": URL, "query": QUERY, "headers": HEADERS}},
    saves=Saves(("credential", "compactJwsString", "links", "first", "second"), is_open=True),
    needs=always("read"),
    asks=always("credentials"),
    repeatable=True,
    shareable=True,
    spares_grants=spares_grants,
)
async def get(state: State, arguments: Arguments) -> StepResult:
    """``GET …/credentials``."""
    url = resource(state, "credentials", arguments)
    return as_page(await send(state, "GET", url, arguments), KINDS)


@verb(
    arguments={"properties": {"token": TOKEN, "url": URL, "query": QUERY, "headers": HEADERS}},
    saves=Saves(("links", "first", "second", "date"), is_open=True),
    needs=always("read"),
    asks=always("credentials"),
    repeatable=True,
    shareable=True,
    spares_grants=spares_grants,
)
async def page(state: State, arguments: Arguments) -> StepResult:
    """Reads one page of credentials, whatever the names of the members that have them."""
    result = await send(state, "GET", resource(state, "credentials", arguments), arguments)
    return read_page(result, KINDS)


@verb(
    arguments={
        "required": ["token"],
        "properties": {"token": TOKEN, "query": QUERY},
    },
    saves=Saves(("credential", "compactJwsString", "ids", "pages", "total", "ends")),
    needs=always("read"),
    asks=always("credentials"),
    spares_grants=spares_grants,
)
async def collection(state: State, arguments: Arguments) -> StepResult:
    """Reads all credentials, page after page."""
    return await all_pages(state, arguments, get.action, KINDS)
