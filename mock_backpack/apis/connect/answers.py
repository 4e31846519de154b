"""Good answers of the API, as JSON."""

from collections.abc import Mapping
from typing import Any

from aiohttp import hdrs, web

from mock_backpack.core.strict_json import json_bytes

JSON = "application/json; charset=utf-8"


def json_answer(body: Any, headers: Mapping[str, str], status: int = 200) -> web.Response:
    """An answer that is made once: aiohttp's own puts its text and its label together in steps."""
    told = {**headers, hdrs.CONTENT_TYPE: JSON}
    return web.Response(body=json_bytes(body), status=status, headers=told)
