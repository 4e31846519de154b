"""Wrong answers to browsers that ask for a page of another origin (Fetch standard)."""

from urllib.parse import urlsplit

from aiohttp import web

from mock_backpack.apis import answers
from mock_backpack.apis.connect import handlers
from mock_backpack.core.backpack import Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

CREDENTIALS = {"Access-Control-Allow-Credentials": "true"}


@defect(
    "cors.no-preflight",
    handlers.preflight_answer,
    endpoints=("preflight",),
    breaks=("BC-SAFE-11",),
    since="0.2",
)
def knows_no_preflight(_right: Right) -> web.Response:
    """The preflight of a browser is refused."""
    raise ApiError(405, "method: expected GET or POST, saw OPTIONS")


@defect(
    "cors.without-authorization",
    handlers.preflight_answer,
    endpoints=("preflight",),
    breaks=("BC-SAFE-11",),
    since="0.2",
)
def allows_no_authorization(right: Right) -> web.Response:
    """The preflight does not allow the Authorization header."""
    response: web.Response = right()
    response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    return response


@defect(
    "cors.with-credentials",
    handlers.preflight_answer,
    endpoints=("preflight",),
    breaks=("BC-SAFE-11",),
    since="0.2",
)
def allows_credentials(right: Right) -> web.Response:
    """The preflight allows cookies."""
    response: web.Response = right()
    response.headers.update(CREDENTIALS)
    return response


@defect(
    "cors.other-origin",
    handlers.preflight_answer,
    endpoints=("preflight",),
    breaks=("BC-SAFE-11",),
    since="0.2",
)
def allows_another_origin(right: Right) -> web.Response:
    """The preflight allows a different origin than the requesting one."""
    response: web.Response = right()
    response.headers["Access-Control-Allow-Origin"] = "https://backpack.example"
    return response


@defect(
    "cors.answer-unreadable",
    answers.readable_by,
    endpoints=("issue", "token", "identity"),
    breaks=("BC-SAFE-11",),
    since="0.2",
)
def forgets_the_answer(_right: Right, _grant: Grant) -> dict[str, str]:
    """A page of the grant's origin cannot read the response."""
    return {}


@defect(
    "cors.answer-for-everybody",
    answers.readable_by,
    endpoints=("issue", "token", "identity"),
    breaks=("BC-SAFE-11",),
    since="0.2",
)
def lets_everybody_read(right: Right, grant: Grant) -> dict[str, str]:
    """Every page can read the response."""
    return {**right(grant), "Access-Control-Allow-Origin": "*"}


@defect(
    "cors.answer-with-credentials",
    answers.readable_by,
    endpoints=("issue", "token", "identity"),
    breaks=("BC-SAFE-11",),
    since="0.2",
)
def lets_cookies_read(right: Right, grant: Grant) -> dict[str, str]:
    """The response allows cookies."""
    return {**right(grant), **CREDENTIALS}


@defect(
    "cors.opaque-origin-refreshes",
    handlers.check_sender,
    endpoints=("token",),
    breaks=("BC-TOKEN-17",),
    since="0.2",
)
def lets_an_opaque_origin_refresh(right: Right, request: web.Request, grant: Grant) -> None:
    """A page of an opaque origin (`Origin: null`) may refresh."""
    if request.headers.get("Origin") != "null":
        right(request, grant)


@defect(
    "cors.other-port-refreshes",
    handlers.check_sender,
    endpoints=("token",),
    breaks=("BC-TOKEN-17",),
    since="0.2",
)
def lets_another_port_refresh(right: Right, request: web.Request, grant: Grant) -> None:
    """A page of the issuer's host may refresh, whatever its port."""
    origin = urlsplit(request.headers.get("Origin", ""))
    if not origin.hostname or origin.hostname != urlsplit(grant.origin).hostname:
        right(request, grant)


@defect(
    "cors.echoes-any-origin",
    answers.answered,
    endpoints=("issue", "identity"),
    breaks=("BC-SAFE-11",),
    since="0.2",
)
def echoes_any_origin(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """A response may be read by a page of any origin that asks."""
    answer: web.StreamResponse = right(request, response)
    if "Origin" in request.headers and "Access-Control-Allow-Origin" in answer.headers:
        answer.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
    return answer
