"""Wrong envelopes."""

from typing import Any

from aiohttp import web

from mock_backpack.apis.badge_connect import envelope, handlers
from mock_backpack.core.errors import ApiError
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

AT = ("assertions", "profile")


@defect(
    "envelope.text-code",
    envelope.status_of,
    endpoints=AT,
    breaks=("BC21-ENV-01", "BC21-ENV-02"),
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
    told: dict[str, Any] = right(status, text, error)
    return {**told, "statusText": "FAILED"} if status >= 400 else told


@defect(
    "envelope.list-of-errors",
    envelope.status_of,
    endpoints=AT,
    breaks=("BC21-ENV-04", "BC21-ENV-05"),
    since="0.2",
)
def list_of_errors(right: Right, status: int, text: str, error: str | None) -> dict[str, Any]:
    """The error is an array."""
    told: dict[str, Any] = right(status, text, error)
    return {**told, "error": [{"description": error}]} if error else told


@defect(
    "envelope.silent",
    envelope.status_of,
    endpoints=AT,
    breaks=("BC21-ENV-05",),
    since="0.2",
)
def silent(right: Right, status: int, text: str, _error: str | None) -> dict[str, Any]:
    """A refusal does not explain itself."""
    told: dict[str, Any] = right(status, text, None)
    return told


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
