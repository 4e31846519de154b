"""The verbs ``profile`` and ``request``."""

from collections.abc import Iterator

from conformance.apis.oauth.clients import basic, learn_client
from conformance.apis.oauth.server import server_of
from conformance.apis.oauth.verbs.sending import HEADERS, QUERY, TOKEN, resource, send
from conformance.engine.state import State
from conformance.engine.step_result import StepResult
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

RESOURCES = ("assertions", "credentials", "profile")
"""Ends of paths that are the names of their endpoints."""
METHOD = about(
    "The HTTP method.",
    {
        "title": "an HTTP method in upper case",
        "type": "string",
        "pattern": "^([A-Z]+|\\$each\\..+)$",
    },
)


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
    """``GET …/profile``."""
    return await send(state, "GET", resource(state, "profile", arguments), arguments)


def by_path(arguments: Arguments) -> Iterator[str]:
    """The endpoint of a path; all endpoints when the path is known only at run time."""
    last = str(arguments.get("path", "$")).rpartition("/")[2]
    yield last if last in RESOURCES else EVERYWHERE


def reaches(arguments: Arguments) -> Iterator[str]:
    """The features without which a path has nothing to answer."""
    if arguments.get("path") == "profile" and arguments.get("method") == "GET":
        yield "profile"


@verb(
    arguments={
        "required": ["method"],
        "oneOf": [{"required": ["path"]}, {"required": ["url"]}],
        "properties": {
            "method": METHOD,
            "path": about(
                "The path below the root of the API.",
                {
                    "title": "a path below the root of the API, without a slash in front",
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
