"""At which address others reach the mock, and by which names they may."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from aiohttp import HttpVersion11, hdrs, web

from mock_backpack.core.errors import ApiError
from mock_backpack.core.fetching import is_loopback, plain_name
from mock_backpack.core.quoting import quoted
from mock_backpack.core.settings import Settings

HOST = re.compile(
    r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_][A-Za-z0-9._-]{0,254})(?::[0-9]{0,5})?", re.ASCII
)
"""The value of a ``Host`` header (RFC 9110 section 7.2)."""
REMEMBERED = 256
CLOSE = {"Connection": "close"}


class Addresses:
    """The names and the outer URL of one mock."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.url
        self._names = frozenset(map(plain_name, settings.host_names))
        self._takes_any = settings.admin_token is not None
        # for speed: every request names the same few hosts, and the answer depends on our settings
        self._refusal = lru_cache(REMEMBERED)(self._refusal_of)
        outside = urlsplit(self._url or "")
        self.path = outside.path
        """The path of the outer URL, which a proxy takes away; ``""`` without one."""
        self.is_secure = outside.scheme == "https" or settings.is_tls
        """Whether browsers reach the mock over TLS."""
        self._authority = outside.netloc.lower()
        self._origin = f"{outside.scheme}://{self._authority}"
        self._outside = plain_name(outside.hostname or "")

    def root(self, request: web.Request) -> str:
        """The URL at which the client reaches the mock, without a trailing slash."""
        return self._url or self._direct(request)

    def _direct(self, request: web.Request) -> str:
        host = request.headers.get(hdrs.HOST)
        if host is None and request.transport is not None:  # HTTP/1.0 need not name it
            name, port = request.transport.get_extra_info("sockname")[:2]
            host = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
        return f"{request.scheme}://{host}"

    def refusal(self, request: web.Request) -> ApiError | None:
        """Why a request is not answered at all, for the host that it names.

        A page may let its own name lead to this machine and then be of our origin; so without a
        token only names of this machine are answered, and those that somebody has given.
        """
        hosts = request.headers.getall(hdrs.HOST, ())
        if len(hosts) == 1:
            return self._refusal(hosts[0])
        if not hosts and request.version < HttpVersion11:
            return None
        return ApiError(400, f"Host: expected one, saw {len(hosts)}", headers=CLOSE)

    def _refusal_of(self, host: str) -> ApiError | None:
        name = _name(host)
        if name is None:
            expected = "a host name or an address, with or without a port"
            return ApiError(400, f"Host: expected {expected}, saw {quoted(host)}", headers=CLOSE)
        if self._takes_any or self._is_known(name):
            return None
        expected = "localhost, a loopback address, or a name given with --host-name"
        return ApiError(403, f"Host: expected {expected}, saw {quoted(name)}", headers=CLOSE)

    def _is_known(self, name: str) -> bool:
        is_here = is_loopback(name) or name.endswith(".localhost")  # RFC 6761 section 6.3
        return is_here or name in self._names or name == self._outside

    def is_named_here(self, request: web.Request) -> bool:
        """Whether a request names this machine, or a name that somebody has given."""
        name = _name(request.headers.get(hdrs.HOST, ""))
        return name is not None and self._is_known(name)

    def is_direct(self, request: web.Request) -> bool:
        """Whether a request comes from this machine, and through no proxy that we know of."""
        is_here = is_loopback(request.remote or "") and self.is_named_here(request)
        return is_here and self._url is None

    def check_origin(self, request: web.Request) -> None:
        """No page of another site may use the admin API through a browser.

        Raises:
            ApiError: 403 when one tries.
        """
        for origin in request.headers.getall(hdrs.ORIGIN, ()):
            if origin.lower() not in self._own_origins(request):
                message = f"the admin API of the mock is not for pages of {origin[:200]}"
                raise ApiError(403, message)

    def _own_origins(self, request: web.Request) -> tuple[str, ...]:
        direct = self._direct(request).lower()
        if self._url is None:
            return (direct,)
        host = request.headers.get(hdrs.HOST, "").lower()
        is_local = host != self._authority and is_loopback(_name(host) or "")
        return (self._origin, direct) if is_local else (self._origin,)


def _name(host: str) -> str | None:
    match = HOST.fullmatch(host)
    return plain_name(match[1]) if match else None
