"""The verb ``manifest``."""

from collections.abc import Mapping
from typing import Any

from conformance.apis.badge_connect.manifest import entry_of, manifest_url
from conformance.apis.oauth.service import fetched
from conformance.apis.oauth.verbs.sending import HEADERS
from conformance.engine.state import State
from conformance.engine.step_result import StepResult, exchange_result
from conformance.scenario.verb import (
    Arguments,
    Saves,
    about,
    always,
    spares_grants,
    verb,
)

ENTRY = (
    *("name", "apiBase", "version", "termsOfServiceUrl", "privacyPolicyUrl", "scopesOffered"),
    *("registrationUrl", "authorizationUrl", "tokenUrl", "tokenRevocationUrl"),
)


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
    saves=Saves((*ENTRY, "url", "etag"), is_open=True),
    asks=always("manifest"),
    shareable=True,
    spares_grants=spares_grants,
)
async def manifest(state: State, arguments: Arguments) -> StepResult:
    """``GET /.well-known/badgeconnect.json``."""
    url = manifest_url(state.session.target.root)
    if arguments.get("follow"):
        exchange = await fetched(state.wire, url)
    else:
        exchange = await state.wire.send("GET", url, list(arguments.get("headers", {}).items()))
    result = exchange_result(exchange, good=_is_good(exchange.response()))
    etag = exchange.answer.header("etag") if exchange.answer else None
    saved = {**_entry(result.saved), "url": url, **({"etag": etag} if etag else {})}
    return StepResult(exchange, result.response, saved, result.trouble)


def _is_good(response: Mapping[str, Any] | None) -> bool:
    return response is not None and response["status"] in (200, 304)


def _entry(body: Mapping[str, Any]) -> Mapping[str, Any]:
    entries = body.get("badgeConnectAPI")
    return entry_of(entries if isinstance(entries, list) else []) or {}
