"""Two servers on 127.0.0.1 and what they keep."""

import functools
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import ThreadingHTTPServer
from typing import Any, Self

from tests.miniatures.plain.api import API, Api
from tests.miniatures.plain.defects import DEFECTS
from tests.miniatures.plain.fetcher import REACHABLE, Fetcher
from tests.miniatures.plain.judge import Judge
from tests.miniatures.plain.pages import Pages
from tests.miniatures.plain.vault import Vault


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def shutdown_request(self, request: Any) -> None:
        """Hears a client out: a reset in the middle of its sending would cost it the answer."""
        until = time.monotonic() + 5
        with suppress(OSError):
            request.shutdown(socket.SHUT_WR)
            request.settimeout(1)
            while request.recv(65536) and time.monotonic() < until:
                pass
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; a mistake of ours is, but not for the client."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class PlainBackpack:
    """A Backpack that serves while it is entered.

    ``accounts`` maps e-mails to passwords; None lets any well-formed e-mail in. ``expires`` is in
    seconds of ``clock``. Nothing is fetched from outside ``reachable``. ``defect`` names one of
    ``DEFECTS``.
    """

    def __init__(
        self,
        accounts: Mapping[str, str] | None = None,
        expires: int = 3600,
        clock: Callable[[], float] = time.time,
        port: int = 0,
        reachable: tuple[str, ...] = REACHABLE,
        defect: str | None = None,
    ) -> None:
        fetcher = functools.partial(DEFECTS.part(Fetcher, defect), reachable)
        judge = DEFECTS.part(Judge, defect)
        vault = DEFECTS.part(Vault, defect)(accounts, expires, clock)
        api_of = functools.partial(DEFECTS.part(Api, defect), lambda: judge(fetcher()), vault)
        api = Server(("127.0.0.1", 0), api_of)
        self.api_root = f"http://127.0.0.1:{api.server_port}{API}"
        pages = Server(("127.0.0.1", port), self.doors(lambda: judge(fetcher()), vault, defect))
        self.root = f"http://127.0.0.1:{pages.server_port}"
        self.servers = (pages, api)

    def doors(
        self, _judge: Callable[[], Judge], vault: Vault, defect: str | None
    ) -> Callable[..., Any]:
        """What answers browsers."""
        return functools.partial(DEFECTS.part(Pages, defect), self.api_root, vault)

    def __enter__(self) -> Self:
        for server in self.servers:
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()
