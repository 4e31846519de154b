"""Pages of the target that need no earner: opened as they are, or as a real browser does."""

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from conformance.runner.state import State
from conformance.runner.verbs.done import Done, answered
from conformance.values.exchange import parameters_of


async def page(state: State, wanted: Mapping[str, Any]) -> Done:
    """GET a page of the target."""
    url = state.session.target.page(wanted["page"])
    if "query" in wanted:
        url = f"{url}?{urlencode(wanted['query'], doseq=True)}"
    return answered(await state.wire.send("GET", url))


async def script(state: State, wanted: Mapping[str, Any]) -> Done:
    """A page of the issuer calls ``OpenBadges.connect`` in a real browser."""
    source = escape(state.session.target.page("script"))
    html = f'<!doctype html><title>Issuer</title><script src="{source}"></script>'
    ran = await state.session.chromium.run_script(
        state.session.site.page(html), {"callback": wanted["callback"], "scope": wanted["scope"]}
    )
    landed = None
    if ran.sent_to:
        told = dict(parameters_of(ran.sent_to))
        landed = {"url": ran.sent_to, "parameters": told, "acted": False}
    body = {"defined": ran.defined, "error": ran.error}
    return Done(response={"status": 200, "headers": {}, "body": body, "landed": landed})
