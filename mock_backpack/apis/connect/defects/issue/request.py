"""Wrong ways of reading a push, and of refusing it."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from weakref import WeakKeyDictionary

from aiohttp import web

from mock_backpack.apis import answers, parameters
from mock_backpack.apis.connect import handlers
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right
from mock_backpack.openbadges import signature
from mock_backpack.openbadges.award import Award, Judge


@defect(
    "issue.refuses-charset",
    parameters.is_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-02",),
    since="0.1",
)
def refuses_a_charset(right: Right, label: str, media_type: str) -> bool:
    """JSON with a charset in its content type is refused."""
    return ";" not in label and bool(right(label, media_type))


@defect(
    "issue.reads-querystring",
    parameters.read_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-04",),
    since="0.1",
)
def reads_a_querystring(right: Right, body: bytes) -> dict[str, Any]:
    """A query string with the content type of JSON is read."""
    text = body.decode(errors="replace")
    return dict(parse_qsl(text)) if text.startswith("badge=") else right(body)


@defect(
    "issue.refuses-signed",
    handlers.pushed_badge,
    endpoints=("issue",),
    breaks=("BC-ISSUE-05",),
    since="0.1",
)
def refuses_signed(right: Right, sent: Mapping[str, Any]) -> str:
    """Signed badges are refused."""
    pushed: str = right(sent)
    if signature.looks_signed(pushed):
        raise ApiError(400, "signed badges are not supported")
    return pushed


@defect(
    "issue.accepts-no-badge",
    handlers.pushed_badge,
    endpoints=("issue",),
    breaks=("BC-ISSUE-08",),
    since="0.1",
)
def answers_well_without_badge(right: Right, sent: Mapping[str, Any]) -> str:
    """A push without a badge gets 200."""
    if not sent.get("badge"):
        raise ApiError(200, "nothing to do")
    return str(right(sent))


@defect(
    "issue.message-missing",
    answers.api_refusal,
    endpoints=("issue", "token", "identity"),
    breaks=("BC-ISSUE-04", "BC-ISSUE-14"),
    since="0.1",
)
def gives_no_message(right: Right, refusal: ApiError) -> web.Response:
    """Errors have no message."""
    response: web.Response = right(refusal)
    if not refusal.as_text:
        response.text = json.dumps({"error": refusal.status})
    return response


@defect(
    "issue.html-error",
    answers.api_refusal,
    endpoints=("issue", "token", "identity"),
    breaks=("BC-ISSUE-04", "BC-ISSUE-14"),
    since="0.1",
)
def answers_with_a_page(_right: Right, refusal: ApiError) -> web.Response:
    """Errors are HTML pages."""
    return web.Response(
        text="<!doctype html><h1>Bad Request</h1>",
        content_type="text/html",
        status=refusal.status,
        headers=refusal.headers,
    )


@defect(
    "issue.server-error",
    handlers.refused_assertion,
    endpoints=("issue",),
    breaks=(
        "BC-ISSUE-07",
        "BC-ISSUE-15",
        "BC-ISSUE-19",
        "BC-SAFE-08",
        "BC-ISSUE-21",
        "BC-ISSUE-22",
        "BC-SAFE-06",
        "BC-SAFE-07",
        "BC-ISSUE-09",
    ),
    since="0.1",
)
def fails_on_a_bad_assertion(right: Right, message: str, problems: list[Any]) -> ApiError:
    """An invalid assertion causes a server error."""
    refusal: ApiError = right(message, problems)
    return ApiError(500, refusal.message, refusal.details)


@defect(
    "issue.error-as-200",
    handlers.refused_assertion,
    endpoints=("issue",),
    breaks=(
        "BC-ISSUE-07",
        "BC-ISSUE-19",
        "BC-SAFE-08",
        "BC-ISSUE-21",
        "BC-ISSUE-22",
        "BC-SAFE-06",
        "BC-SAFE-07",
        "BC-ISSUE-09",
    ),
    since="0.1",
)
def refuses_with_200(right: Right, message: str, problems: list[Any]) -> ApiError:
    """An invalid assertion gets 200 and a message."""
    refusal: ApiError = right(message, problems)
    return ApiError(200, refusal.message, refusal.details)


@defect(
    "issue.refuses-05", handlers.judged, endpoints=("issue",), breaks=("BC-ISSUE-18",), since="0.1"
)
async def refuses_05(
    right: Right, judge: Judge, pushed: str, store: Backpack, grant: Grant
) -> Award:
    """Badges of Open Badges 0.5 are refused."""
    award: Award = await right(judge, pushed, store, grant)
    if not award.key[0]:
        raise ApiError(400, "Open Badges 0.5 is not supported")
    return award


@defect(
    "issue.crashes-on-object",
    handlers.pushed_badge,
    endpoints=("issue",),
    breaks=("BC-ISSUE-15", "BC-ISSUE-19"),
    since="0.1",
)
def crashes_on_an_object(right: Right, sent: Mapping[str, Any]) -> str:
    """An assertion object instead of its URL causes a server error."""
    if isinstance(sent.get("badge"), dict):
        raise Crash("unhashable type: 'dict'")
    return str(right(sent))


_shocked: WeakKeyDictionary[Backpack, set[str]] = WeakKeyDictionary()
"""Credentials under which something bad has been pushed."""


@defect(
    "issue.dies-on-bad-input",
    answers.answered,
    endpoints=(
        "script",
        "access",
        "accept",
        "login",
        "settings",
        "revoke",
        "issue",
        "token",
        "identity",
    ),
    breaks=(
        "BC-ISSUE-07",
        "BC-ISSUE-09",
        "BC-ISSUE-14",
        "BC-ISSUE-15",
        "BC-ISSUE-16",
        "BC-ISSUE-19",
        "BC-ISSUE-20",
    ),
    since="0.1",
)
def dies_on_bad_input(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """After an invalid badge the Backpack answers this issuer with server errors only."""
    shocked = _shocked.setdefault(exchange_of(request).sandbox.backpack, set())
    credentials = request.headers.get("Authorization", "")
    if credentials in shocked:
        return web.Response(status=500, text="worker died")
    if request.path.endswith("/issue") and response.status == 400:
        shocked.add(credentials)
    answer: web.StreamResponse = right(request, response)
    return answer


@defect(
    "issue.get-adds-badge",
    handlers.check_method,
    endpoints=("issue", "token", "identity"),
    breaks=("BC-ISSUE-23",),
    since="0.1",
)
def takes_any_method(right: Right, request: web.Request, allowed: str) -> None:
    """A badge can be pushed with any method."""
    if not request.path.endswith("/issue"):
        right(request, allowed)


@defect(
    "issue.overrides-the-method",
    handlers.check_method,
    endpoints=("issue",),
    breaks=("BC-ISSUE-23",),
    since="0.2",
)
def overrides_the_method(right: Right, request: web.Request, allowed: str) -> None:
    """A GET with the header X-HTTP-Method-Override adds a badge."""
    if request.headers.get("X-HTTP-Method-Override") != allowed:
        right(request, allowed)
