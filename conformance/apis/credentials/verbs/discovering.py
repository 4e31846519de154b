"""The verb ``discovery``."""

from collections.abc import Mapping
from typing import Any

from conformance.apis.credentials.discovery import (
    FLOW,
    REGISTRATION,
    SCHEME,
    at,
    discovery_url,
)
from conformance.apis.oauth.service import fetched
from conformance.apis.oauth.verbs.sending import HEADERS
from conformance.engine.state import State
from conformance.engine.step_result import StepResult, exchange_result
from conformance.scenario.verb import Arguments, Saves, about, always, spares_grants, verb

NAMES = ("authorizationUrl", "tokenUrl", "refreshUrl", "scopes")


@verb(
    arguments={
        "properties": {
            "follow": about(
                "Whether redirects are followed. Default: no, the first answer is judged.",
                {"type": "boolean"},
            ),
            "headers": HEADERS,
        }
    },
    saves=Saves((*NAMES, "registrationUrl", "url", "etag")),
    asks=always("discovery"),
    shareable=True,
    spares_grants=spares_grants,
)
async def discovery(state: State, arguments: Arguments) -> StepResult:
    """``GET /ims/ob/v3p0/discovery``."""
    url = discovery_url(state.session.target.root)
    if arguments.get("follow"):
        exchange = await fetched(state.wire, url)
    else:
        exchange = await state.wire.send("GET", url, list(arguments.get("headers", {}).items()))
    response = exchange.response()
    result = exchange_result(
        exchange, good=response is not None and response["status"] in (200, 304)
    )
    etag = exchange.answer.header("etag") if exchange.answer else None
    saved = {**_named(result.saved), "url": url, **({"etag": etag} if etag else {})}
    return StepResult(exchange, result.response, saved, result.trouble)


def _named(document: Mapping[str, Any]) -> dict[str, Any]:
    """The URLs of the document by their names."""
    scheme = at(document, *SCHEME)
    flow = at(scheme, *FLOW)
    named = {name: flow[name] for name in NAMES if name in flow}
    return {
        **named,
        **({"registrationUrl": scheme[REGISTRATION]} if REGISTRATION in scheme else {}),
    }
