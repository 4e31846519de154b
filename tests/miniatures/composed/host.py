"""The server on 127.0.0.1: Flask behind waitress, and which part of it answers what."""

import secrets
import threading
from typing import Any, Self

from flask import Flask, Response, request
from waitress import create_server, wasyncore
from werkzeug.exceptions import HTTPException

from tests.miniatures.composed.announcing import Announcing
from tests.miniatures.composed.calls import Calls
from tests.miniatures.composed.defects import DEFECTS
from tests.miniatures.composed.endpoints import Endpoints
from tests.miniatures.composed.granting import Granting
from tests.miniatures.composed.judging import Judging
from tests.miniatures.composed.keeping import Keeping
from tests.miniatures.composed.pages import Pages, page
from tests.miniatures.composed.registering import Registering

TENANT, BASE = "/t/guild", "/services/badges/v3"
LIMIT = 2 * 1024 * 1024
"""Bytes of a request."""


class ComposedHost:
    """A host that serves while it is entered; any e-mail may sign in.

    ``expires`` is in seconds. ``defect`` names one of ``DEFECTS``.
    """

    paths = {"settings": "account/apps"}  # noqa: RUF012 - as the other miniatures say it

    def __init__(self, expires: int = 1800, defect: str | None = None, port: int = 0) -> None:
        self.app = Flask(__name__)
        self.app.config.update(
            SECRET_KEY=secrets.token_bytes(32),
            MAX_CONTENT_LENGTH=LIMIT,
            SESSION_COOKIE_NAME="composed",
            SESSION_COOKIE_SAMESITE="Lax",
        )
        self.sockets: dict[int, Any] = {}
        self.server = create_server(
            self.app, self.sockets, host="127.0.0.1", port=port, threads=8, ident=None
        )
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        origin = f"http://127.0.0.1:{self.server.effective_port}"
        self.root = f"{origin}{TENANT}"
        self._compose(expires, defect, f"{origin}{BASE}")

    def _compose(self, expires: int, defect: str | None, api: str) -> None:
        def part(right: type) -> Any:
            return DEFECTS.part(right, defect)

        keeping = part(Keeping)()
        granting = Granting(keeping, self.root, expires, part)
        registering, announcing = part(Registering)(keeping), part(Announcing)(self.root, api)
        part(Endpoints)(keeping, granting, registering, announcing).add_to(self.app, TENANT)
        part(Pages)(keeping, granting).add_to(self.app, TENANT)
        self.calls = part(Calls)(granting.tokens, part(Judging)())
        self.calls.add_to(self.app, BASE)
        self.app.register_error_handler(HTTPException, self.failed)
        self.app.register_error_handler(Exception, self.broken)
        self.app.after_request(guarded)

    def failed(self, error: HTTPException) -> Any:
        """Errors of Flask, as the API or a page says them."""
        if error.response is not None:
            return error.response
        status = error.code or 500
        headers = {
            name: value for name, value in error.get_headers() if name.lower() != "content-type"
        }
        if request.path.startswith(BASE):
            return self.calls.refusal(status, str(error.description), headers)
        body, _ = page(error.name, f"<p>{error.description}")
        return Response(body, status, headers)

    def broken(self, error: Exception) -> Any:
        self.app.logger.error("a mistake of this host", exc_info=error)
        return self.calls.refusal(500, "something is wrong here", {})

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """The loop closes its sockets itself: it may be waiting for them."""
        self.server.trigger.pull_trigger(lambda: wasyncore.close_all(self.sockets))
        self.thread.join(10)
        self.server.task_dispatcher.shutdown()


def guarded(answer: Response) -> Response:
    if answer.mimetype == "text/html":
        answer.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cache-Control"] = "no-store"
    return answer
