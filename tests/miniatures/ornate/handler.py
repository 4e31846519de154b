"""What pages and API have in common: a body with bounds, and no word about what serves it."""

import re
from typing import Any

from tornado.ioloop import IOLoop
from tornado.web import RequestHandler, stream_request_body

from tests.miniatures.ornate.refused import Refused

LARGEST = 256 * 1024  # bytes of a body
HEARD_OUT = 32 * 1024 * 1024  # bytes that we read before we say that it is too large
PATIENCE = 15.0  # seconds for a body to come


@stream_request_body
class Handler(RequestHandler):
    """One request."""

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-cache, no-store, must-revalidate")
        self.set_header("X-Content-Type-Options", "nosniff")

    def prepare(self) -> None:
        self.received = bytearray()
        self.alarm = IOLoop.current().call_later(PATIENCE, self.give_up)
        self.request.connection.set_max_body_size(self.heard_out())
        length = self.request.headers.get("Content-Length", "")
        if re.fullmatch("[0-9]{1,18}", length) and int(length) > self.heard_out():
            raise Refused(413, "This is far too much.")

    def heard_out(self) -> int:
        return HEARD_OUT

    def data_received(self, chunk: bytes) -> None:
        if len(self.received) <= LARGEST:
            self.received += chunk

    def give_up(self) -> None:
        if not self._finished:
            self.send_error(408, exc_info=(Refused, Refused(408, "This takes too long."), None))

    def on_finish(self) -> None:
        IOLoop.current().remove_timeout(self.alarm)

    def on_connection_close(self) -> None:
        super().on_connection_close()
        IOLoop.current().remove_timeout(self.alarm)

    def content(self) -> bytes:
        if len(self.received) > LARGEST:
            raise Refused(413, f"Nobody needs more than {LARGEST} bytes for this.")
        return bytes(self.received)

    def media_type(self) -> str:
        return self.request.headers.get("Content-Type", "").split(";")[0].strip().lower()

    def write_error(self, status_code: int, **told: Any) -> None:
        """Refusals say why; of our own failures nobody hears more than that there was one."""
        cause = told.get("exc_info", (None, None, None))[1]
        self.tell(cause if isinstance(cause, Refused) else Refused(status_code, self._reason))

    def tell(self, refused: Refused) -> None:
        raise NotImplementedError
