"""Answers that reveal too much, or have a wrong form."""

from typing import Any

from aiohttp import web

from mock_backpack.apis import answers, parameters
from mock_backpack.apis.connect import handlers
from mock_backpack.core.errors import ApiError, PageError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right

ENDPOINTS = ("issue", "token", "identity")


@defect(
    "http.tells-sql",
    handlers.token_refused,
    endpoints=("token",),
    breaks=("BC-SAFE-12",),
    since="0.2",
)
def tells_sql(right: Right, message: str, requirement: str) -> ApiError:
    """An error of the token endpoint reveals the database query."""
    refusal: ApiError = right(message, requirement)
    message = "SELECT grant_id FROM grants WHERE refresh_token = ?: no rows"
    return ApiError(refusal.status, message, headers=refusal.headers, as_text=True)


@defect(
    "http.tells-paths", answers.api_refusal, endpoints=("*",), breaks=("BC-SAFE-12",), since="0.2"
)
def tells_paths(right: Right, refusal: ApiError) -> web.Response:
    """A 404 reveals the file path of the router."""
    message = f"{refusal.message} (/var/www/backpack/lib/router.js)"
    if refusal.status not in (404, 405):
        message = refusal.message
    changed = ApiError(
        refusal.status, message, refusal.details, refusal.headers, as_text=refusal.as_text
    )
    response: web.Response = right(changed)
    return response


@defect(
    "http.echoes-markup",
    answers.page_refusal,
    endpoints=("access", "accept", "login", "settings"),
    breaks=("BC-SAFE-13",),
    since="0.2",
)
def echoes_markup(right: Right, request: web.Request, refusal: PageError) -> web.Response:
    """Error pages are HTML and repeat the request unescaped."""
    response: web.Response = right(request, refusal)
    response.content_type = "text/html"
    return response


@defect(
    "http.echoes-callback",
    answers.answered,
    endpoints=("access",),
    breaks=("BC-SAFE-13",),
    since="0.2",
)
def shows_the_callback(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """The access page repeats the callback unescaped."""
    answer: web.StreamResponse = right(request, response)
    if exchange_of(request).endpoint == "access" and isinstance(answer, web.Response):
        answer.text = f"{answer.text or ''}<!-- {request.query.get('callback', '')} -->"
    return answer


@defect(
    "http.wants-a-length",
    handlers.check_method,
    endpoints=("issue",),
    breaks=("BC-ISSUE-15",),
    since="0.2",
)
def wants_a_length(right: Right, request: web.Request, allowed: str) -> None:
    """A push with a chunked body causes a server error."""
    if request.path.endswith("/issue") and "Transfer-Encoding" in request.headers:
        raise Crash("int() argument must be a string, not 'NoneType'")
    right(request, allowed)


@defect(
    "http.any-grant-type-in-forms",
    parameters.read_parameters,
    endpoints=("token",),
    breaks=("BC-TOKEN-08",),
    since="0.2",
)
def reads_no_grant_type_of_a_form(right: Right, request: web.Request) -> dict[str, Any]:
    """The grant_type of a refresh is not checked when the body is a form."""
    found: dict[str, Any] = right(request)
    is_form = request.headers.get("Content-Type", "").startswith(parameters.FORM)
    is_refresh = is_form and request.path.endswith("/token")
    return {**found, "grant_type": "refresh_token"} if is_refresh else found
