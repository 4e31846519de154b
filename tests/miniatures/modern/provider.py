"""The server on 127.0.0.1, and which part of it answers what."""

import json
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib import parse

from tests.miniatures.modern.defects import DEFECTS
from tests.miniatures.modern.messages import Answer, Refusal, Request, as_json, no
from tests.miniatures.modern.pages import Authorization, Permissions, page
from tests.miniatures.modern.registration import API, OFFERED, Manifest, Registration
from tests.miniatures.modern.resources import Resources
from tests.miniatures.modern.store import Store
from tests.miniatures.modern.tokens import Tokens
from tests.miniatures.modern.verifier import Verifier

LIMIT = 4 * 1024 * 1024
Part = Callable[[Request], Answer]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; a mistake of ours is, but not for the client."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class ModernProvider:
    """A provider that serves while it is entered.

    Any well-formed e-mail may log in. ``expires`` is in seconds of ``clock``. ``defect`` names one
    of ``DEFECTS``. ``offered`` are the scopes that it announces.
    """

    paths = {"settings": "permissions"}  # noqa: RUF012 - as the other miniatures say it

    def __init__(
        self,
        expires: int = 3600,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        defect: str | None = None,
        offered: tuple[str, ...] = OFFERED,
    ) -> None:
        def part(right: type) -> type:
            return DEFECTS.part(right, defect)

        self.server = Server(("127.0.0.1", port), lambda *connection: Handler(self, *connection))
        self.root = f"http://127.0.0.1:{self.server.server_port}"
        store = self.store = part(Store)(expires, clock)
        doors, ask = part(Permissions)(store), part(Authorization)(store)
        tokens, manifest = part(Tokens)(store), part(Manifest)(self.root, offered)
        self.resources = part(Resources)(store, self.root, part(Verifier)())
        self.routes: dict[str, dict[str, Part]] = {
            "/.well-known/badgeconnect.json": {"GET": manifest.get},
            "/clients": {"POST": part(Registration)(store, offered).register},
            "/ask": {"GET": ask.ask},
            "/allow": {"POST": ask.allow},
            "/refuse": {"POST": ask.refuse},
            "/enter": {"GET": doors.enter, "POST": doors.entered},
            "/permissions": {"GET": doors.listed},
            "/permissions/end": {"POST": doors.end},
            "/tokens": {"POST": tokens.token},
            "/tokens/end": {"POST": tokens.end},
            f"{API}/assertions": {"GET": self.resources.get, "POST": self.resources.post},
            f"{API}/profile": {"GET": self.resources.profile},
        }

    def answer(self, request: Request) -> Answer:
        methods = self.routes.get(request.path)
        is_api = request.path.startswith(API)
        method = "GET" if request.method == "HEAD" else request.method
        if methods is None:
            if is_api:
                return self.resources.nothing(request)
            return page("Nothing here", "", 404)
        if method not in methods:
            allowed = ", ".join(methods)
            if is_api:
                return self.resources.no_method(request, allowed)
            answer = page("Not so", "", 405)
            return Answer(405, answer.content, {**answer.headers, "Allow": allowed})
        return self.worded(methods[method], request)

    def worded(self, part: Part, request: Request) -> Answer:
        """The answer of a part, with errors of the API as it words them."""
        try:
            return part(request)
        except Refusal as refusal:
            value = json.loads(refusal.answer.content) if request.path.startswith(API) else {}
            if "status" not in value:
                raise
            value["status"]["error"] = self.resources.error(value["status"]["error"])
            headers = {**refusal.answer.headers}
            return as_json(refusal.answer.status, value, headers)

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = default_request_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60.0

    def __init__(self, provider: ModernProvider, *connection: Any) -> None:
        self.provider = provider
        super().__init__(*connection)

    def handle_request(self) -> None:
        try:
            answer = self.provider.answer(self.request_read())
        except Refusal as refusal:
            answer = refusal.answer
        except Exception:
            self.close_connection = True
            self.send(as_json(500, {"error": "server_error"}))
            raise
        self.send(answer)

    do_GET = do_HEAD = do_POST = do_PUT = handle_request  # noqa: N815 - http.server's names
    do_PATCH = do_DELETE = do_OPTIONS = handle_request  # noqa: N815

    def request_read(self) -> Request:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal() or int(length) > LIMIT:
            self.close_connection = True
            raise no(400, "expected a Content-Length that is not too great")
        headers = {name.lower(): value for name, value in self.headers.items()}
        parts = parse.urlsplit(self.path)
        body = self.rfile.read(int(length))
        return Request(self.command, parts.path, parts.query, headers, body)

    def send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            with suppress(OSError):
                self.wfile.write(answer.content)
        if self.close_connection:
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_WR)

    def version_string(self) -> str:
        return "modern"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        pass
