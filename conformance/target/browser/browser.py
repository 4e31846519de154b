"""An earner's headless browser: cookies, pages, forms, and the walk through login and consent."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from aiohttp import CookieJar
from attrs import field, frozen
from yarl import URL

from conformance.core.exchange import Exchange, Landing, parameters_of
from conformance.target.browser.onward import (
    is_at,
    needs_script,
    onward,
    outside_target,
    page_of,
    redirect_of,
    refresh_of,
    set_by,
)
from conformance.target.http.client import Wire, is_usable
from conformance.target.http.limits import limit_of
from conformance.target.pages.forms import SCRIPT, Act, Control, Page
from conformance.target.pages.reader import (
    Actions,
    DeadEnd,
    EarnerAccount,
    HeuristicReader,
    PageAction,
    Reader,
    Reopen,
    WalkGoal,
    answer_of,
)

MOST_PAGES = 12
BROWSER_HEADERS = (("Accept", "text/html,*/*"), ("Accept-Language", "en"))
NOWHERE = "about:blank"
"""The callback of a walk without one."""


@frozen
class ConsentResult:
    """The result of a walk through login and consent."""

    exchange: Exchange
    """The last exchange; it has a landing if the browser was sent to the callback."""
    pressed: Control | None = None
    """The control that the earner pressed on the consent page, if any."""
    dead_end: DeadEnd = field(factory=DeadEnd)
    """Why the walk could not continue; without a reason if nothing specific was expected."""
    actions: Actions = ()
    """The actions of the earner, in order."""

    @property
    def acted(self) -> bool:
        """Whether the earner pressed a control on the consent page."""
        return self.pressed is not None

    @property
    def denied_by_mistake(self) -> str:
        """The label of a guessed control that should grant but denied; else ``""``."""
        parameters = self.exchange.landing.parameters if self.exchange.landing else {}
        is_guessed = self.pressed is not None and self.pressed.is_guessed
        return self.pressed.label if self.pressed and is_guessed and "error" in parameters else ""


class Driver(Protocol):
    """A real browser."""

    async def walk(self, browser: "Browser", start: str, callback: str, act: Act) -> ConsentResult:
        """Request access as this earner, sharing cookies and wire log with their browser."""

    def tab(self, browser: "Browser") -> AbstractAsyncContextManager["Tab"]:
        """A tab in which the earner opens pages and presses controls."""


class Tab(Protocol):
    """A tab in which an earner opens a page and presses controls."""

    @property
    def exchange(self) -> Exchange:
        """The exchange that returned the page."""

    async def open(self, url: str) -> Page | None:
        """The page at a URL, after logging in if necessary; ``None`` if it is not HTML."""

    async def press(self, action: PageAction) -> Page | None:
        """The page after filling in fields and pressing a control."""

    def refuses(self, control: Control) -> DeadEnd | None:
        """Why a control cannot be pressed there; ``None`` if it can."""


@frozen
class Browser:
    """One earner's browser with its own cookies."""

    wire: Wire
    earner: EarnerAccount
    jar: CookieJar = field(factory=lambda: CookieJar(unsafe=True))
    reader: Reader = field(factory=HeuristicReader)
    hosts: frozenset[str] = frozenset()
    """Hosts of the target, besides the host where a walk starts."""
    driver: "Driver | None" = None
    """A real browser that replaces this one for walks."""

    async def get(self, url: str) -> Exchange:
        """Open a URL without following redirects."""
        return await self._send("GET", url)

    async def press(self, control: Control, origin: str | None = None) -> Exchange:
        """Press a button or follow a link; ``origin`` is the value of the Origin header."""
        form_data = urlencode(control.fields)
        headers = [*control.headers, *([] if origin is None else [("Origin", origin)])]
        if control.method != "POST":
            return await self._send("GET", _with_query(control.url, form_data), headers)
        content_type = ("Content-Type", "application/x-www-form-urlencoded")
        return await self._send("POST", control.url, [content_type, *headers], form_data.encode())

    async def follow(self, exchange: Exchange, callback: str, *, acted: bool) -> Exchange:
        """Follow redirects within the target; the last exchange has a landing at the callback."""
        for _ in range(MOST_PAGES):
            location = redirect_of(exchange) or onward(exchange, callback)
            if location is None:
                break
            if is_at(location, callback):
                return self.landed(exchange, location, acted=acted)
            is_issuers = urlsplit(location)[:2] == urlsplit(callback)[:2]
            if is_issuers or not self.may_go(location, exchange.request.url):
                break
            exchange = await self.get(location)
        return exchange

    async def consent(self, start: str, callback: str, act: Act) -> ConsentResult:
        """Request access as this earner: log in if necessary, then act on the consent page."""
        if self.driver is not None:
            return await self._driven(self.driver, start, callback, act)
        goal, actions = WalkGoal(act, callback, self.earner), list[PageAction | Reopen]()
        exchange, dead_end = await self.get(start), DeadEnd()
        for _ in range(MOST_PAGES):
            exchange = await self.follow(exchange, callback, acted=answer_of(actions) is not None)
            match self._next(exchange, goal, actions):
                case DeadEnd() as dead_end:
                    break
                case str() as url:
                    exchange = await self.get(url)
                case Reopen() as action:
                    actions.append(action)
                    exchange = await self.get(start)
                case PageAction() as action if act is Act.LOOK and action.is_answer:
                    break
                case PageAction() as action:
                    actions.append(action)
                    if action.control.method == "GET" and is_at(action.control.url, callback):
                        exchange = self.landed(exchange, action.control.url, acted=True)
                        break
                    exchange = await self.press(action.control)
        return ConsentResult(exchange, answer_of(actions), dead_end, tuple(actions))

    def _next(
        self, exchange: Exchange, goal: WalkGoal, actions: Actions
    ) -> PageAction | Reopen | str | DeadEnd:
        """The next action after a response; a URL if the page redirects by itself."""
        if exchange.landing is not None:
            return DeadEnd()
        page, here = page_of(exchange), exchange.request.url
        action = self.reader.next(page or Page.of_text(here, ""), goal, actions)
        if isinstance(action, PageAction) and not is_at(action.control.url, goal.callback):
            return self.refuses(action.control, here) or action
        if isinstance(action, DeadEnd):
            refresh_url = refresh_of(exchange)
            is_at_target = refresh_url is not None and self.may_go(refresh_url, here)
            return refresh_url if is_at_target and refresh_url else action if page else DeadEnd()
        return action

    def refuses(self, control: Control, here: str) -> DeadEnd | None:
        """Why a control on a page cannot be pressed; ``None`` if it can."""
        if control.method == SCRIPT:
            return needs_script(control, here)
        return None if self.may_go(control.url, here) else outside_target(control.url, here)

    async def _driven(self, driver: "Driver", start: str, callback: str, act: Act) -> ConsentResult:
        """Walk in a real browser, and retry if rate limiting ended the walk."""
        throttle, tries = self.wire.client.throttle, 0
        while True:
            result = await driver.walk(self, start, callback, act)
            limit = limit_of(result.exchange.request, result.exchange.answer)
            if limit is None or result.exchange.landing is not None or not self.wire.waits:
                return result
            tries += 1
            await throttle.wait(limit, tries)
            await throttle.turn()

    def may_go(self, url: str, known: str) -> bool:
        """Whether a URL is on a host of the target; nothing is sent to other hosts."""
        if not is_usable(url):
            return False
        host = urlsplit(url).hostname
        return host == urlsplit(known).hostname or host in self.hosts

    def landed(self, exchange: Exchange, url: str, *, acted: bool) -> Exchange:
        """Record that the browser was sent to the callback."""
        return self.wire.landed(exchange, Landing(url, parameters_of(url), acted))

    async def page(self, url: str) -> Exchange:
        """Open a page of the earner: log in if necessary, follow redirects."""
        return (await self.consent(url, NOWHERE, Act.LOOK)).exchange

    async def _send(
        self, method: str, url: str, headers: list[tuple[str, str]] | None = None, body: bytes = b""
    ) -> Exchange:
        address = url.partition("#")[0]
        cookies = self.jar.filter_cookies(URL(address, encoded=True))
        cookie_header = "; ".join(f"{morsel.key}={morsel.value}" for morsel in cookies.values())
        own_headers = [
            *BROWSER_HEADERS,
            *([("Cookie", cookie_header)] if cookie_header else []),
        ]
        exchange = await self.wire.send(method, address, [*own_headers, *(headers or [])], body)
        self._keep_cookies(exchange)
        return exchange

    def _keep_cookies(self, exchange: Exchange) -> None:
        for morsel in set_by(exchange):
            self.jar.update_cookies({morsel.key: morsel}, URL(exchange.request.url, encoded=True))


def _with_query(url: str, query: str) -> str:
    if not query:
        return url
    base = url.partition("#")[0]
    return f"{base.partition('?')[0]}?{query}"
