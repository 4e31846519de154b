"""HTTP/1.1 as both servers need it."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar
from urllib import parse

from tests.miniatures.plain.answer import JSON, Answer, Refusal, refusing
from tests.miniatures.plain.fetcher import watched
from tests.miniatures.plain.vault import Vault

LIMIT = 1024 * 1024  # bytes of a body
PATIENCE = 20.0  # seconds for reading one

Routes = Mapping[str, Mapping[str, str]]  # the names of methods


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 as both sides need it: bodies read to their end, answers in one piece."""

    protocol_version = default_request_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60.0
    ROUTES: ClassVar[Routes] = {}

    def __init__(self, vault: Vault, *connection: Any) -> None:
        self.vault = vault
        self.body = b""
        self.query = ""
        super().__init__(*connection)

    def handle_request(self) -> None:
        try:
            answer = self.route()
        except Refusal as refusal:
            answer = self.refuse(refusal)
        except Exception:
            self.close_connection = True
            self.send(self.refuse(Refusal(500, "the Backpack failed")))
            raise
        self.send(answer)

    do_GET = do_HEAD = do_POST = do_PUT = handle_request  # noqa: N815 - http.server's names
    do_PATCH = do_DELETE = do_OPTIONS = handle_request  # noqa: N815

    def route(self) -> Answer:
        self.body = self.read_body()
        with refusing("the request target is malformed"):
            path, self.query = parse.urlsplit(self.path)[2:4]
        methods = self.ROUTES.get(path)
        if methods is None:
            raise Refusal(404, "there is nothing at this path")
        command = "GET" if self.command == "HEAD" else self.command
        if command not in methods:
            raise Refusal(405, "this path has no such method", {"Allow": ", ".join(methods)})
        answer: Answer = getattr(self, methods[command])()
        return answer

    def read_body(self) -> bytes:
        """The whole body; where that fails the connection ends with the answer."""
        closes, self.close_connection = self.close_connection, True
        lengths = self.headers.get_all("Content-Length", ["0"])
        if "Transfer-Encoding" in self.headers:
            raise Refusal(411, "a body needs a Content-Length")
        if len(lengths) > 1 or not re.fullmatch("[0-9]{1,18}", lengths[0]):
            raise Refusal(400, "Content-Length must be one number")
        length = int(lengths[0])
        if length > LIMIT:
            raise Refusal(413, f"a body must not be longer than {LIMIT} bytes")
        body = b""
        if length > 0:
            with watched(self.connection, PATIENCE):
                body = self.rfile.read(length)
        if len(body) < length:
            raise Refusal(408, "the body came too slowly or not at all")
        self.close_connection = closes
        return body

    def media_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def refuse(self, refusal: Refusal) -> Answer:
        body = {"message": str(refusal), "reason": HTTPStatus(refusal.status).phrase}
        return Answer(refusal.status, json.dumps(body).encode(), JSON | refusal.headers)

    def framed(self, answer: Answer) -> Answer:
        length = {"Content-Length": str(len(answer.content))}
        return replace(answer, headers=answer.headers | length)

    def send(self, answer: Answer) -> None:
        framed = self.framed(answer)
        self.send_response(framed.status)
        for name, value in framed.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(framed.content)

    def send_error(self, code: int, *_: object, **__: object) -> None:
        """What http.server refuses by itself; its 501 and 505 blame the wrong side."""
        self.close_connection = True
        self.send(self.refuse(Refusal({501: 405, 505: 400}.get(code, code), "no good request")))

    def version_string(self) -> str:
        return "plain"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        pass
