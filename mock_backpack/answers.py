"""Good answers of the API, as JSON."""

import json
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import hdrs, web

JSON = "application/json; charset=utf-8"


def json_answer(body: Any, headers: Mapping[str, str], status: int = 200) -> web.Response:
    """An answer that is made once: aiohttp's own puts its text and its label together in steps."""
    told = {**headers, hdrs.CONTENT_TYPE: JSON}
    return web.Response(body=_spelled(body), status=status, headers=told)


def _spelled(body: Any) -> bytes:
    try:
        return orjson.dumps(body)
    except TypeError:  # it takes whole numbers of 64 bits at most
        return json.dumps(body).encode()
