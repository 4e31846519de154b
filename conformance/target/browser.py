"""An earner's browser, without a screen: cookies, pages, forms, and the walk through consent."""

from collections.abc import Iterator, Mapping, Sequence
from http.cookies import CookieError, Morsel, SimpleCookie
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from aiohttp import CookieJar
from attrs import field, frozen
from yarl import URL

from conformance.client import Wire
from conformance.target.forms import Act, Control, Page
from conformance.target.reader import Asked, Earner, Guess, Lost, Move, Reader
from conformance.values.exchange import Exchange, Landing

MOST_PAGES = 12
LONGEST_PAGE = 256 * 1024
"""Bytes of a page that are read: a form that comes later is not found."""
SPEAKS = (("Accept", "text/html,*/*"), ("Accept-Language", "en"))
NOWHERE = "about:blank"
"""The callback of a walk that has none."""
REDIRECTS = (301, 302, 303, 307, 308)


@frozen
class Walk:
    """How a walk through consent ended."""

    exchange: Exchange
    """The last one; it has a landing when the browser was sent to the callback."""
    pressed: Control | None = None
    """What the earner pressed on the consent page, if there was such a thing."""
    lost: Lost = field(factory=Lost)
    """Why there was nothing more to do, where a recipe says what there is to do."""

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

    async def walk(self, browser: "Browser", start: str, callback: str, act: Act) -> Walk:
        """Ask for access as this earner, and share cookies and wire log with their browser."""


@frozen
class Browser:
    """One earner's browser; its cookies stay its own."""

    wire: Wire
    earner: Earner
    jar: CookieJar = field(factory=lambda: CookieJar(unsafe=True))
    reader: Reader = field(factory=Guess)
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
            location = redirect_of(exchange)
            if location is None:
                break
            if is_at(location, callback):
                return self.landed(exchange, location, acted=acted)
            if not self.may_go(location, exchange.request.url):
                break
            exchange = await self.get(location)
        return exchange

    async def consent(self, start: str, callback: str, act: Act) -> Walk:
        """Ask for access as this earner: log in if need be, then act on the consent page."""
        if self.driver is not None:
            return await self.driver.walk(self, start, callback, act)
        asked, done = Asked(act, callback, self.earner), list[Move]()
        exchange, lost = await self.get(start), Lost()
        for _ in range(MOST_PAGES):
            exchange = await self.follow(exchange, callback, acted=answer_of(done) is not None)
            page = page_of(exchange)
            move = self.reader.next(page, asked, done) if page else Lost()
            if isinstance(move, Lost):
                lost = move
                break
            if act is Act.LOOK and move.answers:
                break
            if move.control.method == "GET" and is_at(move.control.url, callback):
                landed = self.landed(exchange, move.control.url, acted=True)
                return Walk(landed, answer_of([*done, move]))
            if not self.may_go(move.control.url, start):
                break
            done.append(move)
            exchange = await self.press(move.control)
        return Walk(exchange, answer_of(done), lost)

    def may_go(self, url: str, known: str) -> bool:
        """Whether a URL stays at the target: nothing is sent to anybody else."""
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


def set_by(exchange: Exchange, name: str | None = None) -> Iterator[Morsel[str]]:
    """The cookies that an answer sets: all of them, or those of one name."""
    for key, value in exchange.answer.headers if exchange.answer else ():
        if key.lower() == "set-cookie":
            cookies = SimpleCookie()
            try:
                cookies.load(value)
            except CookieError:
                continue
            yield from (one for one in cookies.values() if name in (None, one.key))


def answer_of(done: Sequence[Move]) -> Control | None:
    """What was pressed on the consent page."""
    return next((one.control for one in done if one.answers), None)


def redirect_of(exchange: Exchange) -> str | None:
    """The absolute URL that an answer redirects to; ``None`` also when it is none."""
    if exchange.answer is None or exchange.answer.status not in REDIRECTS:
        return None
    location = exchange.answer.header("location")
    try:
        return urljoin(exchange.request.url, location) if location else None
    except ValueError:
        return None


def page_of(exchange: Exchange) -> Page | None:
    """The page that an answer carries; ``None`` when it is no HTML, or leads elsewhere."""
    if exchange.answer is None or redirect_of(exchange) is not None:
        return None
    kind = exchange.answer.header("content-type") or ""
    body = exchange.answer.body[:LONGEST_PAGE]
    return Page.parse(exchange.request.url, body) if "html" in kind else None


def is_at(url: str, callback: str) -> bool:
    """Whether a URL is the callback, whatever its query and fragment say."""
    one, other = urlsplit(url), urlsplit(callback)
    return (one.scheme, one.netloc, one.path) == (other.scheme, other.netloc, other.path)


def parameters_of(url: str) -> Mapping[str, Any]:
    """The query's parameters; a list where a name comes more than once."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


def _with_query(url: str, query: str) -> str:
    if not query:
        return url
    base = url.partition("#")[0]
    return f"{base.partition('?')[0]}?{query}"
