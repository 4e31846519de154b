"""The command lines that an exchange shows send what was sent."""

import shutil
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from conformance.core.exchange import Request

JSON = ("Content-Type", "application/json")
REQUESTS = {
    "text": ("POST", "/token?a=1", (JSON,), '{"badge": "it\'s „fine“"}'.encode()),
    "a file, it seems": ("POST", "/", (JSON,), b"@/etc/passwd"),
    "no content type": ("POST", "/", (), b"a=1"),
    "no UTF-8": ("PUT", "/", (JSON,), b'-%s\x00\xff"\\\n\x1b[31m'),
    "more than an argument holds": ("POST", "/", (JSON,), b"x" * 200_000),
    "globs": ("GET", "/[1-3]/{a,b}", (), b""),
    "dots": ("GET", "/a/../b/./c", (), b""),
    "an empty header": ("DELETE", "/", (("X-Empty", ""), ("Accept", "text/*")), b""),
    "no body in the answer": ("HEAD", "/", (), b""),
}


class Listener(BaseHTTPRequestHandler):
    """Keeps what it gets."""

    def handle_anything(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.heard = (self.command, self.path, dict(self.headers), body)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Nothing."""


for method in ("GET", "POST", "PUT", "DELETE", "HEAD"):
    setattr(Listener, f"do_{method}", Listener.handle_anything)


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    """A server that keeps what it gets."""
    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("bash")), reason="needs bash and curl"
)
@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_curl_sends_the_same_request(request_, server):
    """Method, target, headers that were set, and every byte of the body."""
    method, target, headers, body = request_
    line = Request(method, f"http://127.0.0.1:{server.server_port}{target}", headers, body).curl()
    assert line.isprintable()
    done = subprocess.run(
        ["bash"], input=f"{line} -sS --max-time 5", text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    heard_method, heard_target, heard_headers, heard_body = server.heard
    assert (heard_method, heard_target, heard_body) == (method, target, body)
    assert dict(headers).items() <= heard_headers.items()
    assert heard_headers.get("Content-Type") == dict(headers).get("Content-Type")
