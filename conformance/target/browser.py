"""An earner's browser, without a screen: cookies, pages, forms, and the walk through consent."""

from collections.abc import Iterator, Mapping
from http.cookies import CookieError, Morsel, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from aiohttp import CookieJar
from attrs import field, frozen
from yarl import URL

from conformance.client import Wire
from conformance.target.forms import Act, Control, Page
from conformance.values.exchange import Exchange, Landing

MOST_PAGES = 12
LONGEST_PAGE = 256 * 1024
"""Bytes of a page that are read: a form that comes later is not found."""
SPEAKS = (("Accept", "text/html,*/*"), ("Accept-Language", "en"))
NOWHERE = "about:blank"
"""The callback of a walk that has none."""
REDIRECTS = (301, 302, 303, 307, 308)


@frozen
class Earner:
    """A person with an account at the target."""

    role: str
    """The name that scenarios use, such as ``ada``."""
    email: str
    password: str


@frozen
class Walk:
    """How a walk through consent ended."""

    exchange: Exchange
    """The last one; it has a landing when the browser was sent to the callback."""
    pressed: Control | None = None
    """What the earner pressed on the consent page, if there was such a thing."""

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


@frozen
class Browser:
    """One earner's browser; its cookies stay its own."""

    wire: Wire
    earner: Earner
    jar: CookieJar = field(factory=lambda: CookieJar(unsafe=True))

    async def get(self, url: str) -> Exchange:
        """Open a URL; redirects are not followed."""
        return await self._send("GET", url)

    async def press(self, control: Control, origin: str | None = None) -> Exchange:
        """Press a button or follow a link; ``origin`` is that of the page that does it."""
        sent = urlencode(control.fields)
        told = [] if origin is None else [("Origin", origin)]
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
                return self._landed(exchange, location, acted=acted)
            if not _is_same_host(location, exchange.request.url):
                break
            exchange = await self.get(location)
        return exchange

    async def consent(self, start: str, callback: str, act: Act) -> Walk:
        """Ask for access as this earner: log in if need be, then act on the consent page."""
        pressed, filled = None, set[tuple[str, bool]]()
        exchange = await self.get(start)
        for _ in range(MOST_PAGES):
            exchange = await self.follow(exchange, callback, acted=pressed is not None)
            page = page_of(exchange)
            login = page.login_form() if page else None
            if login is not None:
                form = (login.control.url, login.password_field is not None)
                if form in filled or not _is_same_host(login.control.url, start):
                    break
                filled.add(form)
                exchange = await self.press(login.filled(self.earner.email, self.earner.password))
                continue
            control = page.consent_control(act, callback) if page else None
            if pressed or page is None or control is None or act is Act.LOOK:
                break
            pressed = control
            if control.method == "GET" and is_at(control.url, callback):
                return Walk(self._landed(exchange, control.url, acted=True), pressed)
            answered = page.with_credentials(control, self.earner.email, self.earner.password)
            exchange = await self.press(answered)
        return Walk(exchange, pressed)

    def _landed(self, exchange: Exchange, url: str, *, acted: bool) -> Exchange:
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


def _is_same_host(url: str, known: str) -> bool:
    """Whether a URL stays at the target's host: nothing is sent to anybody else."""
    return urlsplit(url).hostname == urlsplit(known).hostname


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
