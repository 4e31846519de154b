"""Which handler answers a path of a sandbox, as a table."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web
from attrs import frozen

from mock_backpack.core.errors import ApiError

if TYPE_CHECKING:
    from mock_backpack.core.sandbox import Sandbox

Handler: TypeAlias = Callable[["Sandbox", web.Request], Awaitable[web.StreamResponse]]

ADMIN_ROOT = "/_mock"
ADMIN_PATH = f"{ADMIN_ROOT}/"
RESTORE_PATH = f"{ADMIN_PATH}restore"


@frozen
class Route:
    """Where a handler is, and what the catalogue and the journal call it."""

    endpoint: str
    handler: Handler


ANY = "*"

ROUTES: Mapping[str, Mapping[str, Route]] = {
    "/api/issue": {
        "OPTIONS": Route("preflight", lambda box, request: box.api.preflight(request)),
        ANY: Route("issue", lambda box, request: box.api.issue(request)),
    },
    "/api/token": {
        "OPTIONS": Route("preflight", lambda box, request: box.api.preflight(request)),
        ANY: Route("token", lambda box, request: box.api.token(request)),
    },
    "/api/identity": {
        "OPTIONS": Route("preflight", lambda box, request: box.api.preflight(request)),
        ANY: Route("identity", lambda box, request: box.api.identity(request)),
    },
    "/": {"GET": Route("index", lambda box, request: box.pages.index(request))},
    "/issuer.js": {"GET": Route("script", lambda box, request: box.pages.script(request))},
    "/style.css": {"GET": Route("style", lambda box, request: box.pages.style(request))},
    "/access": {"GET": Route("access", lambda box, request: box.pages.access(request))},
    "/accept": {"POST": Route("accept", lambda box, request: box.pages.accept(request))},
    "/login": {
        "GET": Route("login", lambda box, request: box.pages.login_form(request)),
        "POST": Route("login", lambda box, request: box.pages.login(request)),
    },
    "/logout": {"POST": Route("logout", lambda box, request: box.pages.logout(request))},
    "/settings": {"GET": Route("settings", lambda box, request: box.pages.settings(request))},
    "/settings/revoke-origin": {
        "POST": Route("revoke", lambda box, request: box.pages.revoke(request))
    },
    "/badges": {"GET": Route("badges", lambda box, request: box.pages.badges(request))},
}

ENDPOINTS = tuple(
    dict.fromkeys(route.endpoint for methods in ROUTES.values() for route in methods.values())
)
"""What the journal calls the paths of a sandbox."""


def route_of(path: str, method: str) -> Route:
    """What answers a request: one of the handlers, or a refusal."""
    methods = ROUTES.get(path)
    if methods is None:
        return Route("", _not_found(path, method))
    found = methods.get("GET" if method == "HEAD" else method) or methods.get(ANY)
    return found or Route(
        next(iter(methods.values())).endpoint, _not_allowed(path, method, methods)
    )


def _not_found(path: str, method: str) -> Handler:
    async def refuse(_sandbox: "Sandbox", _request: web.Request) -> web.StreamResponse:
        last = path.rstrip("/").rpartition("/")[2]
        lost = "BC-CLIENT-02" if last in ("issue", "token", "identity") else ""
        raise ApiError(404, f"404 Not Found: {method} {path[:200]}", requirement=lost)

    return refuse


def _not_allowed(path: str, method: str, methods: Iterable[str]) -> Handler:
    async def refuse(_sandbox: "Sandbox", _request: web.Request) -> web.StreamResponse:
        both = ("HEAD",) if "GET" in methods else ()
        allow = {"Allow": ", ".join(sorted((*methods, *both)))}
        message = f"405 Method Not Allowed: {method} {path[:200]}"
        raise ApiError(405, message, headers=allow)

    return refuse
