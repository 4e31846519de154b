"""Wrong answers to browsers that ask for a page of another origin (Fetch standard)."""

from aiohttp import web

from mock_backpack.apis.connect import api
from mock_backpack.core.backpack import Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.seams import Right, defect

CREDENTIALS = {"Access-Control-Allow-Credentials": "true"}


@defect("cors.no-preflight", api.preflight_answer)
def knows_no_preflight(_right: Right) -> web.Response:
    raise ApiError(405, "method: expected GET or POST, saw OPTIONS")


@defect("cors.without-authorization", api.preflight_answer)
def allows_no_authorization(right: Right) -> web.Response:
    response: web.Response = right()
    response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    return response


@defect("cors.with-credentials", api.preflight_answer)
def allows_credentials(right: Right) -> web.Response:
    response: web.Response = right()
    response.headers.update(CREDENTIALS)
    return response


@defect("cors.other-origin", api.preflight_answer)
def allows_another_origin(right: Right) -> web.Response:
    response: web.Response = right()
    response.headers["Access-Control-Allow-Origin"] = "https://backpack.example"
    return response


@defect("cors.answer-unreadable", api.readable_by)
def forgets_the_answer(_right: Right, _grant: Grant) -> dict[str, str]:
    return {}


@defect("cors.answer-for-everybody", api.readable_by)
def lets_everybody_read(right: Right, grant: Grant) -> dict[str, str]:
    return {**right(grant), "Access-Control-Allow-Origin": "*"}


@defect("cors.answer-with-credentials", api.readable_by)
def lets_cookies_read(right: Right, grant: Grant) -> dict[str, str]:
    return {**right(grant), **CREDENTIALS}
