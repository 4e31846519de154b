"""The aiohttp application of the mock: from a request to its sandbox, its rules, its answer."""

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from aiohttp import HttpVersion11, StreamReader, hdrs, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from multidict import istr

from mock_backpack.apis.all import APIS
from mock_backpack.apis.answers import answered, api_refusal, page_refusal, readable_by
from mock_backpack.apis.api import Api
from mock_backpack.apis.routing import Answering, Routing, refusing
from mock_backpack.control import Admin
from mock_backpack.control.admin import ADMIN_PATH, ADMIN_ROOT, RESTORE_PATH
from mock_backpack.core.addresses import Addresses
from mock_backpack.core.errors import ApiError, Full, PageError, Unable
from mock_backpack.core.exchange import EXCHANGE, Exchange
from mock_backpack.core.fault import Call, Proceed
from mock_backpack.core.misbehaviours import Misbehaviour, by_seam
from mock_backpack.core.orders import BadRule, Order, defect_order, read_order
from mock_backpack.core.quoting import suggestion
from mock_backpack.core.rules import BY_HEADER, Rule
from mock_backpack.core.sandbox import PATH, Sandbox, Sandboxes, Shared
from mock_backpack.core.seams import Crash, arming
from mock_backpack.core.settings import Settings
from mock_backpack.faults.all import misbehaviours_of
from mock_backpack.http.wire import Raw, Whole
from mock_backpack.issuer.stage import stage
from mock_backpack.openbadges.award import Judge
from mock_backpack.openbadges.fetch import Fetcher
from mock_backpack.server import SERVED

log = logging.getLogger("mock_backpack")

MOCK: web.AppKey["Mock"] = web.AppKey("mock")
LAST_ANSWER = {"Connection": "close"}
FAULT_HEADER = istr("Backpack-Mock-Fault")


def create_app(
    settings: Settings | None = None,
    *,
    defects: Iterable[str] = (),
    rules: Iterable[Any] = (),
    apis: Iterable[Api] = APIS,
) -> web.Application:
    """A mock Backpack as an aiohttp application.

    Args:
        settings: what can be chosen; the defaults are for this machine.
        defects: names of defects to arm wherever they can act; the mock is correct without any.
        rules: faults and defects to arm, as objects or texts; see `orders.read_order`.
        apis: what it offers.

    Raises:
        BadRule: when nothing has such a name, or a rule says something else that is wrong.
    """
    mock = Mock(settings or Settings(), tuple(apis), defects, rules)
    app = web.Application(client_max_size=mock.settings.bounds.body_bytes)
    app[MOCK] = app[SERVED] = mock
    everything = r"/{path:[\s\S]*}"  # a path may have line ends
    app.router.add_route("*", everything, mock.answer, expect_handler=_expecting_nothing)
    app.cleanup_ctx.append(mock.fetcher.running)
    app.on_shutdown.append(mock.stop)
    return app


async def _expecting_nothing(_request: web.Request) -> None:
    """Leave ``Expect`` to the mock, which is served without aiohttp's application, too."""


