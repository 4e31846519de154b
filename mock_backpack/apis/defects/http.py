"""Answers that reveal too much, at every endpoint."""

from aiohttp import web

from mock_backpack.apis import answers
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right


@defect(
    "http.tells-versions", answers.answered, endpoints=("*",), breaks=("BC-SAFE-12",), since="0.2"
)
def tells_versions(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """Every answer reveals software versions."""
    answer: web.StreamResponse = right(request, response)
    answer.headers["X-Powered-By"] = "PHP/5.4.16"
    return answer
