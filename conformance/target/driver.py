"""A consent recipe in a real Chromium: for pages that need scripts."""

import asyncio
import time
from collections.abc import Sequence
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen
from yarl import URL

from conformance.target.browser import MOST_PAGES, Browser, Walk, answer_of, is_at
from conformance.target.chromium import TIMEOUT_MS, Chromium
from conformance.target.forms import Act
from conformance.target.forms import Page as Html
from conformance.target.reader import Lost, Move
from conformance.target.recipe import Recipe, Step
from conformance.values.errors import HarnessError
from conformance.values.exchange import Answer, Exchange, Request

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page
    from playwright.async_api import Request as Sent

LOOK_SECONDS = 0.05
"""Between one look at a page and the next."""
QUIET_SECONDS = 1.0
"""A page on which nothing moves for so long shows what it is going to show."""
PATIENCE_SECONDS = TIMEOUT_MS / 1000
KEPT = ("document", "xhr", "fetch")
"""Requests that are written down: pages, and what their scripts ask."""


@frozen
class ChromiumDriver:
    """Walks through consent by a recipe; its cookies are those of the earner's browser."""

    chromium: Chromium
    recipe: Recipe
    trusts_anything: bool = False
    """Whether certificates are taken as they are: those that our own client has judged."""

    async def walk(self, browser: Browser, start: str, callback: str, act: Act) -> Walk:
        """Ask for access in a fresh profile that has the cookies of this browser.

        Raises:
            HarnessError: when Chromium does not work.
        """
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        try:
            context = await (await self.chromium.start()).new_context(
                locale="en", ignore_https_errors=self.trusts_anything
            )
        except Error as error:
            raise HarnessError(f"Chromium does not work here: {error.message}") from error
        try:
            await context.add_cookies(_cookies_out(browser, start))  # type: ignore[arg-type]
            tour = Tour(browser, self.recipe, await context.new_page(), callback)
            return await tour.through(start, act)
        finally:
            await _cookies_in(browser, context)
            await context.close()


@define(slots=False)
class Tour:
    """One walk in a tab of its own."""

    browser: Browser
    recipe: Recipe
    tab: "Page"
    callback: str
    sent: list["Sent"] = field(factory=list)
    open: int = 0
    """Requests without an answer."""
    moved: float = field(factory=time.monotonic)
    """When something last happened on the page."""
    landing: str = ""
    """The URL at the callback to which the tab was sent."""

    async def through(self, start: str, act: Act) -> Walk:
        """Do one step after the other, until the callback or until nothing is left to do."""
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        self.tab.on("request", self._heard)
        self.tab.on("requestfinished", self._ended)
        self.tab.on("requestfailed", self._ended)
        self.tab.set_default_timeout(TIMEOUT_MS)
        done, lost = list[Move](), Lost()
        try:
            await self.tab.goto(start)
        except Error as error:
            lost = lost if self.landing else Lost(f"Chromium at {start}: {error.message}"[:300])
        for _ in range(MOST_PAGES):
            page = await self._arrived(done)
            if self.landing or lost.why:
                break
            step = self.recipe.found(page, done)
            if isinstance(step, Lost) or (act is Act.LOOK and step.answers):
                lost = step if isinstance(step, Lost) else lost
                break
            if isinstance(missing := step.control(page, act), Lost):
                lost = missing
                break
            done.append(Move(str(step), missing, answers=step.answers))
            try:
                await self._do(step, act)
            except Error as error:
                if not self.landing:
                    lost = Lost(f"{step} on {page.told()}: Chromium: {error.message}"[:600])
        return Walk(await self._exchange(done), answer_of(done), lost)

    async def _do(self, step: Step, act: Act) -> None:
        form = self.tab.locator(step.form).first
        for selector, value in step.filled(self.browser.earner).items():
            place = form.locator(selector).first
            if isinstance(value, bool):
                await place.set_checked(value)
            elif await place.evaluate("one => one.tagName") == "SELECT":
                await place.select_option(value)
            else:
                await place.fill(value)
        self.moved = time.monotonic()
        pressed = step.pressed(act)
        if pressed is None:
            await form.evaluate("form => form.requestSubmit()")
        elif await form.locator(pressed).count():
            await form.locator(pressed).first.click()
        else:
            await self.tab.locator(pressed).first.click()

    async def _arrived(self, done: Sequence[Move]) -> Html:
        """The page once a later step can be done on it, or once nothing moves any more."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while True:
            page = await self._page()
            is_quiet = not self.open and time.monotonic() - self.moved > QUIET_SECONDS
            is_there = isinstance(self.recipe.found(page, done), Step)
            if self.landing or is_there or is_quiet or time.monotonic() > ends:
                return page
            await asyncio.sleep(LOOK_SECONDS)

    async def _page(self) -> Html:
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        try:
            return Html.parse(self.tab.url, (await self.tab.content()).encode())
        except Error:  # it is on its way to another page
            return Html.parse(self.tab.url, b"")

    def _heard(self, request: "Sent") -> None:
        self.moved = time.monotonic()
        if request.is_navigation_request() and is_at(request.url, self.callback):
            self.landing = self.landing or request.url
            return
        self.open += 1
        if request.resource_type in KEPT:
            self.sent.append(request)

    def _ended(self, request: "Sent") -> None:
        self.moved = time.monotonic()
        self.open -= not is_at(request.url, self.callback)

    async def _exchange(self, done: Sequence[Move]) -> Exchange:
        """Write down what was sent; the last exchange, with what the page shows by now."""
        wire = self.browser.wire
        kept = [await _kept(one) for one in self.sent]
        shown = await self._page()
        request, answer = kept[-1]
        if answer is not None and not self.landing:
            seen = evolve(answer, body=str(shown.soup).encode())
            kept[-1] = (evolve(request, url=shown.url), seen)
        for request, answer in kept:
            trouble = "" if answer else "no answer in Chromium"
            wire.exchanges.append(Exchange(len(wire.exchanges) + 1, request, answer, 0.0, trouble))
        last = wire.exchanges[-1]
        acted = answer_of(done) is not None
        return self.browser.landed(last, self.landing, acted=acted) if self.landing else last


async def _kept(sent: "Sent") -> tuple[Request, Answer | None]:
    from playwright.async_api import Error  # noqa: PLC0415 - an extra

    headers = tuple((await sent.all_headers()).items())
    request = Request(sent.method, sent.url, headers, sent.post_data_buffer or b"")
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            response = await sent.response()
            if response is None:
                return request, None
            told = tuple((one["name"], one["value"]) for one in await response.headers_array())
            is_page = not 300 <= response.status < 400
            body = await response.body() if is_page else b""
            return request, Answer(response.status, response.status_text, told, body)
    except (Error, TimeoutError):
        return request, None


def _cookies_out(browser: Browser, start: str) -> list[dict[str, str]]:
    """The cookies of the earner's browser for the target."""
    kept = browser.jar.filter_cookies(URL(start, encoded=True)).values()
    return [{"name": one.key, "value": one.value, "url": start} for one in kept]


async def _cookies_in(browser: Browser, context: "BrowserContext") -> None:
    for one in await context.cookies():
        morsel = SimpleCookie({one["name"]: one["value"]})
        morsel[one["name"]]["path"] = one["path"]
        scheme = "https" if one["secure"] else "http"
        url = URL(f"{scheme}://{one['domain'].lstrip('.')}{one['path']}", encoded=True)
        browser.jar.update_cookies(morsel, url)
