"""A front server before a Backpack: it forwards requests, and a test decides what goes wrong."""

import http.client
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from anyio.from_thread import start_blocking_portal
from attrs import define, field

from mock_backpack.app import create_app
from mock_backpack.server import served

HOP_BY_HOP = frozenset({"connection", "content-length", "transfer-encoding", "date", "server"})
SECONDS = 60


@define
class Reply:
    """A response to the client."""

    status: int
    headers: list[tuple[str, str]] = field(factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        """The value of the first header of this name; ``""`` without one."""
        return next((value for key, value in self.headers if key.lower() == name), "")


Before = Callable[["Front"], Reply | None]
"""Answers in place of the Backpack, or returns nothing so that the request is forwarded."""
After = Callable[["Front", Reply], Reply]
"""Changes an answer of the Backpack."""


class Silence(Exception):
    """The connection is closed without an answer."""


class Front(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    backend = ""
    before: Any = None
    after: Any = None

    def handle_any(self) -> None:
        """Forward a request, unless the test wants something else."""
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.close_connection = True
        try:
            reply = (type(self).before and type(self).before(self)) or self.forwarded()
            if type(self).after:
                reply = type(self).after(self, reply)
            self.send(reply)
        except (Silence, OSError):
            return

    do_GET = do_POST = do_HEAD = do_OPTIONS = do_PUT = do_DELETE = do_PATCH = handle_any  # noqa: N815

    @property
    def is_push(self) -> bool:
        """Whether it is a push to the API."""
        return self.command == "POST" and self.path.partition("?")[0].endswith("/issue")

    def forwarded(self) -> Reply:
        """The answer of the Backpack."""
        parts = urlsplit(self.backend)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
        with closing(connection):
            sent = {k: v for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP}
            connection.request(self.command, self.path, self.body, sent)
            with connection.getresponse() as answer:
                kept = [pair for pair in answer.getheaders() if pair[0].lower() not in HOP_BY_HOP]
                return Reply(answer.status, kept, answer.read())

    def send(self, reply: Reply) -> None:
        """Write an answer."""
        self.send_response_only(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        has_body = reply.status not in (204, 304) and self.command != "HEAD"
        if has_body:
            self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if has_body:
            self.wfile.write(reply.body)

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""


@contextmanager
def mock_with_front(*, before: Before | None = None, after: After | None = None) -> Iterator[str]:
    """The URL of a front server of a mock, whose API and pages are both behind it."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(served(create_app())) as backend,
        front(backend.rstrip("/"), before=before, after=after) as url,
    ):
        yield url


@contextmanager
def front(
    backend: str, *, before: Before | None = None, after: After | None = None
) -> Iterator[str]:
    """The URL of a front server of a Backpack, while the block runs."""
    handler = type("Handler", (Front,), {"backend": backend, "before": before, "after": after})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.request_queue_size = 100
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def rewritten(change: Callable[[dict[str, str]], None]) -> After:
    """Change the parameters of a callback."""

    def after(_front: Front, reply: Reply) -> Reply:
        location = reply.header("location")
        parts = urlsplit(location)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if "access_token" in query:
            change(query)
            changed = urlunsplit(parts._replace(query=urlencode(query)))
            reply.headers = [
                (name, changed if name.lower() == "location" else value)
                for name, value in reply.headers
            ]
        return reply

    return after
