"""Pages of the target that need no earner: opened as they are, or as a real browser does."""

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from conformance.core.exchange import parameters_of
from conformance.engine.done import Done, answered
from conformance.engine.state import State
from conformance.scenario.verb import MAPPING, TEXT, Actor, about, always, verb
from conformance.target.browser.chromium import ScriptPage


@verb(
    arguments={
        "required": ["page"],
        "properties": {
            "page": about(
                (
                    "`script` (issuer.js), `access` or `settings`. The target settings "
                    "define their paths."
                ),
                {"enum": ["script", "access", "settings"]},
            ),
            "query": about("Parameters of the query, by name.", MAPPING),
        },
    },
    actor=Actor.PAGES,
)
async def page(state: State, wanted: Mapping[str, Any]) -> Done:
    """GET a page of the Backpack, logged out."""
    url = state.session.target.page(wanted["page"])
    if "query" in wanted:
        url = f"{url}?{urlencode(wanted['query'], doseq=True)}"
    return answered(await state.wire.send("GET", url))


@verb(
    arguments={
        "required": ["callback", "scope"],
        "properties": {
            "callback": about("As the page passes it, absolute or relative.", TEXT),
            "scope": about("As the page passes it.", {"type": "array", "items": TEXT}),
        },
    },
    needs=always("browser"),
)
async def script(state: State, wanted: Mapping[str, Any]) -> Done:
    """A page of the issuer calls ``OpenBadges.connect`` in a real browser.

    Our own client fetches the script for it: it knows the authority of ``--ca``, and keeps what
    was answered.
    """
    session = state.session
    source = session.target.page("script")
    exchange = await state.wire.send("GET", source)
    if exchange.answer is None:
        return answered(exchange)
    html = f'<!doctype html><title>Issuer</title><script src="{escape(source)}"></script>'
    trusts = session.options.ca is not None
    page = ScriptPage(session.site.page(html), source, exchange.answer, trusts)
    options = {"callback": wanted["callback"], "scope": wanted["scope"]}
    ran = await session.chromium.run_script(page, options)
    landed = None
    if ran.sent_to:
        told = dict(parameters_of(ran.sent_to))
        landed = {"url": ran.sent_to, "parameters": told, "acted": False}
    body = {"defined": ran.defined, "error": ran.error}
    return Done(exchange, {"status": 200, "headers": {}, "body": body, "landed": landed})
