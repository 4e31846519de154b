"""What an issuer asks of the API: issue, refresh, identity, or anything at all."""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from attrs import evolve

from conformance.apis.connect.endpoints import Endpoint
from conformance.engine.done import Done, absolute, answered
from conformance.engine.state import Broken, State
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

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


def by_path(arguments: Arguments) -> Iterator[str]:
    """The endpoint that a path leads to; all of them where it is known only when it runs."""
    last = str(arguments.get("path", "$")).rpartition("/")[2]
    if last.startswith("$"):
        yield EVERYWHERE
    elif last in (*Endpoint,):
        yield last


def is_harmless(arguments: Arguments) -> bool:
    """Whether a request goes where no grant is changed."""
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
async def issue(state: State, wanted: Mapping[str, Any]) -> Done:
    """``POST <api_root>/issue``."""
    body = {"badge": wanted["badge"]} if "badge" in wanted else {}
    site = state.session.site
    before = len(site.visits)
    done = await _ask(state, {**wanted, "method": "POST", "path": "issue", "json": body})
    fetched = tuple(one.url.rpartition("/")[2] for one in site.visits[before:])
    return evolve(done, fetched=fetched, flaw=state.flaws.get(str(wanted.get("badge")), ""))


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
async def refresh(state: State, wanted: Mapping[str, Any]) -> Done:
    """``POST <api_root>/token``.

    Where that is refused, ``bearer`` is sent as well, and the second answer is judged: that a
    refresh needs no credentials is a requirement of its own.
    """
    token = wanted["token"]
    body = {"grant_type": "refresh_token", "refresh_token": token}
    at = wanted.get("at") or state.api_root(token)
    request = {"method": "POST", "path": "token", "json": body, "at": at}
    done = await _ask(state, request)
    if done.refused and "bearer" in wanted:
        return await _ask(state, {**request, "token": wanted["bearer"]})
    return done


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
async def identity(state: State, wanted: Mapping[str, Any]) -> Done:
    """``GET <api_root>/identity``."""
    return await _ask(state, {**wanted, "method": "GET", "path": "identity"})


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
async def request(state: State, wanted: Mapping[str, Any]) -> Done:
    """Any HTTP request."""
    return await _ask(state, wanted)


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
async def preflight(state: State, wanted: Mapping[str, Any]) -> Done:
    """The CORS preflight request of a browser for a page of an origin."""
    headers = {
        "Origin": wanted["origin"],
        "Access-Control-Request-Method": wanted["method"],
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    asked = {name: wanted[name] for name in ("path", "at") if name in wanted}
    return await _ask(state, {**asked, "method": "OPTIONS", "headers": headers})


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
async def raw(state: State, wanted: Mapping[str, Any]) -> Done:
    """Raw bytes, as no HTTP client would send them."""
    head = "".join(f"{line}\r\n" for line in wanted.get("lines", ()))
    sent = f"{head}\r\n".encode() if head else b""
    sent += wanted.get("text", "").encode() + base64.b64decode(wanted.get("base64", ""))
    return answered(await state.wire.send_bytes(wanted["at"], sent))


async def _ask(state: State, wanted: Mapping[str, Any]) -> Done:
    token = wanted.get("token")
    url = wanted.get("url")
    api_root = None
    if url is None:
        api_root = absolute(wanted.get("at") or state.api_root(token))
        if api_root is None:
            raise Broken(f"no absolute api_root: {wanted['at']!r}")
        url = f"{api_root.rstrip('/')}/{wanted['path']}"
    if "query" in wanted:
        url = f"{url}?{urlencode(wanted['query'], doseq=True)}"
    headers, body = _content(wanted)
    if token is not None:
        headers.append(("Authorization", f"Bearer {base64.b64encode(token.encode()).decode()}"))
    headers += [(name, str(value)) for name, value in wanted.get("headers", {}).items()]
    exchange = await state.wire.send(wanted["method"], url, headers, body)
    done = answered(exchange)
    state.learn_tokens(done.saved, api_root)
    return done


def _content(wanted: Mapping[str, Any]) -> tuple[list[tuple[str, str]], bytes]:
    given = {name.lower() for name in wanted.get("headers", {})}
    kind, body = None, b""
    if "json" in wanted:
        kind, body = JSON_TYPE, json.dumps(wanted["json"]).encode()
    elif "form" in wanted:
        kind, body = FORM_TYPE, urlencode(wanted["form"]).encode()
    elif "text" in wanted:
        body = wanted["text"].encode()
    elif "base64" in wanted:
        body = base64.b64decode(wanted["base64"])
    labelled = kind is not None and "content-type" not in given
    return [("Content-Type", str(kind))] if labelled else [], body
