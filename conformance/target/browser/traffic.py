"""What a tab of Chromium sent, and what came back: each answer is kept when it arrives."""

import asyncio
import time
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from conformance.core.exchange import Answer, Request
from conformance.target.browser.onward import is_at

if TYPE_CHECKING:
    from playwright.async_api import Request as Sent
    from playwright.async_api import Response

KEPT = ("document", "xhr", "fetch")
"""Requests that are written down: pages, and what their scripts ask."""
BODY_SECONDS = 5.0
"""For a body, once its headers have come; a page that leaves takes what is missing with it."""
REFUSED = "net::ERR_CONNECTION_REFUSED"
ABORTED = "net::ERR_ABORTED"


@define(eq=False)
class TabExchange:
    """One request, and its answer as far as it has come."""

    sent: "Sent"
    is_page: bool
    """Whether it is for the page itself, and not for a part of it or for a script."""
    request: Request
    answer: Answer | None = None
    trouble: str = ""


@define(slots=False, eq=False)
class Traffic:
    """The requests of one tab, in order; those for the callback are not among them."""

    callback: str
    heard: dict["Sent", TabExchange] = field(factory=dict)
    landing: "Sent | None" = None
    """The request with which the tab was sent to the callback."""
    moved: float = field(factory=time.monotonic)
    """When something last happened, of ``time.monotonic``."""
    _open: set["Sent"] = field(factory=set)
    _reading: list[asyncio.Task[None]] = field(factory=list)

    @property
    def is_busy(self) -> bool:
        """Whether a request has no answer yet."""
        return bool(self._open)

    def quiet_for(self) -> float:
        """Seconds since something was sent or came back."""
        return time.monotonic() - self.moved

    def on_request(self, sent: "Sent") -> None:
        """Something is sent."""
        self.moved = time.monotonic()
        is_page = sent.is_navigation_request() and sent.frame.parent_frame is None
        if is_page and is_at(sent.url, self.callback):
            self.landing = self.landing or sent
            return
        self._open.add(sent)
        if sent.resource_type in KEPT:
            headers = tuple(sent.headers.items())
            request = Request(sent.method, sent.url, headers, sent.post_data_buffer or b"")
            self.heard[sent] = TabExchange(sent, is_page, request)

    def on_response(self, response: "Response") -> None:
        """Headers have come; the body is asked for before the page can leave."""
        self.moved = time.monotonic()
        if (heard := self.heard.get(response.request)) is not None:
            told = tuple(response.headers.items())
            heard.answer = Answer(response.status, response.status_text, told)
            self._reading.append(asyncio.ensure_future(_read(heard, response)))

    def on_end(self, sent: "Sent") -> None:
        """An answer is complete, or will never be."""
        self.moved = time.monotonic()
        self._open.discard(sent)
        if (heard := self.heard.get(sent)) is not None and heard.answer is None:
            heard.trouble = _trouble(sent.failure or "")

    async def settled(self) -> None:
        """Wait for the bodies that are still on their way."""
        await asyncio.gather(*self._reading)

    def page(self) -> TabExchange | None:
        """What came as the page: the redirect to the callback, else the last page of the tab."""
        before = self.landing.redirected_from if self.landing else None
        if before is not None and before in self.heard:
            return self.heard[before]
        pages = [one for one in self.heard.values() if one.is_page]
        answered = [one for one in pages if one.answer is not None]
        return next(iter((answered or pages)[::-1]), None)


async def _read(heard: TabExchange, response: "Response") -> None:
    """Take the whole headers and the body; what cannot be had any more stays empty."""
    from playwright.async_api import Error  # noqa: PLC0415 - an extra

    answer = heard.answer
    if answer is None:
        return
    try:
        async with asyncio.timeout(BODY_SECONDS):
            told = [(one["name"], one["value"]) for one in await response.headers_array()]
            heard.answer = answer = evolve(answer, headers=tuple(told))
            sent = tuple((await heard.sent.all_headers()).items())
            heard.request = evolve(heard.request, headers=sent)
            if not 300 <= answer.status < 400:
                heard.answer = evolve(answer, body=await response.body())
    except (Error, TimeoutError):
        return


def _trouble(failure: str) -> str:
    if failure == REFUSED:
        return "no connection: Connection refused"
    if failure in ("", ABORTED):
        return "the browser left the page before the answer came"
    return f"no answer in Chromium: {failure.removeprefix('net::')}"
