"""The verbs of an issuer's requests: issue, refresh, identity, or any other request."""

import base64
from collections.abc import Iterator
from urllib.parse import urlencode

from attrs import evolve

from conformance.apis.connect.endpoints import Endpoint
from conformance.apis.verbs.contents import content
from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult, absolute, exchange_result
from conformance.scenario.verb import (
    EVERYWHERE,
    MAPPING,
    REFERENCE,
    TEXT,
    Arguments,
    Saves,
    about,
    always,
    spares_grants,
    verb,
)


def by_path(arguments: Arguments) -> Iterator[str]:
    """The endpoint of a path; all endpoints when the path is known only at run time."""
    last = str(arguments.get("path", "$")).rpartition("/")[2]
    if last.startswith("$"):
        yield EVERYWHERE
    elif last in (*Endpoint,):
        yield last


def is_harmless(arguments: Arguments) -> bool:
    """Whether a request goes to an endpoint that changes no grant."""
    return arguments.get("path") in (Endpoint.ISSUE, Endpoint.IDENTITY)


@verb(
    arguments={
        "required": ["badge"],
        "properties": {
            "token": about(
                (
                    "The access token; base64 and `Bearer` are added. Without it there is "
                    "no Authorization header."
                ),
                TEXT,
            ),
            "badge": about("The value to push: `$badge.pushed`, or anything else.", {}),
            "at": about("Another `api_root` than the one that came with the token.", TEXT),
        },
    },
    saves=Saves(("exists", "badge", "message"), is_open=True),
    asks=always("issue"),
    repeatable=True,
    shareable=True,
    spares_grants=spares_grants,
)
async def issue(state: State, arguments: Arguments) -> StepResult:
    """``POST <api_root>/issue``."""
    body = {"badge": arguments["badge"]} if "badge" in arguments else {}
    site = state.session.site
    before = len(site.visits)
    result = await _send(state, {**arguments, "method": "POST", "path": "issue", "json": body})
    fetched = tuple(visit.url.rpartition("/")[2] for visit in site.visits[before:])
    return evolve(result, fetched=fetched, flaw=state.flaws.get(str(arguments.get("badge")), ""))


@verb(
    arguments={
        "required": ["token"],
        "properties": {
            "token": about("The refresh token, or anything else.", {}),
            "bearer": about(
                (
                    "An access token for a second request, if the refresh without "
                    "credentials is refused."
                ),
                TEXT,
            ),
            "at": about("Another `api_root` than the one that came with the token.", TEXT),
        },
    },
    saves=Saves(("access_token", "refresh_token", "expires"), is_open=True),
    asks=always("token"),
    repeatable=True,
)
async def refresh(state: State, arguments: Arguments) -> StepResult:
    """``POST <api_root>/token``.

    When that is refused, ``bearer`` is sent as well, and the second answer is judged: another
    requirement says that a refresh needs no credentials.
    """
    token = arguments["token"]
    body = {"grant_type": "refresh_token", "refresh_token": token}
    at = arguments.get("at") or state.api_root(token)
    request = {"method": "POST", "path": "token", "json": body, "at": at}
    result = await _send(state, request)
    if result.refused and "bearer" in arguments:
        return await _send(state, {**request, "token": arguments["bearer"]})
    return result


@verb(
    arguments={
        "properties": {
            "token": about(
                (
                    "The access token; base64 and `Bearer` are added. Without it there is "
                    "no Authorization header."
                ),
                TEXT,
            ),
            "at": about("Another `api_root` than the one that came with the token.", TEXT),
        }
    },
    saves=Saves(("recipient", "salt", "type"), is_open=True),
    asks=always("identity"),
    repeatable=True,
    shareable=True,
    spares_grants=spares_grants,
)
async def identity(state: State, arguments: Arguments) -> StepResult:
    """``GET <api_root>/identity``."""
    return await _send(state, {**arguments, "method": "GET", "path": "identity"})


