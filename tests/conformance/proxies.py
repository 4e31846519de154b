"""A proxy before a mock that changes the answers of its token endpoint, and notes the tokens."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from attrs import define, field

from tests.mock_backpack.cli.test_command import serving, url_in

HOP = ("connection", "content-length", "date", "server")
"""Headers of one connection, which a proxy writes by itself."""


@define
class Heard:
    """The tokens that the Backpack has issued."""

    tokens: set[str] = field(factory=set)

    def note(self, location: str, body: bytes) -> None:
        """Remember the tokens of a redirect to a callback, or of a token answer."""
        given = parse_qs(urlsplit(location).query)
        for name in ("access_token", "refresh_token"):
            self.tokens.update(given.get(name, ()))
            if body.startswith(b'{"') and name.encode() in body:
                self.tokens.add(json.loads(body).get(name, ""))
        self.tokens.discard("")


@contextmanager
def proxying(heard: Heard, change: Callable[[bytes], bytes]) -> Iterator[str]:
    """The URL of a mock behind a proxy that changes token answers."""
    with serving("--port", "0") as (_, line):
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(url_in(line), heard, change))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()


def _handler(
    behind: str, heard: Heard, change: Callable[[bytes], bytes]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            connection = http.client.HTTPConnection(urlsplit(behind).netloc, timeout=60)
            sent = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
            connection.request(self.command, self.path, body, sent)
            got = connection.getresponse()
            answer = got.read()
            heard.note(got.getheader("Location") or "", answer)
            if self.path.endswith("/token") and got.status == 200:
                answer = change(answer)
            self.send_response_only(got.status)
            for name, value in got.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer)
            connection.close()

        do_GET = do_POST = do_HEAD = do_OPTIONS = do_PUT = do_DELETE = pass_on  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
