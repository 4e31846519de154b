"""A tab of Chromium in which an earner goes from page to page."""

import asyncio
import time
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from conformance.core.exchange import Exchange, Request
from conformance.target.browser.browser import MOST_PAGES, Browser, ConsentResult
from conformance.target.browser.chromium import TIMEOUT_MS, plainly
from conformance.target.browser.onward import outside_target
from conformance.target.browser.snapshot import PageSnapshot
from conformance.target.browser.traffic import Traffic
from conformance.target.pages.elements import inside
from conformance.target.pages.forms import SCRIPT, Act, Control, Page
from conformance.target.pages.reader import DeadEnd, PageAction, Reopen, WalkGoal, answer_of

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle
    from playwright.async_api import Page as Tab

POLL_SECONDS = 0.05
"""Polling interval for changes of a page."""
QUIET_SECONDS = 1.0
"""A page with scripts is ready after so long without network traffic."""
STILL_SECONDS = 0.1
"""The same for a page without scripts."""
MOST_SECONDS = TIMEOUT_MS / 1000
CLICK_MS = 2000
"""Time limit for a button to become clickable; then the click event is sent by script."""


@define(slots=False)
class ChromiumTab:
    """A tab, its network traffic, and a snapshot of its page."""

    browser: Browser
    tab: "Tab"
    callback: str
    traffic: Traffic = field(init=False)
    snapshot: PageSnapshot = field(init=False)
    _exchange: Exchange | None = None
    _logged: int = 0
    """Number of requests that are already in the wire log."""

    def __attrs_post_init__(self) -> None:
        self.traffic = Traffic(self.callback)
        self.tab.on("request", self.traffic.on_request)
        self.tab.on("response", self.traffic.on_response)
        self.tab.on("requestfinished", self.traffic.on_end)
        self.tab.on("requestfailed", self.traffic.on_end)

    @property
    def exchange(self) -> Exchange:
        """The exchange that returned the page."""
        return self._exchange or self.browser.wire.exchanges[-1]

    async def walk(self, start: str, act: Act) -> ConsentResult:
        """Do one action after the other, until the callback or a dead end."""
        goal, actions = (
            WalkGoal(act, self.callback, self.browser.earner),
            list[PageAction | Reopen](),
        )
        dead_end = await self._go(start)
        for _ in range(MOST_PAGES):
            if dead_end.why or self.traffic.landing:
                break
            action = await self._next_action(goal, actions)
            if self.traffic.landing or isinstance(action, DeadEnd):
                dead_end = (
                    action if isinstance(action, DeadEnd) and not self.traffic.landing else dead_end
                )
                break
            if isinstance(action, PageAction) and act is Act.LOOK and action.is_answer:
                break
            if refused := self._left_target(start):
                dead_end = refused
                break
            actions.append(action)
            dead_end = await (
                self._go(start) if isinstance(action, Reopen) else self._perform(action)
            )
        exchange = await self._log_exchanges(start)
        if self.traffic.landing is not None:
            acted = answer_of(actions) is not None
            exchange = self.browser.landed(exchange, self.traffic.landing.url, acted=acted)
        return ConsentResult(exchange, answer_of(actions), dead_end, tuple(actions))

    async def open(self, url: str) -> Page | None:
        """The page at a URL, after logging in if necessary; ``None`` without a response."""
        result = await self.walk(url, Act.LOOK)
        return self.snapshot.page if result.exchange.answer is not None else None

    async def press(self, action: PageAction) -> Page | None:
        """The page after pressing a control, once the network is idle."""
        await self._perform(action)
        await self._wait_until_idle()
        await self._log_exchanges(self.tab.url)
        return self.snapshot.page

    def refuses(self, control: Control) -> DeadEnd | None:
        """Why a control cannot be pressed here; ``None`` if it can."""
        here = self.tab.url
        is_ours = control.method == SCRIPT or self.browser.may_go(control.url, here)
        return None if is_ours else outside_target(control.url, here)

    def _left_target(self, start: str) -> DeadEnd | None:
        """A dead end if the tab is on a host outside the target, where nothing may be entered."""
        here = self.tab.url
        return None if self.browser.may_go(here, start) else outside_target(here, start)

    async def _go(self, url: str) -> DeadEnd:
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        try:
            await self.tab.goto(url, wait_until="domcontentloaded")
        except Error as error:
            if not self.traffic.landing:
                address = url.partition("?")[0]
                return DeadEnd(f"Chromium cannot open {address}: {plainly(error.message)}")
        return DeadEnd()

    async def _next_action(
        self, goal: WalkGoal, actions: list[PageAction | Reopen]
    ) -> PageAction | Reopen | DeadEnd:
        """Wait until there is an action on the page, or until the network is idle."""
        deadline = time.monotonic() + MOST_SECONDS
        while True:
            self.snapshot = await PageSnapshot.take(self.tab)
            action = self.browser.reader.next(self.snapshot.page, goal, actions)
            is_settled = self._is_idle() or time.monotonic() > deadline
            if self.traffic.landing or isinstance(action, PageAction) or is_settled:
                return action
            await asyncio.sleep(POLL_SECONDS)

    async def _wait_until_idle(self) -> None:
        deadline = time.monotonic() + MOST_SECONDS
        while True:
            self.snapshot = await PageSnapshot.take(self.tab)
            if self._is_idle() or time.monotonic() > deadline:
                return
            await asyncio.sleep(POLL_SECONDS)

    def _is_idle(self) -> bool:
        has_script = self.snapshot.page.soup.find("script") is not None
        has_content = bool(inside(self.snapshot.page.soup))
        quiet_seconds = QUIET_SECONDS if has_script or not has_content else STILL_SECONDS
        return not self.traffic.is_busy and self.traffic.quiet_for() > quiet_seconds

    async def _perform(self, action: PageAction) -> DeadEnd:
        """Fill in and press; an error is ignored if the tab reached the callback meanwhile."""
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        try:
            await act_on(self.snapshot, action)
            self.traffic.last_activity = time.monotonic()
        except Error as error:
            if not self.traffic.landing:
                why = f"{action.name} on {self.snapshot.page.described()}: {plainly(error.message)}"
                return DeadEnd(
                    why, ("Open this page in a browser: can the form be filled in and submitted?")
                )
        return DeadEnd()

    async def _log_exchanges(self, start: str) -> Exchange:
        """Add new requests to the wire log; the exchange of the page, with its current content."""
        await self.traffic.settled()
        wire, tab_exchanges = self.browser.wire, list(self.traffic.exchanges.values())
        page_exchange = self.traffic.page()
        self.snapshot = await PageSnapshot.take(self.tab)
        for tab_exchange in tab_exchanges[self._logged :]:
            number = len(wire.exchanges) + 1
            exchange = Exchange(
                number, tab_exchange.request, tab_exchange.answer, 0.0, tab_exchange.trouble
            )
            wire.add(exchange)
            self._exchange = exchange if tab_exchange is page_exchange else self._exchange
        self._logged = len(tab_exchanges)
        if self._exchange is None:  # no request was sent at all
            request, trouble = Request("GET", start), "no answer in Chromium"
            self._exchange = Exchange(len(wire.exchanges) + 1, request, None, 0.0, trouble)
            wire.add(self._exchange)
        elif not self.traffic.landing and self._exchange.answer is not None:
            self._exchange = self._with_page(self._exchange)
            wire.exchanges[self._exchange.number - 1] = self._exchange
        return self._exchange

    def _with_page(self, exchange: Exchange) -> Exchange:
        """An exchange with the page as rendered by its scripts."""
        answer, page = exchange.answer, self.snapshot.page
        if answer is None or not inside(page.soup):
            return exchange
        rendered = evolve(answer, body=str(page.soup).encode(errors="replace"))
        return evolve(exchange, request=evolve(exchange.request, url=page.url), answer=rendered)


