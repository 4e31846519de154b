"""Refusals of the API: ``Imsx_StatusInfo`` (Open Badges 3.0, sections Status and B.3.6)."""

from collections.abc import Mapping
from typing import Any

from mock_backpack.core.errors import ApiError
from mock_backpack.core.seams import seam

NO_STORE = {"Cache-Control": "no-store"}
FIELD = "TargetEndSystem"
CODES = {
    400: "invalid_query_parameter",
    401: "unauthorizedrequest",
    403: "forbidden",
    404: "not_found",
    405: "not_allowed",
    422: "invalid_data",
    429: "server_busy",
    500: "internal_server_error",
    503: "server_busy",
}
"""By HTTP status; all others are ``unknown``."""


def refusal(
    status: int,
    message: str,
    headers: Mapping[str, str] | None = None,
    requirement: str = "",
) -> ApiError:
    """A refusal."""
    return ApiError(
        status,
        message,
        headers={**NO_STORE, **(headers or {})},
        requirement=requirement,
        body=status_info(status, message),
    )


def dressed(general: ApiError) -> ApiError:
    """A refusal that is not the API's own, in its form."""
    return refusal(general.status, general.message, general.headers, general.requirement)


@seam
def status_info(status: int, message: str) -> dict[str, Any]:
    """The body of a refusal."""
    field = {
        "imsx_codeMinorFieldName": FIELD,
        "imsx_codeMinorFieldValue": CODES.get(status, "unknown"),
    }
    return {
        "imsx_codeMajor": "failure",
        "imsx_severity": severity(status),
        "imsx_description": message,
        "imsx_codeMinor": {"imsx_codeMinorField": [field]},
    }


@seam
def severity(status: int) -> str:
    """How bad it is: what is not there is no error."""
    return "status" if status == 404 else "error"
