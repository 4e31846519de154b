"""Answers that reveal too much, and a body that is too long."""

from aiohttp import web

from mock_backpack.apis import answers
from mock_backpack.core.errors import ApiError
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


@defect(
    "http.huge-body-is-500",
    answers.api_refusal,
    endpoints=("issue", "token", "assertions", "credentials", "oauth-token"),
    breaks=("BC-SAFE-07",),
    since="0.2",
)
def fails_at_a_huge_body(right: Right, refusal: ApiError) -> web.Response:
    """A request body that is too large causes a server error."""
    response: web.Response = right(refusal)
    if refusal.status == 413:
        response.set_status(500)
    return response
