"""Answers that tell too much, or in a wrong form."""

from aiohttp import web

from mock_backpack import app
from mock_backpack.apis.connect import api
from mock_backpack.core.errors import ApiError, PageError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.seams import Crash, Right, defect

ENDPOINTS = ("issue", "token", "identity")


@defect("http.tells-versions", app.answered)
def tells_versions(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    answer: web.StreamResponse = right(request, response)
    answer.headers["X-Powered-By"] = "PHP/5.4.16"
    return answer


@defect("http.tells-sql", api.token_refused)
def tells_sql(right: Right, message: str, requirement: str = "") -> ApiError:
    refusal: ApiError = right(message, requirement)
    told = "SELECT grant_id FROM grants WHERE refresh_token = ?: no rows"
    return ApiError(refusal.status, told, headers=refusal.headers, as_text=True)


@defect("http.tells-paths", app.api_refusal)
def tells_paths(right: Right, refusal: ApiError) -> web.Response:
    told = f"{refusal.message} (/var/www/backpack/lib/router.js)"
    if refusal.status not in (404, 405):
        told = refusal.message
    changed = ApiError(refusal.status, told, refusal.details, refusal.headers, "", refusal.as_text)
    response: web.Response = right(changed)
    return response


@defect("http.echoes-markup", app.page_refusal)
def echoes_markup(right: Right, request: web.Request, refusal: PageError) -> web.Response:
    response: web.Response = right(request, refusal)
    response.content_type = "text/html"
    return response


@defect("http.echoes-callback", app.answered)
def shows_the_callback(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    answer: web.StreamResponse = right(request, response)
    if exchange_of(request).endpoint == "access" and isinstance(answer, web.Response):
        answer.text = f"{answer.text or ''}<!-- {request.query.get('callback', '')} -->"
    return answer


@defect("http.huge-body-is-500", app.api_refusal)
def fails_at_a_huge_body(right: Right, refusal: ApiError) -> web.Response:
    response: web.Response = right(refusal)
    if refusal.status == 413:
        response.set_status(500)
    return response


@defect("http.wants-a-length", api.check_method)
def wants_a_length(right: Right, request: web.Request, allowed: str) -> None:
    if request.path.endswith("/issue") and "Transfer-Encoding" in request.headers:
        raise Crash("int() argument must be a string, not 'NoneType'")
    right(request, allowed)
