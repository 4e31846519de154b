"""Access control of the admin API: this machine, or a client with the token."""

import hmac
import re

from aiohttp import hdrs, web

from mock_backpack.core.addresses import Addresses
from mock_backpack.core.errors import ApiError
from mock_backpack.core.fetching import is_loopback

OPEN = re.compile(r"(?:/s/[^/]+)?/_mock/(?:live\.css|live\.js)?")
"""The live page without any data: it is what asks for the token."""


def check_access(request: web.Request, token: str | None, addresses: Addresses) -> None:
    """The admin API can end any grant.

    Raises:
        ApiError: 401 without the token that the mock was started with, 403 when it was started
            without one and the request came from elsewhere, or from a page of another site.
    """
    addresses.check_origin(request)
    if token is not None:
        if request.method == "GET" and OPEN.fullmatch(request.path):
            return
        sent = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        if not hmac.compare_digest(sent, f"Bearer {token}".encode()):
            raise ApiError(
                401,
                "Authorization: expected Bearer and the token given with --admin-token",
                headers={"WWW-Authenticate": 'Bearer realm="mock-backpack admin API"'},
            )
    elif not is_loopback(request.remote or ""):
        raise ApiError(403, "the admin API of the mock answers only loopback addresses")
    elif hdrs.HOST not in request.headers:
        raise ApiError(403, "Host: expected localhost or a loopback address, saw none")
