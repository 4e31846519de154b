"""Requests and responses of a Chromium tab; each response is stored when it arrives."""

import asyncio
import time
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from conformance.core.exchange import Answer, Request
from conformance.target.browser.onward import is_at

if TYPE_CHECKING:
    from playwright.async_api import Request as Sent
    from playwright.async_api import Response

LOGGED_TYPES = ("document", "xhr", "fetch")
"""Resource types that are logged: pages, and requests of their scripts."""
BODY_SECONDS = 5.0
"""Time limit for a body after its headers; it is lost when the tab leaves the page."""
REFUSED = "net::ERR_CONNECTION_REFUSED"
ABORTED = "net::ERR_ABORTED"


@define(eq=False)
class TabExchange:
    """One request, and its response as far as it has arrived."""

    sent: "Sent"
    is_page: bool
    """Whether it loads the page itself, not a part of it or data for a script."""
    request: Request
    answer: Answer | None = None
    trouble: str = ""


@define(slots=False, eq=False)
class Traffic:
    """The requests of one tab, in order, except those to the callback."""

    callback: str
    exchanges: dict["Sent", TabExchange] = field(factory=dict)
    landing: "Sent | None" = None
    """The request that sent the tab to the callback."""
    last_activity: float = field(factory=time.monotonic)
    """When something was last sent or received (``time.monotonic``)."""
    _open: set["Sent"] = field(factory=set)
    _reading: list[asyncio.Task[None]] = field(factory=list)

    @property
    def is_busy(self) -> bool:
        """Whether a request has no response yet."""
        return bool(self._open)

    def quiet_for(self) -> float:
        """Seconds since something was last sent or received."""
        return time.monotonic() - self.last_activity

    def on_request(self, sent: "Sent") -> None:
        """Record a request."""
        self.last_activity = time.monotonic()
        is_page = sent.is_navigation_request() and _is_of_tab(sent)
        if is_page and is_at(sent.url, self.callback):
            self.landing = self.landing or sent
            return
        self._open.add(sent)
        if sent.resource_type in LOGGED_TYPES:
            headers = tuple(sent.headers.items())
            request = Request(sent.method, sent.url, headers, sent.post_data_buffer or b"")
            self.exchanges[sent] = TabExchange(sent, is_page, request)

    def on_response(self, response: "Response") -> None:
        """Record headers, and read the body before the tab can leave the page."""
        self.last_activity = time.monotonic()
        if (exchange := self.exchanges.get(response.request)) is not None:
            headers = tuple(response.headers.items())
            exchange.answer = Answer(response.status, response.status_text, headers)
            self._reading.append(asyncio.ensure_future(_read(exchange, response)))

    def on_end(self, sent: "Sent") -> None:
        """Record that a response is complete or failed."""
        self.last_activity = time.monotonic()
        self._open.discard(sent)
        if (exchange := self.exchanges.get(sent)) is not None and exchange.answer is None:
            exchange.trouble = _trouble(sent.failure or "")

    async def settled(self) -> None:
        """Wait for the bodies that are still being received."""
        await asyncio.gather(*self._reading)

    def page(self) -> TabExchange | None:
        """The exchange of the page: the redirect to the callback, else the last page of the tab."""
        before = self.landing.redirected_from if self.landing else None
        if before is not None and before in self.exchanges:
            return self.exchanges[before]
        pages = [exchange for exchange in self.exchanges.values() if exchange.is_page]
        answered = [exchange for exchange in pages if exchange.answer is not None]
        return next(iter((answered or pages)[::-1]), None)


def _is_of_tab(sent: "Sent") -> bool:
    """Whether a navigation is of a tab itself, and not of a frame in it."""
    from playwright.async_api import Error  # noqa: PLC0415 - an extra

    try:
        return sent.frame.parent_frame is None
    except Error:  # a new window, which has no frame yet
        return True


async def _read(exchange: TabExchange, response: "Response") -> None:
    """Read all headers and the body; parts that are no longer available stay empty."""
    from playwright.async_api import Error  # noqa: PLC0415 - an extra

    answer = exchange.answer
    if answer is None:
        return
    try:
        async with asyncio.timeout(BODY_SECONDS):
            headers = [
                (header["name"], header["value"]) for header in await response.headers_array()
            ]
            exchange.answer = answer = evolve(answer, headers=tuple(headers))
            request_headers = tuple((await exchange.sent.all_headers()).items())
            exchange.request = evolve(exchange.request, headers=request_headers)
            if not 300 <= answer.status < 400:
                exchange.answer = evolve(answer, body=await response.body())
    except (Error, TimeoutError):
        return


def _trouble(failure: str) -> str:
    if failure == REFUSED:
        return "no connection: Connection refused"
    if failure in ("", ABORTED):
        return "the browser left the page before the answer came"
    return f"no answer in Chromium: {failure.removeprefix('net::')}"
