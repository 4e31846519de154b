"""An earner's browser, without a screen: cookies, pages, forms, and the walk through consent."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from aiohttp import CookieJar
from attrs import field, frozen
from yarl import URL

from conformance.core.exchange import Exchange, Landing, parameters_of
from conformance.target.browser.onward import (
    by_script,
    elsewhere,
    is_at,
    onward,
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
SPEAKS = (("Accept", "text/html,*/*"), ("Accept-Language", "en"))
NOWHERE = "about:blank"
"""The callback of a walk that has none."""


@frozen
class ConsentResult:
    """How a walk through consent ended."""

    exchange: Exchange
    """The last one; it has a landing when the browser was sent to the callback."""
    pressed: Control | None = None
    """What the earner pressed on the consent page, if there was such a thing."""
    lost: DeadEnd = field(factory=DeadEnd)
    """Why there was nothing more to do, where a recipe says what there is to do."""
    moves: Actions = ()
    """What the earner did, in order."""

    @property
    def acted(self) -> bool:
        """Whether the earner found something to press on the consent page."""
        return self.pressed is not None

    @property
    def denied_by_mistake(self) -> str:
        """What was pressed to grant and denied, in words that we do not know; else ``""``."""
        told = self.exchange.landing.parameters if self.exchange.landing else {}
        guessed = self.pressed is not None and self.pressed.is_guessed
        return self.pressed.label if self.pressed and guessed and "error" in told else ""


class Driver(Protocol):
    """A real browser."""

    async def walk(self, browser: "Browser", start: str, callback: str, act: Act) -> ConsentResult:
        """Ask for access as this earner, and share cookies and wire log with their browser."""

    def tab(self, browser: "Browser") -> AbstractAsyncContextManager["Tab"]:
        """A tab in which the earner does more than walk through consent."""


class Tab(Protocol):
    """Where an earner opens a page of their own, and presses one thing after the other."""

    @property
    def exchange(self) -> Exchange:
        """The exchange that the page came with."""

    async def open(self, url: str) -> Page | None:
        """The page at a URL, after a login if need be; ``None`` when it is no HTML."""

    async def press(self, move: PageAction) -> Page | None:
        """The page that comes after something was filled in and pressed."""

    def refuses(self, control: Control) -> DeadEnd | None:
        """Why something cannot be pressed there; ``None`` when it can."""


@frozen
class Browser:
    """One earner's browser; its cookies stay its own."""

    wire: Wire
    earner: EarnerAccount
    jar: CookieJar = field(factory=lambda: CookieJar(unsafe=True))
    reader: Reader = field(factory=HeuristicReader)
    hosts: frozenset[str] = frozenset()
    """Hosts that belong to the target, beside the one that a walk begins at."""
    driver: "Driver | None" = None
    """A real browser that walks through consent in place of this one."""

    async def get(self, url: str) -> Exchange:
        """Open a URL; redirects are not followed."""
        return await self._send("GET", url)

    async def press(self, control: Control, origin: str | None = None) -> Exchange:
        """Press a button or follow a link; ``origin`` is that of the page that does it."""
        sent = urlencode(control.fields)
        told = [*control.headers, *([] if origin is None else [("Origin", origin)])]
        if control.method != "POST":
            return await self._send("GET", _with_query(control.url, sent), told)
        form = ("Content-Type", "application/x-www-form-urlencoded")
        return await self._send("POST", control.url, [form, *told], sent.encode())

    async def follow(self, exchange: Exchange, callback: str, *, acted: bool) -> Exchange:
        """Follow redirects within the target; the last exchange, landed when at the callback."""
        for _ in range(MOST_PAGES):
            location = redirect_of(exchange) or onward(exchange, callback)
            if location is None:
                break
            if is_at(location, callback):
                return self.landed(exchange, location, acted=acted)
            if not self.may_go(location, exchange.request.url):
                break
            exchange = await self.get(location)
        return exchange

    async def consent(self, start: str, callback: str, act: Act) -> ConsentResult:
        """Ask for access as this earner: log in if need be, then act on the consent page."""
        if self.driver is not None:
            return await self._driven(self.driver, start, callback, act)
        asked, done = WalkGoal(act, callback, self.earner), list[PageAction | Reopen]()
        exchange, lost = await self.get(start), DeadEnd()
        for _ in range(MOST_PAGES):
            exchange = await self.follow(exchange, callback, acted=answer_of(done) is not None)
            match self._next(exchange, asked, done):
                case DeadEnd() as lost:
                    break
                case str() as url:
                    exchange = await self.get(url)
                case Reopen() as move:
                    done.append(move)
                    exchange = await self.get(start)
                case PageAction() as move if act is Act.LOOK and move.answers:
                    break
                case PageAction() as move:
                    done.append(move)
                    if move.control.method == "GET" and is_at(move.control.url, callback):
                        exchange = self.landed(exchange, move.control.url, acted=True)
                        break
                    exchange = await self.press(move.control)
        return ConsentResult(exchange, answer_of(done), lost, tuple(done))

    def _next(
        self, exchange: Exchange, asked: WalkGoal, done: Actions
    ) -> PageAction | Reopen | str | DeadEnd:
        """What to do after an answer; a URL, where a page goes on by itself."""
        if exchange.landing is not None:
            return DeadEnd()
        page, here = page_of(exchange), exchange.request.url
        move = self.reader.next(page or Page.of_text(here, ""), asked, done)
        if isinstance(move, PageAction) and not is_at(move.control.url, asked.callback):
            return self.refuses(move.control, here) or move
        if isinstance(move, DeadEnd):
            further = refresh_of(exchange)
            is_ours = further is not None and self.may_go(further, here)
            return further if is_ours and further else move if page else DeadEnd()
        return move

    def refuses(self, control: Control, here: str) -> DeadEnd | None:
        """Why something on a page cannot be pressed; ``None`` when it can."""
        if control.method == SCRIPT:
            return by_script(control, here)
        return None if self.may_go(control.url, here) else elsewhere(control.url, here)

    async def _driven(self, driver: "Driver", start: str, callback: str, act: Act) -> ConsentResult:
        """Walk in a real browser, again where a limit of the target ended the walk."""
        care, tries = self.wire.client.care, 0
        while True:
            walk = await driver.walk(self, start, callback, act)
            limit = limit_of(walk.exchange.request, walk.exchange.answer)
            if limit is None or walk.exchange.landing is not None or not self.wire.waits:
                return walk
            tries += 1
            await care.wait(limit, tries)
            await care.turn()

    def may_go(self, url: str, known: str) -> bool:
        """Whether a URL stays at the target: nothing is sent to anybody else."""
        if not is_usable(url):
            return False
        host = urlsplit(url).hostname
        return host == urlsplit(known).hostname or host in self.hosts

    def landed(self, exchange: Exchange, url: str, *, acted: bool) -> Exchange:
        """Note that the browser was sent to the callback."""
        return self.wire.landed(exchange, Landing(url, parameters_of(url), acted))

    async def page(self, url: str) -> Exchange:
        """Open one of the earner's own pages: log in if need be, follow redirects."""
        return (await self.consent(url, NOWHERE, Act.LOOK)).exchange

    async def _send(
        self, method: str, url: str, headers: list[tuple[str, str]] | None = None, body: bytes = b""
    ) -> Exchange:
        at = url.partition("#")[0]
        cookies = self.jar.filter_cookies(URL(at, encoded=True))
        sent = "; ".join(f"{one.key}={one.value}" for one in cookies.values())
        own = [*SPEAKS, *([("Cookie", sent)] if sent else [])]
        exchange = await self.wire.send(method, at, [*own, *(headers or [])], body)
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
