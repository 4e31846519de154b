"""The provider on 127.0.0.1: Tornado's loop in a thread, and which handler answers what."""

import asyncio
import threading
from typing import Any, Self

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from tests.miniatures.stock.asking import (
    Authorize,
    Enter,
    Manifest,
    Missing,
    Permissions,
    Register,
    Revoke,
    TokenEndpoint,
)
from tests.miniatures.stock.defects import DEFECTS
from tests.miniatures.stock.granting import Granting
from tests.miniatures.stock.judging import Judging
from tests.miniatures.stock.keeping import Keeping
from tests.miniatures.stock.resources import Assertions, Nothing, Profile

BASE = "/host/ims/ob/v2p1"


class StockProvider:
    """A provider that serves while it is entered; ``defect`` names one of ``DEFECTS``."""

    paths = {"settings": "my/apps"}  # noqa: RUF012 - as the other miniatures say it

    def __init__(self, expires: int = 900, defect: str | None = None) -> None:
        self.expires, self.defect = expires, defect
        self.root = ""
        self.base = BASE
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def part(self, right: type) -> Any:
        """A part of this provider, perhaps a wrong one."""
        return DEFECTS.part(right, self.defect)

    async def _serve(self) -> None:
        sockets = bind_sockets(0, "127.0.0.1")
        self.root = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
        self.keeping = self.part(Keeping)()
        self.judging = self.part(Judging)()
        self.granting = self.part(Granting)(self.keeping, self.expires, self.part)
        server = HTTPServer(self._application())
        server.add_sockets(sockets)
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await self._over.wait()
        server.stop()
        await server.close_all_connections()

    def _application(self) -> Application:
        handlers = {
            r"/\.well-known/badgeconnect\.json": Manifest,
            "/oauth2/clients": Register,
            "/oauth2/authorize": Authorize,
            "/oauth2/token": TokenEndpoint,
            "/oauth2/revocation": Revoke,
            "/my/session": Enter,
            "/my/apps": Permissions,
            f"{BASE}/assertions": Assertions,
            f"{BASE}/profile": Profile,
            f"{BASE}/.*": Nothing,
        }
        routes = [(path, self.part(handler), {"of": self}) for path, handler in handlers.items()]
        return Application(
            routes,
            default_handler_class=Missing,
            default_handler_args={"of": self},
            log_function=lambda _: None,
        )

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)
