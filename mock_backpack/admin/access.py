"""Who may use the controls: this machine, or who knows the token."""

import hmac
import re
from urllib.parse import urlsplit

from aiohttp import web

from mock_backpack.errors import ApiError
from mock_backpack.fetching import is_loopback

OPEN = re.compile(r"(?:/s/[^/]+)?/_mock/(?:live\.css|live\.js)?")
"""The live page without any data: it is what asks for the token."""


def check_access(request: web.Request, token: str | None) -> None:
    """The controls can end any permission.

    Raises:
        ApiError: 401 without the token that the mock was started with, 403 when it was started
            without one and the request came from elsewhere, or from a page of another site.
    """
    check_page(request)
    if token is not None:
        if request.method == "GET" and OPEN.fullmatch(request.path):
            return
        sent = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        if not hmac.compare_digest(sent, f"Bearer {token}".encode()):
            raise ApiError(
                401,
                "Authorization: expected Bearer and the token given with --admin-token",
                headers={"WWW-Authenticate": 'Bearer realm="mock-backpack controls"'},
            )
    elif not is_loopback(request.remote or ""):
        raise ApiError(403, "the controls of the mock answer to loopback addresses only")
    elif not is_loopback(_name(f"//{request.host}")):
        # a page may let its own name lead to this machine, and then be of our origin
        message = "Host: expected localhost or a loopback address, or a mock with --admin-token"
        raise ApiError(403, message)


def check_page(request: web.Request) -> None:
    """No page of another site may use a browser on this machine to work the controls.

    Raises:
        ApiError: 403 when one tries.
    """
    origin = request.headers.get("Origin")
    if origin is not None and _host(origin) != request.host:
        raise ApiError(403, f"the controls of the mock are not for pages of {origin[:200]}")


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
