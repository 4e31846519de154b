"""Sites that answer in bytes of their own, for what no HTTP server would send."""

import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from socketserver import StreamRequestHandler, ThreadingTCPServer

Answer = Callable[[str, str], bytes | tuple[bytes, float, bytes]]
"""From method and target, as they came, to all that is sent; a pause in seconds may be in it."""


class _Server(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_: object) -> None:
        """A client that refuses our certificate is no news."""


@contextlib.contextmanager
def raw_site(
    answer: Answer, tls: ssl.SSLContext | None = None, place: str = "127.0.0.1"
) -> Iterator[str]:
    """A site that sends what ``answer`` gives, and closes; its URL."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            asked = self.connection.recv(65536).decode("latin-1")  # a request is one piece
            method, target, _ = f"{asked}  ".split(" ", 2)
            with contextlib.suppress(OSError):
                sent = answer(method, target)
                first, pause, last = sent if isinstance(sent, tuple) else (sent, 0, b"")
                self.wfile.write(first)
                time.sleep(pause)
                self.wfile.write(last)

    with _Server((place, 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"{'https' if tls else 'http'}://{place}:{server.server_address[1]}"
        finally:
            server.shutdown()


def whole(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """An answer as it should be."""
    fields = {"Content_Type": "application/json", **headers}
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items()]
    head = f"HTTP/1.1 {status}\r\n{''.join(lines)}Content-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode("latin-1") + body