async def act_on(snapshot: PageSnapshot, action: PageAction) -> None:
    """Fill in the fields of a page, and press a control."""
    for tag, value in action.entries:
        if (element := await snapshot.element(tag)) is not None:
            await _enter(element, value)
    control = action.control
    pressed = control.element if control.element is not None else control.form
    element = await snapshot.element(pressed) if pressed is not None else None
    if element is None:
        return
    if control.element is None:
        await element.evaluate("form => form.requestSubmit()")
    else:
        await _click(element)


async def _enter(element: "ElementHandle", value: str | bool) -> None:  # noqa: FBT001 - what is entered
    """Fill in a field, select an option, or check or uncheck a box."""
    from playwright.async_api import TimeoutError  # noqa: A004, PLC0415 - an extra

    if isinstance(value, bool):
        try:
            await element.set_checked(value, timeout=CLICK_MS)
        except TimeoutError:  # CSS hides the real box behind a styled one
            await element.evaluate("(box, on) => { if (box.checked !== on) box.click() }", value)
    elif await element.evaluate("element => element.tagName") == "SELECT":
        await element.select_option(value)
    else:
        await element.fill(value)


async def _click(element: "ElementHandle") -> None:
    from playwright.async_api import TimeoutError  # noqa: A004, PLC0415 - an extra

    try:
        await element.click(timeout=CLICK_MS)
    except TimeoutError:  # something covers it, such as a cookie banner
        await element.evaluate("element => element.click()")
