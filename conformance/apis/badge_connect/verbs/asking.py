"""The verbs ``manifest``, ``profile`` and ``request``."""

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.apis.badge_connect.endpoints import Endpoint
from conformance.apis.badge_connect.manifest import entry_of, fetched, manifest_url
from conformance.apis.badge_connect.verbs.sending import HEADERS, QUERY, TOKEN, resource, send
from conformance.apis.oauth.clients import basic, learn_client
from conformance.apis.oauth.server import server_of
from conformance.engine.state import State
from conformance.engine.step_result import StepResult, exchange_result
from conformance.scenario.verb import (
    EVERYWHERE,
    NAMED,
    TEXT,
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
METHOD = about(
    "The HTTP method.",
    {
        "title": "an HTTP method in upper case",
        "type": "string",
        "pattern": "^([A-Z]+|\\$each\\..+)$",
    },
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


@verb(
    arguments={"properties": {"token": TOKEN, "query": QUERY, "headers": HEADERS}},
    saves=Saves(("status", "profile"), is_open=True),
    needs=always("profile"),
    asks=always("profile"),
    repeatable=True,
    shareable=True,
    spares_grants=spares_grants,
)
async def profile(state: State, arguments: Arguments) -> StepResult:
    """``GET <apiBase>/profile``."""
    return await send(state, "GET", resource(state, "profile", arguments), arguments)


def by_path(arguments: Arguments) -> Iterator[str]:
    """The endpoint of a path; all endpoints when the path is known only at run time."""
    last = str(arguments.get("path", "$")).rpartition("/")[2]
    yield last if last in (*Endpoint,) else EVERYWHERE


def reaches(arguments: Arguments) -> Iterator[str]:
    """The features without which a path has nothing to answer."""
    if arguments.get("path") == Endpoint.PROFILE and arguments.get("method") == "GET":
        yield "profile"


@verb(
    arguments={
        "required": ["method"],
        "oneOf": [{"required": ["path"]}, {"required": ["url"]}],
        "properties": {
            "method": METHOD,
            "path": about(
                "The path below `apiBase`.",
                {
                    "title": "a path below apiBase, without a slash in front",
                    "type": "string",
                    "pattern": "^[^/]",
                },
            ),
            "url": about("A complete URL instead of a path.", TEXT),
            "token": TOKEN,
            "client": about("A client that authenticates by HTTP Basic.", {}),
            "query": QUERY,
            "headers": HEADERS,
            "json": about(
                "A JSON body, with the JSON content type unless `headers` set another.", {}
            ),
            "form": about(
                "A form body, with the form content type unless `headers` set another.", NAMED
            ),
            "text": about("A text body, sent unchanged without a content type.", TEXT),
            "base64": about("A binary body in base64, without a content type.", TEXT),
        },
    },
    saves=Saves((), is_open=True),
    needs=reaches,
    asks=by_path,
    repeatable=True,
)
async def request(state: State, arguments: Arguments) -> StepResult:
    """Any HTTP request."""
    url = arguments.get("url") or f"{server_of(state.session).resources}/{arguments['path']}"
    client = arguments.get("client")
    if client is not None:
        learn_client(state, client)
        headers = {"Authorization": f"Basic {basic(client)}", **arguments.get("headers", {})}
        arguments = {**arguments, "headers": headers}
    result = await send(state, arguments["method"], url, arguments)
    state.learn_tokens(result.saved, server_of(state.session).resources)
    return result
