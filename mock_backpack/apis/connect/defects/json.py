"""Answers that say that they are JSON, or are, and are wrong at it."""

import json
import re
from collections.abc import Callable

from aiohttp import web

from mock_backpack.apis import answers
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

JSON = "application/json"
LATIN = re.compile("[\x80-\xff]")


def _with_body(
    response: web.StreamResponse, change: Callable[[bytes], bytes]
) -> web.StreamResponse:
    if isinstance(response, web.Response) and response.content_type == JSON:
        response.body = change(response.body if isinstance(response.body, bytes) else b"")
    return response


@defect(
    "json.labelled-as-html",
    answers.answered,
    endpoints=("issue", "token", "identity"),
    breaks=("BC-SAFE-13", "BC-SAFE-15"),
    since="0.2",
)
def says_html(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """JSON responses have the content type of HTML."""
    answer: web.StreamResponse = right(request, response)
    if answer.content_type == JSON:
        answer.content_type = "text/html"
    return answer


@defect(
    "json.byte-order-mark",
    answers.answered,
    endpoints=("issue", "token", "identity"),
    breaks=(
        "BC-IDENT-01",
        "BC-ISSUE-04",
        "BC-ISSUE-06",
        "BC-ISSUE-14",
        "BC-ISSUE-24",
        "BC-TOKEN-01",
        "BC-SAFE-15",
    ),
    since="0.2",
)
def begins_with_a_mark(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """JSON responses begin with a byte order mark."""
    return _with_body(right(request, response), lambda body: b"\xef\xbb\xbf" + body)


@defect(
    "json.trailing-comma",
    answers.answered,
    endpoints=("issue", "token", "identity"),
    breaks=(
        "BC-IDENT-01",
        "BC-ISSUE-04",
        "BC-ISSUE-06",
        "BC-ISSUE-14",
        "BC-ISSUE-24",
        "BC-TOKEN-01",
        "BC-SAFE-15",
    ),
    since="0.2",
)
def ends_with_a_comma(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """JSON responses end with an extra comma."""
    return _with_body(right(request, response), lambda body: body[:-1] + b",}")


def _in_latin_1(body: bytes) -> bytes:
    text = json.dumps(json.loads(body), ensure_ascii=False)
    return text.encode("latin-1", errors="replace") if LATIN.search(text) else body


@defect(
    "json.in-latin-1",
    answers.answered,
    endpoints=("issue", "token", "identity"),
    breaks=("BC-ISSUE-24", "BC-SAFE-15"),
    since="0.2",
)
def writes_latin_1(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """JSON responses are not in UTF-8."""
    return _with_body(right(request, response), _in_latin_1)
