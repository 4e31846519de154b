"""Wrong envelopes."""

from typing import Any

from aiohttp import web

from mock_backpack.apis.badge_connect import bearer, envelope, handlers
from mock_backpack.apis.oauth import tokens
from mock_backpack.core.backpack import Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("assertions", "profile")


@defect(
    "envelope.text-code",
    envelope.status_of,
    endpoints=AT,
    breaks=("BC21-ENV-01",),
    since="0.2",
)
def text_code(right: Right, status: int, text: str, error: str | None) -> dict[str, Any]:
    """The status code is a text."""
    return {**right(status, text, error), "statusCode": str(status)}


@defect(
    "envelope.always-200",
    envelope.status_of,
    endpoints=AT,
    breaks=("BC21-ENV-02",),
    since="0.2",
)
def always_200(right: Right, status: int, text: str, error: str | None) -> dict[str, Any]:
    """The status code is 200, whatever the answer."""
    return {**right(status, text, error), "statusCode": 200}


@defect(
    "envelope.own-text",
    envelope.status_of,
    endpoints=AT,
    breaks=(
        "BC21-ENV-03",
        "BC21-ENV-06",
        "BC21-GET-12",
        "BC21-POST-10",
        "BC21-POST-11",
        "BC21-POST-17",
    ),
    since="0.2",
)
def own_text(right: Right, status: int, text: str, error: str | None) -> dict[str, Any]:
    """The status text of a refusal is one of its own."""
    status_object: dict[str, Any] = right(status, text, error)
    return {**status_object, "statusText": "FAILED"} if status >= 400 else status_object


@defect(
    "envelope.list-of-errors",
    envelope.status_of,
    endpoints=AT,
    breaks=("BC21-ENV-04",),
    since="0.2",
)
def list_of_errors(right: Right, status: int, text: str, error: str | None) -> dict[str, Any]:
    """The error is an array."""
    status_object: dict[str, Any] = right(status, text, error)
    return {**status_object, "error": [{"description": error}]} if error else status_object


@defect(
    "envelope.silent",
    envelope.status_of,
    endpoints=AT,
    breaks=("BC21-ENV-05",),
    since="0.2",
)
def silent(right: Right, status: int, text: str, _error: str | None) -> dict[str, Any]:
    """A refusal does not explain itself."""
    status_object: dict[str, Any] = right(status, text, None)
    return status_object


@defect(
    "envelope.lost-without-envelope",
    handlers.no_resource,
    endpoints=AT,
    breaks=("BC21-ENV-06",),
    since="0.2",
)
def lost_without_envelope(_right: Right, _request: web.Request) -> ApiError:
    """An unknown path is a plain 404."""
    return ApiError(404, "404 Not Found")


@defect(
    "envelope.no-text",
    envelope.status_of,
    endpoints=AT,
    breaks=("BC21-ENV-01",),
    since="0.2",
)
def no_text(right: Right, status: int, text: str, error: str | None) -> dict[str, Any]:
    """A good answer has no status text."""
    status_object: dict[str, Any] = right(status, text, error)
    return (
        status_object
        if status >= 400
        else {name: status_object[name] for name in ("statusCode", "error")}
    )


@defect(
    "envelope.object-as-error",
    envelope.status_of,
    endpoints=AT,
    breaks=("BC21-ENV-04",),
    since="0.2",
)
def object_as_error(right: Right, status: int, text: str, error: str | None) -> dict[str, Any]:
    """The error is an object."""
    status_object: dict[str, Any] = right(status, text, error)
    return {**status_object, "error": {"message": error}} if error else status_object


@defect(
    "envelope.empty-error",
    envelope.status_of,
    endpoints=AT,
    breaks=("BC21-ENV-05",),
    since="0.2",
)
def empty_error(right: Right, status: int, text: str, error: str | None) -> dict[str, Any]:
    """The error of a refusal is an empty text."""
    return {**right(status, text, error), "error": "" if error else None}


@defect(
    "envelope.success",
    envelope.status_of,
    endpoints=AT,
    breaks=("BC21-ENV-03",),
    since="0.2",
)
def success(right: Right, status: int, text: str, error: str | None) -> dict[str, Any]:
    """The status text of a good answer is another one."""
    status_object: dict[str, Any] = right(status, text, error)
    return {**status_object, "statusText": "SUCCESS"} if status < 400 else status_object


@defect(
    "envelope.retry-soon",
    bearer.challenge,
    endpoints=AT,
    breaks=("BC21-ENV-08",),
    since="0.2",
)
def retry_soon(right: Right, error: str) -> dict[str, str]:
    """A refusal has a Retry-After in words."""
    return {**right(error), "Retry-After": "soon"}


@defect(
    "envelope.lost-methods",
    handlers.no_method,
    endpoints=AT,
    breaks=("BC21-ENV-06",),
    since="0.2",
)
def lost_methods(_right: Right, _request: web.Request, _allow: str) -> ApiError:
    """Another method is a 404."""
    return envelope.refusal(404, "no such method")


@defect(
    "envelope.around-tokens",
    tokens.token_body,
    endpoints=("oauth-token",),
    breaks=("BC21-ENV-07",),
    since="0.2",
)
def around_tokens(right: Right, grant: Grant, expires: int) -> dict[str, object]:
    """The answer with tokens has the envelope of the API."""
    return {
        **right(grant, expires),
        "status": {"statusCode": 200, "statusText": "OK", "error": None},
    }


@defect(
    "envelope.lost-as-bad-request",
    handlers.no_resource,
    endpoints=AT,
    breaks=("BC21-ENV-06",),
    since="0.2",
)
def lost_as_bad_request(_right: Right, _request: web.Request) -> ApiError:
    """An unknown path is a BAD_REQUEST."""
    return envelope.refusal(400, "bad request")
