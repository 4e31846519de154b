"""Serve a mock on a socket until somebody says stop."""

import asyncio
import contextlib
import errno
import logging
import signal
import ssl
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

from aiohttp import web
from attrs import define, field

from mock_backpack.core.sandbox import Shared
from mock_backpack.core.settings import Settings
from mock_backpack.core.unread import Unread
from mock_backpack.http.wire import SERVER

FETCH_SECONDS = 1.5
"""How long documents may still be fetched when the mock stops."""
STOP_SECONDS = 2.0
"""How long requests in flight may take to finish then; aiohttp takes as long again to end them."""
BACKLOG = 1024


class Fetching(Protocol):
    """A fetcher of documents, as far as the server needs it."""

    def stop(self) -> None:
        """Give up what is being fetched."""


class Served(Protocol):
    """A mock, as far as it takes to serve it."""

    settings: Settings
    shared: Shared

    @property
    def fetcher(self) -> Fetching:
        """Its fetcher."""

    @property
    def second_port(self) -> int | None:
        """The port that issuers expect its second socket at, ``None`` for any."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, whatever it is."""

    def requests(self, loop: asyncio.AbstractEventLoop) -> Callable[..., web.Request]:
        """Makes requests of what aiohttp has read on this loop."""


SERVED: web.AppKey[Served] = web.AppKey("served")
"""Under which an application keeps its mock."""


class PortInUse(OSError):
    """The address is in use."""


class Connection(web.RequestHandler):
    """A client connection; answers what cannot be parsed, without a traceback."""

    unread: Unread
    """The log of requests that could not be parsed."""

    def handle_error(
        self,
        _request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what never became a request, or broke aiohttp itself."""
        message_text = f"expected an HTTP request: {(message or str(exc))[:200]}"
        self.unread.add(message or str(exc))
        response = web.json_response(
            {"message": message_text},
            status=status,
            headers={"Server": SERVER, "Connection": "close"},
        )
        response.force_close()
        return response

    def log_exception(self, *args: Any, **kwargs: Any) -> None:
        """Log what went wrong, unless it is a body that its client got wrong: that is answered."""
        if not isinstance(kwargs.get("exc_info"), web.RequestPayloadError):
            super().log_exception(*args, **kwargs)


@define(eq=False)
class Door:
    """The socket that a mock listens on; it can be shut for a while."""

    host: str
    port: int
    connect: Callable[[], asyncio.Protocol]
    second_port: int = 0
    tls: ssl.SSLContext | None = None
    _server: asyncio.Server | None = None
    _other: asyncio.Server | None = None
    _opening: asyncio.Lock = field(factory=asyncio.Lock)
    _shut: set[asyncio.Task[None]] = field(factory=set)

    async def open(self) -> None:
        """Listen.

        Raises:
            PortInUse: when another process has the port.
            OSError: when the address cannot be used at all.
        """
        self._server = await self._listening(self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _listening(self, port: int) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        try:
            return await loop.create_server(
                self.connect, self.host, port, backlog=BACKLOG, ssl=self.tls
            )
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(error.errno, f"port {port} of {self.host} is in use") from error
            raise

    def close(self) -> None:
        """Stop listening; connections that are open stay."""
        for task in self._shut:
            task.cancel()
        for server in (self._server, self._other):
            if server is not None:
                server.close()

    async def other(self) -> int:
        """The port of a second socket of the same mock, opened when it is first asked for.

        Raises:
            PortInUse: when another process has the port.
            OSError: when the address cannot be used at all.
        """
        async with self._opening:
            if self._other is None:
                self._other = await self._listening(self.second_port)
        port: int = self._other.sockets[0].getsockname()[1]
        return port

    async def refuse(self, seconds: float) -> None:
        """Let new connections be refused for so long."""
        if self._server is not None and self._server.is_serving():
            self._server.close()
            task = asyncio.create_task(self._open_after(seconds))
            self._shut.add(task)
            task.add_done_callback(self._shut.discard)

    async def _open_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.open()


@contextlib.asynccontextmanager
async def served(
    app: web.Application,
    host: str = "127.0.0.1",
    port: int = 0,
    access_log: Any = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[str]:
    """Serve a mock while the block runs; yields its URL without a trailing slash.

    The application starts and ends; requests go straight to its mock, which routes them itself.

    Raises:
        PortInUse: when another process has the port.
        OSError: when the address cannot be used at all.
    """
    mock = app[SERVED]
    application = web.AppRunner(app)
    await application.setup()
    requests = mock.requests(asyncio.get_running_loop())
    server = web.Server(mock.answer, request_factory=requests)  # type: ignore[arg-type] # it answers web.Requests
    connections = _connections(mock, server, access_log)
    door = Door(host, port, connections, mock.settings.second_port, tls)
    mock.shared.listener = door
    try:
        await door.open()
        if (restored := mock.second_port) is not None:  # its issuers know the address
            door.second_port = restored
            await door.other()
        shown = f"[{host}]" if ":" in host else host
        yield f"{'https' if tls else 'http'}://{shown}:{door.port}"
    finally:
        door.close()
        await asyncio.sleep(0)  # requests that have come are begun
        loop = asyncio.get_running_loop()
        cutting = loop.call_later(FETCH_SECONDS, mock.fetcher.stop)
        server.pre_shutdown()
        await app.shutdown()
        await server.shutdown(STOP_SECONDS)
        cutting.cancel()
        await application.cleanup()


def _connections(mock: Served, server: web.Server, access_log: Any) -> Callable[[], Connection]:
    loop = asyncio.get_running_loop()
    bounds = mock.settings.bounds

    def connection() -> Connection:
        connection = Connection(
            server,
            loop=loop,
            access_log=access_log,
            keepalive_timeout=bounds.idle_seconds,
            max_line_size=bounds.header_bytes,
            max_field_size=bounds.header_bytes,
        )
        connection.unread = mock.shared.unread
        return connection

    return connection


async def serve(
    app: web.Application,
    host: str,
    port: int,
    ready: Callable[[str], None],
    access_log: logging.Logger | None = None,
    tls: ssl.SSLContext | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; ``ready`` is called with the URL once the socket listens."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    async with served(app, host, port, access_log, tls) as url:
        ready(url)
        await stop.wait()
