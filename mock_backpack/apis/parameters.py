"""Read the parameters of an API request, strictly."""

from typing import Any
from urllib.parse import unquote_to_bytes

from aiohttp import hdrs, web

from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.labels import media_type
from mock_backpack.core.seams import seam
from mock_backpack.core.strict_json import NotJson, kind_of, strict_json

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MOST_FIELDS = 50


@seam
def read_parameters(request: web.Request) -> dict[str, Any]:
    """The members of a JSON object, or the fields of a form under a form content type.

    Source: the API document, "Content-Type should be application/json".

    Raises:
        ApiError: 400 when the body is not what its label says, 413 when it is too long,
            415 when it is labelled as neither JSON nor form.
    """
    body = exchange_of(request).body
    if not body.strip():
        return {}
    label = request.headers.get(hdrs.CONTENT_TYPE)
    kind = JSON if label is None else media_type(label)
    if kind == FORM:
        return dict(read_form(body))
    if label is None or is_json(label, kind):
        return read_json(body)
    raise ApiError(
        415,
        f"Content-Type: expected {JSON}, saw {kind}",
        {"header": "Content-Type"},
        requirement="BC-CLIENT-03",
    )


@seam
def read_form(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form in UTF-8.

    Raises:
        ApiError: 400 when the body is none.
    """
    try:
        fields = [field.partition("=") for field in body.decode().split("&") if field]
        decoded = [(_decoded(name), _decoded(value)) for name, _, value in fields]
    except ValueError as error:
        raise ApiError(400, "body: expected a form in UTF-8") from error
    if len(fields) > MOST_FIELDS:
        raise ApiError(400, f"body: expected at most {MOST_FIELDS} fields, saw {len(fields)}")
    return decoded


def _decoded(text: str) -> str:
    """A name or value as it was before encoding (URL Standard section 5.1).

    `urllib.parse.parse_qsl` takes twice as long, which is 3 % of a refresh.
    """
    spaced = text.replace("+", " ")
    return unquote_to_bytes(spaced).decode() if "%" in spaced else spaced


@seam
def is_json(_label: str, kind: str) -> bool:
    """Whether a content type says JSON, with whatever charset."""
    return kind == JSON


@seam
def read_json(body: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8.

    Raises:
        ApiError: 400 when the body is none.
    """
    try:
        value = strict_json(body)
    except NotJson as error:
        message = f"body: {_advice(body) or error}"
        raise ApiError(400, message, requirement="BC-CLIENT-03") from error
    if not isinstance(value, dict):
        raise ApiError(400, f"body: expected a JSON object, saw {kind_of(value)}")
    return value


def _advice(body: bytes) -> str:
    """A hint for a query string sent as JSON, as the API document shows it; else ``""``."""
    is_query = b"=" in body.split(b"&", 1)[0] and not body.lstrip().startswith((b"{", b"[", b'"'))
    return f"expected {JSON} because of its Content-Type, saw a query string" if is_query else ""
