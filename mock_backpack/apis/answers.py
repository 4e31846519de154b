"""How answers leave the mock, whatever the API: good ones, refusals, and the headers of both."""

from collections.abc import Mapping
from typing import Any

from aiohttp import hdrs, web

from mock_backpack.core.backpack import Grant
from mock_backpack.core.errors import ApiError, PageError
from mock_backpack.core.seams import seam
from mock_backpack.core.strict_json import json_bytes

JSON = "application/json; charset=utf-8"
STYLE = "style-src 'self'; img-src http: https: data:"


def json_answer(body: Any, headers: Mapping[str, str], status: int = 200) -> web.Response:
    """A finished answer; aiohttp's own class assembles text and content type in steps."""
    labelled = {**headers, hdrs.CONTENT_TYPE: JSON}
    return web.Response(body=json_bytes(body), status=status, headers=labelled)


@seam
def answered(_request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """The answer as it leaves the mock."""
    return response


@seam
def api_refusal(refusal: ApiError) -> web.Response:
    """A refusal of an API: JSON with ``message``, or the historical text."""
    if refusal.as_text:
        return web.Response(text=refusal.message, status=refusal.status, headers=refusal.headers)
    if refusal.body is not None:
        return json_answer(refusal.body, refusal.headers, refusal.status)
    body = {**refusal.details, "message": refusal.message}
    if refusal.requirement:
        body["requirement"] = refusal.requirement
    return web.json_response(body, status=refusal.status, headers=refusal.headers)


@seam
def page_refusal(_request: web.Request, refusal: PageError) -> web.Response:
    """A refusal of a page: plain text, so that nothing of the request can come back as HTML."""
    return web.Response(text=refusal.message, status=refusal.status, headers=page_headers())


@seam
def page_headers() -> dict[str, str]:
    """Headers of every page: no caching, no framing, no referrer.

    A ``form-action`` would make Chromium block the redirect to the callback.
    """
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"default-src 'none'; {STYLE}; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


@seam
def readable_by(grant: Grant) -> dict[str, str]:
    """Let pages of the grant's origin, and no others, read the answer (Fetch: CORS)."""
    return {
        "Access-Control-Allow-Origin": grant.origin,
        "Access-Control-Expose-Headers": "WWW-Authenticate",
        "Vary": "Origin",
    }
