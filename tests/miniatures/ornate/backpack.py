"""Two Tornado servers in a thread of their own."""

import asyncio
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Self

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from tests.miniatures.ornate import api, pages, sites
from tests.miniatures.ornate.defects import DEFECTS
from tests.miniatures.ornate.examiner import Examiner
from tests.miniatures.ornate.habits import Habits
from tests.miniatures.ornate.ledger import Ledger
from tests.miniatures.ornate.library import Doorman, Library
from tests.miniatures.ornate.sessions import Sessions

LONGEST_HEAD = 1024 * 1024  # bytes; a long address is refused by us and not by Tornado
REACHABLE = ("127.0.0.0/8", "::1/128")
HOME = "/bag"
API = {"issue": api.Issue, "token": api.Token, "identity": api.Identity}
NUMBER = "([0-9a-z]+)"
PAGES = {
    "/js/connect-1[.]4[.]min[.]js": pages.Script,
    "/start": pages.Start,
    f"/connect/{NUMBER}(/question|/answer|/done|)": pages.Question,
    f"/who/{NUMBER}(/phrase|)": pages.Who,
    "/leave": pages.Leave,
    "/sites": sites.Sites,
    "/sites/review": sites.Review,
    "/sites/remove": sites.Remove,
}


class OrnateBackpack:
    """A Backpack that serves while it is entered.

    ``accounts`` maps e-mails to passwords; None lets any e-mail in. ``expires`` is in seconds of
    ``clock``. ``reachable`` are the networks from which it fetches. ``defect`` names one of
    ``DEFECTS``. ``paths`` are the pages that a suite has to be told.
    """

    paths: Mapping[str, str] = {
        "access": "start",
        "settings": "sites",
        "script": "js/connect-1.4.min.js",
    }

    def __init__(
        self,
        accounts: Mapping[str, str] | None = None,
        expires: int = 3600,
        clock: Callable[[], float] = time.time,
        port: int = 0,
        reachable: tuple[str, ...] = REACHABLE,
        habits: Habits | None = None,
        defect: str | None = None,
    ) -> None:
        self.habits, self.defect, self.reachable = habits or Habits(), defect, reachable
        self.ledger = self.part(Ledger)(accounts, expires, clock)
        self.sockets = bind_sockets(port, "127.0.0.1"), bind_sockets(0, "127.0.0.1")
        page_port, api_port = (sockets[0].getsockname()[1] for sockets in self.sockets)
        self.root = f"http://127.0.0.1:{page_port}{HOME}"
        self.api_root = f"http://{self.habits.api_host}:{api_port}{self.habits.api_path}"
        self.started = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True)

    def part(self, right: Any) -> Any:
        return DEFECTS.part(right, self.defect)

    def __enter__(self) -> Self:
        self.thread.start()
        self.started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.stopping.set)
        self.thread.join()

    async def serve(self) -> None:
        self.loop, self.stopping = asyncio.get_running_loop(), asyncio.Event()
        library = self.part(Library)(self.part(Doorman)(self.reachable))
        examiner = self.part(Examiner)(library, time.time)
        servers = [
            HTTPServer(application, max_header_size=LONGEST_HEAD)
            for application in (self.pages(), self.api(examiner))
        ]
        for server, sockets in zip(servers, self.sockets, strict=True):
            server.add_sockets(sockets)
        self.started.set()
        await self.stopping.wait()
        for server in servers:
            server.stop()
            await server.close_all_connections()
        library.close()

    def pages(self) -> Application:
        shared = {
            "ledger": self.ledger,
            "sessions": self.part(Sessions)(),
            "habits": self.habits,
            "home": self.root,
            "api_root": self.api_root,
        }
        routes = [(f"{HOME}{path}", self.part(page), shared) for path, page in PAGES.items()]
        return application([*routes, (".*", pages.Nowhere, shared)])

    def api(self, examiner: Examiner) -> Application:
        shared = {"ledger": self.ledger, "examiner": examiner, "habits": self.habits}
        below = re.escape(self.habits.api_path.rstrip("/"))
        routes = [(f"{below}/+{name}", self.part(end), shared) for name, end in API.items()]
        return application([*routes, (".*", api.Nowhere, shared)])


def application(routes: list[Any]) -> Application:
    return Application(routes, log_function=lambda _: None, compress_response=True)
