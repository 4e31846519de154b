"""The verbs of pages that need no earner: opened without a browser, or in a real one."""

from html import escape
from urllib.parse import urlencode

from conformance.core.exchange import Exchange, parameters_of
from conformance.engine.state import State
from conformance.engine.step_result import StepResult, exchange_result
from conformance.scenario.verb import MAPPING, TEXT, Actor, Arguments, about, always, verb
from conformance.target.browser.chromium import ScriptPage
from conformance.target.browser.onward import redirect_of

MOST_REDIRECTS = 5


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
async def page(state: State, arguments: Arguments) -> StepResult:
    """GET a page of the Backpack, logged out; a script as a browser does, after redirects."""
    url = state.session.target.page(arguments["page"])
    if "query" in arguments:
        url = f"{url}?{urlencode(arguments['query'], doseq=True)}"
    if arguments["page"] == "script":
        return exchange_result(await _script(state, url))
    return exchange_result(await state.wire.send("GET", url))


async def _script(state: State, url: str) -> Exchange:
    """The script at a URL, or where its redirects lead, as for a ``<script src>``."""
    exchange = await state.wire.send("GET", url)
    for _ in range(MOST_REDIRECTS):
        if (location := redirect_of(exchange)) is None:
            break
        exchange = await state.wire.send("GET", location)
    return exchange


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
async def script(state: State, arguments: Arguments) -> StepResult:
    """A page of the issuer calls ``OpenBadges.connect`` in a real browser.

    The client of the suite fetches the script: it trusts the certificate of ``--ca``, and records
    the exchange.
    """
    session = state.session
    source = session.target.page("script")
    exchange = await _script(state, source)
    if exchange.answer is None:
        return exchange_result(exchange)
    html = f'<!doctype html><title>Issuer</title><script src="{escape(source)}"></script>'
    trusts = session.options.ca is not None
    page = ScriptPage(session.site.page(html), source, exchange.answer, trusts)
    options = {"callback": arguments["callback"], "scope": arguments["scope"]}
    script_run = await session.chromium.run_script(page, options)
    landed = None
    if script_run.sent_to:
        parameters = dict(parameters_of(script_run.sent_to))
        landed = {"url": script_run.sent_to, "parameters": parameters, "acted": False}
    body = {"defined": script_run.defined, "error": script_run.error}
    return StepResult(exchange, {"status": 200, "headers": {}, "body": body, "landed": landed})
