"""Good answers of the API, as JSON."""

from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import hdrs, web

JSON = "application/json; charset=utf-8"
_ENCODER = msgspec.json.Encoder()


def json_answer(body: Any, headers: Mapping[str, str], status: int = 200) -> web.Response:
    """An answer that is made once: aiohttp's own puts its text and its label together in steps."""
    told = {**headers, hdrs.CONTENT_TYPE: JSON}
    return web.Response(body=_ENCODER.encode(body), status=status, headers=told)
