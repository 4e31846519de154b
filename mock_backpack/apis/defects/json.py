"""Answers that are JSON, and not as they should be."""

import json

from aiohttp import web

from mock_backpack.apis import answers
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

JSON = "application/json"


@defect(
    "json.duplicate-members",
    answers.answered,
    endpoints=("*",),
    breaks=("BC-SAFE-15",),
    since="0.2",
)
def says_things_twice(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """JSON responses contain their first member twice."""
    answer: web.StreamResponse = right(request, response)
    if isinstance(answer, web.Response) and answer.content_type == JSON:
        answer.body = _first_member_twice(answer.body if isinstance(answer.body, bytes) else b"")
    return answer


def _first_member_twice(body: bytes) -> bytes:
    value = json.loads(body or b"0")
    if not isinstance(value, dict) or not value:
        return body
    name = next(iter(value))
    return json.dumps({name: value[name]})[:-1].encode() + b", " + body.removeprefix(b"{")