@verb(
    arguments={
        "required": ["method"],
        "oneOf": [{"required": ["path"]}, {"required": ["url"]}],
        "properties": {
            "method": about(
                "The HTTP method.",
                {
                    "title": "an HTTP method in upper case",
                    "type": "string",
                    "pattern": "^([A-Z]+|\\$each\\..+)$",
                },
            ),
            "path": about(
                "The path below the `api_root` of the token or of the last grant.",
                {
                    "title": "a path below api_root, without a slash in front",
                    "type": "string",
                    "pattern": "^[^/]",
                },
            ),
            "url": about("A complete URL instead of a path.", TEXT),
            "at": about("Another `api_root` than the one that came with the token.", TEXT),
            "token": about("An access token; base64 and `Bearer` are added.", TEXT),
            "query": about("Parameters of the query, by name.", MAPPING),
            "headers": about("Headers, by name.", MAPPING),
            "json": about(
                "A JSON body, with the JSON content type unless `headers` set another.", {}
            ),
            "form": about(
                "A form body, with the form content type unless `headers` set another.", MAPPING
            ),
            "text": about("A text body, sent unchanged without a content type.", TEXT),
            "base64": about("A binary body in base64, without a content type.", TEXT),
        },
    },
    saves=Saves((), is_open=True),
    asks=by_path,
    repeatable=True,
    spares_grants=is_harmless,
)
async def request(state: State, arguments: Arguments) -> StepResult:
    """Any HTTP request."""
    return await _send(state, arguments)


@verb(
    arguments={
        "required": ["path", "origin", "method"],
        "properties": {
            "path": about(
                "A path below `api_root`.",
                {
                    "title": "a path below api_root, without a slash in front",
                    "type": "string",
                    "pattern": "^[^/]",
                },
            ),
            "origin": about(
                "The origin of the page that asks.",
                {"title": "the origin of the page that asks", "type": "string", "minLength": 1},
            ),
            "method": about(
                "The method of the actual request.",
                {
                    "title": "an HTTP method in upper case",
                    "type": "string",
                    "pattern": "^([A-Z]+|\\$each\\..+)$",
                },
            ),
            "at": about("Another `api_root`.", TEXT),
        },
    },
    needs=always("cors"),
    asks=by_path,
)
async def preflight(state: State, arguments: Arguments) -> StepResult:
    """The CORS preflight request of a browser for a page of an origin."""
    headers = {
        "Origin": arguments["origin"],
        "Access-Control-Request-Method": arguments["method"],
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    address = {name: arguments[name] for name in ("path", "at") if name in arguments}
    return await _send(state, {**address, "method": "OPTIONS", "headers": headers})


@verb(
    arguments={
        "title": "header lines, then text or base64 as the body",
        "required": ["at"],
        "minProperties": 2,
        "properties": {
            "at": about(
                "A URL of the host that gets the bytes.",
                {"title": "a URL of the host that gets the bytes", "type": "string"},
            ),
            "lines": about(
                "The request line and header lines, without line endings.",
                {"anyOf": [REFERENCE, {"type": "array", "minItems": 1, "items": TEXT}]},
            ),
            "text": about("The body as text.", TEXT),
            "base64": about("The body, or what follows the text, in base64.", TEXT),
        },
    },
    asks=always(EVERYWHERE),
)
async def raw(state: State, arguments: Arguments) -> StepResult:
    """Raw bytes, as no HTTP client would send them."""
    head = "".join(f"{line}\r\n" for line in arguments.get("lines", ()))
    sent = f"{head}\r\n".encode() if head else b""
    sent += arguments.get("text", "").encode() + base64.b64decode(arguments.get("base64", ""))
    return exchange_result(await state.wire.send_bytes(arguments["at"], sent))


async def _send(state: State, arguments: Arguments) -> StepResult:
    token = arguments.get("token")
    url = arguments.get("url")
    api_root = None
    if url is None:
        api_root = absolute(arguments.get("at") or state.api_root(token))
        if api_root is None:
            raise StepFailed(f"no absolute api_root: {arguments['at']!r}")
        url = f"{api_root.rstrip('/')}/{arguments['path']}"
    if "query" in arguments:
        url = f"{url}?{urlencode(arguments['query'], doseq=True)}"
    headers, body = content(arguments)
    if token is not None:
        headers.append(("Authorization", f"Bearer {base64.b64encode(token.encode()).decode()}"))
    headers += [(name, str(value)) for name, value in arguments.get("headers", {}).items()]
    exchange = await state.wire.send(arguments["method"], url, headers, body)
    result = exchange_result(exchange)
    state.learn_tokens(result.saved, api_root)
    return result