class Mock:
    """All sandboxes of one process, and the way of a request to them."""

    def __init__(
        self,
        settings: Settings,
        apis: tuple[Api, ...] = APIS,
        defects: Iterable[str] = (),
        rules: Iterable[Any] = (),
    ) -> None:
        self.settings = settings
        self.apis = apis
        self.routing = Routing(apis)
        self.fetcher = Fetcher(settings.fetch)
        misbehaviours = misbehaviours_of(apis)
        orders: list[Order] = [
            *(defect_order(name, misbehaviours) for name in defects),
            *(read_order(rule, misbehaviours) for rule in rules),
        ]
        self.shared = Shared(
            settings,
            Addresses(settings),
            apis,
            misbehaviours,
            judge=lambda clock: Judge(self.fetcher, clock),
            fetcher=self.fetcher,
            observer=stage,
        )
        self.sandboxes = Sandboxes(self.shared, orders)
        self.admin = Admin(settings, self.sandboxes)

    @property
    def second_port(self) -> int | None:
        """The port at which sandboxes were put into situations before the mock was started."""
        observers = (sandbox.observer for sandbox in self.sandboxes)
        places = (observer.place("") for observer in observers if observer)
        return next((urlsplit(place.elsewhere).port or 0 for place in places), None)

    async def stop(self, _app: web.Application) -> None:
        """Let nothing keep the mock from stopping."""
        self.shared.stopping.set()
        for sandbox in self.sandboxes:
            sandbox.journal.stop_waits()

    def requests(self, loop: asyncio.AbstractEventLoop) -> Callable[..., web.Request]:
        """Makes requests of what aiohttp has read on this loop."""
        most = self.settings.bounds.body_bytes

        def request(
            message: RawRequestMessage,
            payload: StreamReader,
            protocol: web.RequestHandler,
            writer: AbstractStreamWriter,
            task: "asyncio.Task[None]",
        ) -> web.Request:
            return web.Request(message, payload, protocol, writer, task, loop, client_max_size=most)

        return request

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, whatever it is."""
        refusal = self.shared.addresses.refusal(request)
        if refusal is not None:
            self.shared.unread.add(refusal.message)
            return Whole(request, api_refusal(refusal))
        sandbox, path = self.sandboxes.of_path(request.path)
        if named := self.sandboxes.of_host(request.host, request.path):
            sandbox = named
        most = self._most_bytes(request, path)
        body = await self._body_of(request, most) if request.can_read_body else b""
        if sandbox is None or path.startswith(ADMIN_PATH):
            aside = await refused(request, self._aside, request, sandbox, path, body)
            return _whole(request, aside)
        if path == ADMIN_ROOT:
            moved = {"Location": f"{sandbox.base}{ADMIN_PATH}"}
            return Whole(request, web.Response(status=308, headers=moved))
        way = self.routing.way(path, request.method)
        handler = way.answer
        if isinstance(body, ApiError):
            handler, body = refusing(body), b""
        exchange = request[EXCHANGE] = Exchange.begin(sandbox, request, way.endpoint, body)
        exchange.dress = way.dress
        if sandbox.rules.armed or FAULT_HEADER in request.headers:
            response = await self._under_rules(exchange, partial(_right, exchange, handler))
        else:
            response = await _right(exchange, handler)
        # taken out, because two that hold each other would stay until the garbage is collected
        del request[EXCHANGE]
        sent = _whole(request, response)
        _write_down(exchange, sent)
        return sent

    async def _under_rules(self, exchange: Exchange, right: Proceed) -> web.StreamResponse:
        sandbox = exchange.sandbox
        for api in self.apis:
            api.recognise(exchange)
        try:
            asked = _asked_by_header(exchange)
        except BadRule as error:
            return api_refusal(ApiError(400, f"{FAULT_HEADER}: {error}"))
        except ApiError as error:
            return api_refusal(error)
        acting = [*sandbox.rules.acting(exchange, sandbox.clock.now()), *asked]
        if not acting:
            return await right()
        exchange.applied = acting
        proceed = right
        defects: list[Misbehaviour] = []
        for rule in reversed(acting):
            if rule.order.entry.kind == "fault":
                proceed = _troubled(rule, exchange, proceed)
            else:
                defects.insert(0, rule.order.entry)
        try:
            with arming(by_seam(defects)):
                return await refused(exchange.request, proceed)
        finally:
            sandbox.changes.note()  # a fault remembers, and a defect may change anything

    def _most_bytes(self, request: web.Request, path: str) -> int:
        """How many bytes the body may have; who may not restore a snapshot sends none either."""
        bounds = self.settings.bounds
        is_large = path == RESTORE_PATH and self.admin.lets_in(request)
        return bounds.snapshot_bytes if is_large else bounds.body_bytes

    async def _aside(
        self, request: web.Request, sandbox: Sandbox | None, path: str, body: bytes | ApiError
    ) -> web.StreamResponse:
        """Answer requests that no journal records: the admin API, and paths outside any sandbox."""
        if isinstance(body, ApiError):
            raise body
        if sandbox is None:
            name = request.path.removeprefix(PATH).partition("/")[0]
            hint = suggestion((known.name for known in self.sandboxes), name)
            message = "unknown sandbox: create it with POST /_mock/sandboxes"
            raise ApiError(404, message + hint)
        return await self.admin.answer(request, sandbox, path, body)

    async def _body_of(self, request: web.Request, most: int) -> bytes | ApiError:
        """The body of a request of at most so many bytes, or what is wrong with it."""
        bounds = self.settings.bounds
        try:
            if hdrs.EXPECT in request.headers:
                await _let_it_come(request)
            if request.content.is_eof():  # what has come with the head needs no clock
                body = request.content.read_nowait()
            else:
                async with asyncio.timeout(bounds.body_seconds):
                    body = await _limited(request, most).read()
        except web.HTTPRequestEntityTooLarge:
            return _too_long(most)
        except TimeoutError:
            expected = f"body: expected it within {bounds.body_seconds:g} seconds"
            return ApiError(408, expected, headers=LAST_ANSWER)
        except web.RequestPayloadError:
            expected = "body: expected what Content-Encoding and Content-Length say"
            return ApiError(400, expected, headers=LAST_ANSWER)
        return body if len(body) <= most else _too_long(most)


def _limited(request: web.Request, most: int) -> web.BaseRequest:
    """The request, taking no more than so many bytes."""
    return request if request.client_max_size == most else request.clone(client_max_size=most)


def _too_long(most: int) -> ApiError:
    return ApiError(413, f"body: expected at most {most} bytes")


async def _right(exchange: Exchange, handler: Answering) -> web.StreamResponse:
    request = exchange.request
    response = await refused(request, handler, exchange.sandbox, request)
    if exchange.grant is not None and response.status >= 400:
        response.headers.update(readable_by(exchange.grant))
    return answered(request, response)


def _asked_by_header(exchange: Exchange) -> list[Rule]:
    """The rule that a request of this machine brings along for itself."""
    request = exchange.request
    text = request.headers.get(FAULT_HEADER)
    if text is None:
        return []
    if not exchange.sandbox.is_direct(request):
        raise ApiError(403, f"{FAULT_HEADER}: expected a request of this machine, without a proxy")
    order = read_order(text, exchange.sandbox.shared.misbehaviours)
    return [Rule(BY_HEADER, order, exchange.sandbox.clock.now(), matched=1, fired=1)]


def _troubled(rule: Rule, exchange: Exchange, proceed: Proceed) -> Proceed:
    call = Call(exchange, rule, rule.matched, proceed)
    return partial(rule.order.entry.behave, call, **rule.order.parameters)


async def refused(
    request: web.Request, proceed: Callable[..., Awaitable[web.StreamResponse]], *given: Any
) -> web.StreamResponse:
    """The answer of what is called with ``given``, or the refusal that it ends in."""
    try:
        return await proceed(*given)
    except ApiError as refusal:
        _remember(request, refusal)
        return api_refusal(_dressed(request, refusal))
    except PageError as refusal:
        return page_refusal(request, refusal)
    except Full as full:
        return api_refusal(_dressed(request, ApiError(403, str(full))))
    except Unable as unable:
        words = unable.strerror or str(unable)
        headers = {"Retry-After": "1", **LAST_ANSWER}
        return api_refusal(_dressed(request, ApiError(503, words, headers=headers)))
    except Crash as crash:
        return api_refusal(_dressed(request, ApiError(500, str(crash))))
    except Exception:  # one broken handler must not end the process
        reference = secrets.token_hex(4)
        log.exception("%s %s failed, reference %s", request.method, request.path, reference)
        failed = f"the mock itself failed, reference {reference}"
        return api_refusal(_dressed(request, ApiError(500, failed)))


def _dressed(request: web.Request, refusal: ApiError) -> ApiError:
    """A refusal that no API has made, in the form of the one that was asked."""
    exchange = request.get(EXCHANGE)
    is_general = refusal.body is None and not refusal.as_text
    return exchange.dress(refusal) if is_general and exchange and exchange.dress else refusal


def _remember(request: web.Request, refusal: ApiError) -> None:
    exchange = request.get(EXCHANGE)
    if exchange is not None and refusal.requirement:
        exchange.broke.append(refusal.requirement)


def _whole(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """The answer as the bytes that it is; what is sent in a way of its own stays as it is."""
    return Whole(request, response) if isinstance(response, web.Response) else response


def _write_down(exchange: Exchange, sent: web.StreamResponse) -> None:
    right = sent if isinstance(sent, Whole) else _right_of(exchange.request, sent)
    if isinstance(right, Whole):
        exchange.end(right.status, right.content)
    else:
        exchange.end()
    if right.status >= 500:
        _log_trouble(exchange, right)


def _right_of(request: web.Request, sent: web.StreamResponse) -> web.StreamResponse:
    """The right answer, where a fault has sent another one."""
    return _whole(request, sent.recorded) if isinstance(sent, Raw) and sent.recorded else sent


async def _let_it_come(request: web.Request) -> None:
    """Tell a client that waits before it sends a body that it may (RFC 9110 section 10.1.1)."""
    if request.headers[hdrs.EXPECT].lower() == "100-continue" and request.version >= HttpVersion11:
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0


def _log_trouble(exchange: Exchange, response: web.StreamResponse) -> None:
    """One line of JSON for every answer of 500 and above."""
    line = {
        "event": "server error",
        "sandbox": exchange.sandbox.name,
        "method": exchange.request.method,
        "path": exchange.request.path,
        "status": response.status,
        "applied": [rule.name for rule in exchange.applied],
        "journal": exchange.entry.number,
    }
    log.info(json.dumps(line))
