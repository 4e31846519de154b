"""What answers in place of a provider: servers that answer every request in one way."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SCOPE = "https://purl.imsglobal.org/spec/ob/v2p1/scope/assertion.create"
JSON = {"Content-Type": "application/json"}
Answer = tuple[int, Mapping[str, str], bytes]


def manifest(root: str, **members: Any) -> Answer:
    """A manifest whose entry has these members, beside usable ones."""
    usual = {f"{name}Url": f"{root}/{name}" for name in ("registration", "authorization", "token")}
    more = {"version": "v2p1", "apiBase": f"{root}/ims/ob/v2p1", "scopesOffered": [SCOPE]}
    whole = {"id": root, "badgeConnectAPI": [{**usual, **more, **members}]}
    return 200, JSON, json.dumps(whole).encode()


@contextmanager
def serving(answer: Callable[[str, str], Answer]) -> Iterator[str]:
    """The root of a server that answers every request in one way."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, body = answer(root, self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # the suite reads only so much
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    root = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield root
    finally:
        server.shutdown()
        server.server_close()
