"""Answers that say that they are JSON, or are, and are wrong at it."""

import json
import re
from collections.abc import Callable

from aiohttp import web

from mock_backpack import app
from mock_backpack.core.seams import Right, defect

JSON = "application/json"
LATIN = re.compile("[\x80-\xff]")


def _with_body(
    response: web.StreamResponse, change: Callable[[bytes], bytes]
) -> web.StreamResponse:
    if isinstance(response, web.Response) and response.content_type == JSON:
        response.body = change(response.body if isinstance(response.body, bytes) else b"")
    return response


@defect("json.labelled-as-html", app.answered)
def says_html(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    answer: web.StreamResponse = right(request, response)
    if answer.content_type == JSON:
        answer.content_type = "text/html"
    return answer


@defect("json.byte-order-mark", app.answered)
def begins_with_a_mark(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    return _with_body(right(request, response), lambda body: b"\xef\xbb\xbf" + body)


@defect("json.trailing-comma", app.answered)
def ends_with_a_comma(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    return _with_body(right(request, response), lambda body: body[:-1] + b",}")


def _first_member_twice(body: bytes) -> bytes:
    (name, value), *_ = json.loads(body).items()
    return json.dumps({name: value})[:-1].encode() + b", " + body.removeprefix(b"{")


@defect("json.duplicate-members", app.answered)
def says_things_twice(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    return _with_body(right(request, response), _first_member_twice)


def _in_latin_1(body: bytes) -> bytes:
    text = json.dumps(json.loads(body), ensure_ascii=False)
    return text.encode("latin-1", errors="replace") if LATIN.search(text) else body


@defect("json.in-latin-1", app.answered)
def writes_latin_1(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    return _with_body(right(request, response), _in_latin_1)
