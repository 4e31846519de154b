"""The status that every answer of the API carries (Open Badges 2.1, section Status)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import web

from mock_backpack.apis.answers import json_answer
from mock_backpack.core.errors import ApiError
from mock_backpack.core.seams import seam

TEXTS = {
    200: "OK",
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
}
"""By HTTP status, where the endpoint says nothing more exact."""
INVALID_REQUEST = "REQUEST_VALIDATION_ERROR"
INVALID_BADGE = "INVALID_BADGE"
WRONG_RECIPIENT = "RECIPIENT_PROFILE_MISMATCH"
NO_PERMISSION = "PERMISSION_DENIED"
NO_STORE = {"Cache-Control": "no-store"}


def good(members: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> web.Response:
    """A good answer."""
    body = {"status": status_of(200, "", None), **members}
    return json_answer(body, {**NO_STORE, **(headers or {})})


def refusal(
    status: int,
    message: str,
    text: str = "",
    headers: Mapping[str, str] | None = None,
    requirement: str = "",
) -> ApiError:
    """A refusal; ``text`` is the status text, when it is not the usual one of the HTTP status."""
    body = {"status": status_of(status, text, message)}
    return ApiError(
        status, message, headers={**NO_STORE, **(headers or {})}, requirement=requirement, body=body
    )


@seam
def status_of(status: int, text: str, error: str | None) -> dict[str, Any]:
    """The member ``status``."""
    usual = TEXTS.get(status) or HTTPStatus(status).name
    return {"error": error, "statusCode": status, "statusText": text or usual}
