"""The aiohttp application of the mock: routes, and what every answer has in common."""

import logging
import secrets
from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from mock_backpack.admin import Admin
from mock_backpack.api import Api
from mock_backpack.backpack import Backpack
from mock_backpack.catalogue import defects_named
from mock_backpack.errors import ApiError, PageError
from mock_backpack.judge.award import Judge
from mock_backpack.judge.fetch import Fetcher
from mock_backpack.pages import Pages, page_headers
from mock_backpack.seams import Armed, Crash, Seam, arming, by_seam

log = logging.getLogger("mock_backpack")

MAX_BODY_BYTES = 1024 * 1024


def create_app(*, expires: int = 3600, defects: Iterable[str] = ()) -> web.Application:
    """A mock Backpack as an aiohttp application.

    Args:
        expires: life of an access token, in seconds.
        defects: names of defects to arm; the mock is correct without any.

    Raises:
        UnknownDefect: when a name is in no catalogue.
    """
    armed = defects_named(defects)
    app = web.Application(
        middlewares=[_with_defects(by_seam(armed)), _refusals], client_max_size=MAX_BODY_BYTES
    )
    fetcher = Fetcher()
    app.cleanup_ctx.append(fetcher.running)
    app.on_response_prepare.append(_sign)
    backpack = Backpack(expires=expires)
    api = Api(backpack, Judge(fetcher, backpack.clock))
    pages = Pages(backpack)
    admin = Admin(backpack, tuple(one.name for one in armed))
    app.add_routes(
        [
            web.options("/api/issue", api.preflight),
            web.options("/api/token", api.preflight),
            web.options("/api/identity", api.preflight),
            web.route("*", "/api/issue", api.issue),
            web.route("*", "/api/token", api.token),
            web.route("*", "/api/identity", api.identity),
            web.get("/", pages.index),
            web.get("/issuer.js", pages.script),
            web.get("/style.css", pages.style),
            web.get("/access", pages.access),
            web.post("/accept", pages.accept),
            web.get("/login", pages.login_form),
            web.post("/login", pages.login),
            web.post("/logout", pages.logout),
            web.get("/settings", pages.settings),
            web.post("/settings/revoke-origin", pages.revoke),
            web.get("/badges", pages.badges),
            web.get("/_mock/health", admin.health),
            web.post("/_mock/clock", admin.clock),
            web.get("/_mock/badges", admin.badges),
        ]
    )
    return app


def _with_defects(armed: Armed) -> Middleware:
    @web.middleware
    async def with_defects(request: web.Request, handler: Handler) -> web.StreamResponse:
        with arming(armed):
            return answered(request, await handler(request))

    return with_defects


@Seam
def answered(_request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """The answer as it leaves the mock."""
    return response


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ApiError as refusal:
        return api_refusal(refusal)
    except PageError as refusal:
        return page_refusal(request, refusal)
    except web.HTTPException as refusal:
        message = f"{refusal.status} {refusal.reason}: {request.method} {request.path[:200]}"
        allow = {"Allow": refusal.headers["Allow"]} if "Allow" in refusal.headers else {}
        return api_refusal(ApiError(refusal.status, message, headers=allow))
    except web.RequestPayloadError:
        message = "body: expected what Content-Encoding and Content-Length say"
        return api_refusal(ApiError(400, message))
    except Crash as crash:
        return api_refusal(ApiError(500, str(crash)))
    except Exception:  # one broken handler must not end the process
        reference = secrets.token_hex(4)
        log.exception("%s %s failed, reference %s", request.method, request.path, reference)
        return api_refusal(ApiError(500, f"the mock itself failed, reference {reference}"))


@Seam
def api_refusal(refusal: ApiError) -> web.Response:
    """A refusal of the API: JSON with ``message``, or the historical text."""
    if refusal.as_text:
        return web.Response(text=refusal.message, status=refusal.status, headers=refusal.headers)
    body = {**refusal.details, "message": refusal.message}
    return web.json_response(body, status=refusal.status, headers=refusal.headers)


@Seam
def page_refusal(_request: web.Request, refusal: PageError) -> web.Response:
    """A refusal of a page: plain text, so that nothing of the request can come back as HTML."""
    return web.Response(text=refusal.message, status=refusal.status, headers=page_headers())


async def _sign(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = "mock-backpack"
