"""A Backpack that dies: at a request, or because it is switched off."""

import functools
import threading

from tests.miniatures.plain import PlainBackpack
from tests.miniatures.plain.api import Api
from tests.miniatures.plain.backpack import Server

RISES_SECONDS = 1.0


class DyingBackpack(PlainBackpack):
    """The plain one, whose process ends when a request for a path of its API comes in.

    ``rises`` lets it be started again after a while, as a supervisor would; ``deaths`` is how
    often it ends. Before that it leaves ``unanswered`` such requests without an answer.
    """

    def __init__(
        self, dies_at: str = "never", *, rises: bool = False, deaths: int = 1, unanswered: int = 0
    ) -> None:
        super().__init__()
        self.dies_at, self.rises, self.deaths = dies_at, rises, deaths
        self.unanswered = unanswered
        api = self.servers[1]
        handler = type("DyingApi", (DyingApi,), {"backpack": self})
        api.RequestHandlerClass = functools.partial(handler, *api.RequestHandlerClass.args)

    def tell_api_at(self, host: str) -> None:
        """Announce another host name of the API to issuers."""
        pages = self.servers[0]
        known = pages.RequestHandlerClass
        elsewhere = self.api_root.replace("127.0.0.1", host)
        pages.RequestHandlerClass = functools.partial(known.func, elsewhere, *known.args[1:])

    def stop(self) -> None:
        """End, as a process does."""
        self.deaths -= 1
        for server in self.servers:
            server.shutdown()
            server.server_close()
        if self.rises:
            threading.Timer(RISES_SECONDS, self.start_again).start()

    def start_again(self) -> None:
        """Listen where it listened before."""
        self.servers = tuple(
            Server(server.server_address, server.RequestHandlerClass) for server in self.servers
        )
        self.__enter__()


class DyingApi(Api):
    """One connection of a program."""

    backpack: DyingBackpack

    def do_POST(self) -> None:  # noqa: N802 - http.server asks for this name
        """Answer, or end without a word."""
        if not self.path.endswith(self.backpack.dies_at):
            self.handle_request()
        elif self.backpack.unanswered > 0:
            self.close_connection = True
            self.backpack.unanswered -= 1
        elif self.backpack.deaths > 0:
            self.close_connection = True
            self.backpack.stop()
        else:
            self.handle_request()
