"""One tab of Chromium in which an earner goes from page to page."""

import asyncio
import time
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from conformance.core.exchange import Exchange, Request
from conformance.target.browser.browser import MOST_PAGES, Browser, ConsentResult
from conformance.target.browser.chromium import TIMEOUT_MS, plainly
from conformance.target.browser.onward import elsewhere
from conformance.target.browser.snapshot import PageSnapshot
from conformance.target.browser.traffic import Traffic
from conformance.target.pages.elements import inside
from conformance.target.pages.forms import SCRIPT, Act, Control, Page
from conformance.target.pages.reader import DeadEnd, PageAction, Reopen, WalkGoal, answer_of

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle
    from playwright.async_api import Page as Tab

LOOK_SECONDS = 0.05
"""Between one look at a page and the next."""
QUIET_SECONDS = 1.0
"""A page with scripts on which nothing moves for so long shows what it is going to show."""
STILL_SECONDS = 0.1
"""The same of a page without scripts."""
PATIENCE_SECONDS = TIMEOUT_MS / 1000
CLICK_MS = 2000
"""For a button to become one that can be clicked; after that its script is told of a click."""


@define(slots=False)
class ChromiumTab:
    """A tab, what it sent, and the page that it shows."""

    browser: Browser
    tab: "Tab"
    callback: str
    traffic: Traffic = field(init=False)
    shown: PageSnapshot = field(init=False)
    _exchange: Exchange | None = None
    _written: int = 0
    """Requests that are in the wire log by now."""

    def __attrs_post_init__(self) -> None:
        self.traffic = Traffic(self.callback)
        self.tab.on("request", self.traffic.on_request)
        self.tab.on("response", self.traffic.on_response)
        self.tab.on("requestfinished", self.traffic.on_end)
        self.tab.on("requestfailed", self.traffic.on_end)

    @property
    def exchange(self) -> Exchange:
        """The exchange that the page came with."""
        return self._exchange or self.browser.wire.exchanges[-1]

    async def through(self, start: str, act: Act) -> ConsentResult:
        """Do one thing after the other, until the callback or until nothing is left to do."""
        asked, done = WalkGoal(act, self.callback, self.browser.earner), list[PageAction | Reopen]()
        lost = await self._go(start)
        for _ in range(MOST_PAGES):
            if lost.why or self.traffic.landing:
                break
            move = await self._arrived(asked, done)
            if self.traffic.landing or isinstance(move, DeadEnd):
                lost = move if isinstance(move, DeadEnd) and not self.traffic.landing else lost
                break
            if isinstance(move, PageAction) and act is Act.LOOK and move.answers:
                break
            if refused := self._strays(start):
                lost = refused
                break
            done.append(move)
            lost = await (self._go(start) if isinstance(move, Reopen) else self._do(move))
        exchange = await self._write(start)
        if self.traffic.landing is not None:
            acted = answer_of(done) is not None
            exchange = self.browser.landed(exchange, self.traffic.landing.url, acted=acted)
        return ConsentResult(exchange, answer_of(done), lost, tuple(done))

    async def open(self, url: str) -> Page | None:
        """The page at a URL, after a login if need be; ``None`` when it could not be had."""
        walk = await self.through(url, Act.LOOK)
        return self.shown.page if walk.exchange.answer is not None else None

    async def press(self, move: PageAction) -> Page | None:
        """The page that is there once nothing moves any more."""
        await self._do(move)
        await self._calm()
        await self._write(self.tab.url)
        return self.shown.page

    def refuses(self, control: Control) -> DeadEnd | None:
        """Why something cannot be pressed here."""
        here = self.tab.url
        is_ours = control.method == SCRIPT or self.browser.may_go(control.url, here)
        return None if is_ours else elsewhere(control.url, here)

    def _strays(self, start: str) -> DeadEnd | None:
        """Whether the tab has come to a host that is not the target's: nothing is entered there."""
        here = self.tab.url
        return None if self.browser.may_go(here, start) else elsewhere(here, start)

    async def _go(self, url: str) -> DeadEnd:
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        try:
            await self.tab.goto(url, wait_until="domcontentloaded")
        except Error as error:
            if not self.traffic.landing:
                at = url.partition("?")[0]
                return DeadEnd(f"Chromium cannot open {at}: {plainly(error.message)}")
        return DeadEnd()

    async def _arrived(
        self, asked: WalkGoal, done: list[PageAction | Reopen]
    ) -> PageAction | Reopen | DeadEnd:
        """What to do on the page, once there is something, or once nothing moves any more."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while True:
            self.shown = await PageSnapshot.take(self.tab)
            move = self.browser.reader.next(self.shown.page, asked, done)
            is_over = self._is_calm() or time.monotonic() > ends
            if self.traffic.landing or isinstance(move, PageAction) or is_over:
                return move
            await asyncio.sleep(LOOK_SECONDS)

    async def _calm(self) -> None:
        ends = time.monotonic() + PATIENCE_SECONDS
        while True:
            self.shown = await PageSnapshot.take(self.tab)
            if self._is_calm() or time.monotonic() > ends:
                return
            await asyncio.sleep(LOOK_SECONDS)

    def _is_calm(self) -> bool:
        has_script = self.shown.page.soup.find("script") is not None
        is_there = bool(inside(self.shown.page.soup))
        quiet = QUIET_SECONDS if has_script or not is_there else STILL_SECONDS
        return not self.traffic.is_busy and self.traffic.quiet_for() > quiet

    async def _do(self, move: PageAction) -> DeadEnd:
        """Fill in and press; a page that goes away meanwhile has taken what was pressed."""
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        try:
            for found, value in move.entries:
                if (element := await self.shown.element(found)) is not None:
                    await _enter(element, value)
            self.traffic.moved = time.monotonic()
            await self._press(move.control)
        except Error as error:
            if not self.traffic.landing:
                why = f"{move.name} on {self.shown.page.described()}: {plainly(error.message)}"
                return DeadEnd(
                    why, ("Open this page in a browser: can the form be filled in and submitted?")
                )
        return DeadEnd()

    async def _press(self, control: Control) -> None:
        pressed = control.element if control.element is not None else control.form
        element = await self.shown.element(pressed) if pressed is not None else None
        if element is None:
            return
        if control.element is None:
            await element.evaluate("form => form.requestSubmit()")
        else:
            await _click(element)

    async def _write(self, start: str) -> Exchange:
        """Write down what was sent since; the page, with what it shows by now."""
        await self.traffic.settled()
        wire, heard = self.browser.wire, list(self.traffic.heard.values())
        page = self.traffic.page()
        self.shown = await PageSnapshot.take(self.tab)
        for one in heard[self._written :]:
            number = len(wire.exchanges) + 1
            exchange = Exchange(number, one.request, one.answer, 0.0, one.trouble)
            wire.add(exchange)
            self._exchange = exchange if one is page else self._exchange
        self._written = len(heard)
        if self._exchange is None:  # nothing could even be sent
            request, trouble = Request("GET", start), "no answer in Chromium"
            self._exchange = Exchange(len(wire.exchanges) + 1, request, None, 0.0, trouble)
            wire.add(self._exchange)
        elif not self.traffic.landing and self._exchange.answer is not None:
            self._exchange = self._with_page(self._exchange)
            wire.exchanges[self._exchange.number - 1] = self._exchange
        return self._exchange

    def _with_page(self, exchange: Exchange) -> Exchange:
        """An exchange with the page as its scripts have made it."""
        answer, shown = exchange.answer, self.shown.page
        if answer is None or not inside(shown.soup):
            return exchange
        seen = evolve(answer, body=str(shown.soup).encode(errors="replace"))
        return evolve(exchange, request=evolve(exchange.request, url=shown.url), answer=seen)


async def _enter(element: "ElementHandle", value: str | bool) -> None:  # noqa: FBT001 - what is entered
    """Write into a field, choose an option, tick a box or not."""
    from playwright.async_api import TimeoutError  # noqa: A004, PLC0415 - an extra

    if isinstance(value, bool):
        try:
            await element.set_checked(value, timeout=CLICK_MS)
        except TimeoutError:  # a box that is drawn by a style sheet cannot be seen itself
            await element.evaluate("(box, on) => { if (box.checked !== on) box.click() }", value)
    elif await element.evaluate("one => one.tagName") == "SELECT":
        await element.select_option(value)
    else:
        await element.fill(value)


async def _click(element: "ElementHandle") -> None:
    from playwright.async_api import TimeoutError  # noqa: A004, PLC0415 - an extra

    try:
        await element.click(timeout=CLICK_MS)
    except TimeoutError:  # something lies over it, such as a banner about cookies
        await element.evaluate("one => one.click()")
