"""Read the parameters of an API request, strictly."""

import json
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.web import HTTPRequestEntityTooLarge

from mock_backpack.errors import ApiError
from mock_backpack.seams import Seam

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@Seam
async def read_parameters(request: web.Request) -> dict[str, Any]:
    """The members of a JSON object, or the fields of a form under a form content type.

    Source: the API document, "Content-Type should be application/json".

    Raises:
        ApiError: 400 when the body is not what its label says, 413 when it is too long,
            415 when it is labelled as neither JSON nor form.
    """
    try:
        body = await request.read()
    except HTTPRequestEntityTooLarge as error:
        raise ApiError(413, f"body: expected at most {request._client_max_size} bytes") from error
    if not body.strip():
        return {}
    if request.content_type == FORM:
        return _form(body)
    labelled = "Content-Type" in request.headers
    if not labelled or is_json(request.headers["Content-Type"], request.content_type):
        return read_json(body)
    raise ApiError(
        415,
        f"Content-Type: expected {JSON}, saw {request.content_type}",
        {"header": "Content-Type"},
    )


def _form(body: bytes) -> dict[str, Any]:
    try:
        fields = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=50, errors="strict"
        )
    except ValueError as error:
        raise ApiError(400, f"body: expected a form in UTF-8: {error}") from error
    return dict(fields)


@Seam
def is_json(_label: str, media_type: str) -> bool:
    """Whether a content type says JSON, with whatever charset."""
    return media_type == JSON


@Seam
def read_json(body: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8.

    Raises:
        ApiError: 400 when the body is none.
    """
    try:
        text = body.decode("utf-8")
        value = json.loads(text, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise ApiError(400, f"body: expected UTF-8, byte {error.start} is none") from error
    except RecursionError as error:
        raise ApiError(400, "body: JSON nested too deep") from error
    except ValueError as error:
        raise ApiError(400, _json_advice(text, error)) from error
    if not isinstance(value, dict):
        raise ApiError(400, f"body: expected a JSON object, saw {kind_of(value)}")
    if not is_unicode(value):
        raise ApiError(400, "body: expected Unicode text, saw half of a surrogate pair")
    return value


def _json_advice(text: str, error: ValueError) -> str:
    if "=" in text.split("&", 1)[0] and not text.lstrip().startswith(("{", "[", '"')):
        return f"body: expected JSON as its label says, saw a querystring; send it as {JSON}"
    return f"body: expected JSON as its label says: {error}"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def is_unicode(value: object) -> bool:
    """Whether every text in a JSON value can be written as UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def kind_of(value: object) -> str:
    """The JSON type of a value, for a message."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "an array"
        case _:
            return "an object"
