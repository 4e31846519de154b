"""Where an answer leads a browser: to a page, by a redirect, or to where a page goes by itself."""

import re
from collections.abc import Iterator
from http.cookies import CookieError, Morsel, SimpleCookie
from urllib.parse import urljoin, urlsplit

from bs4 import Tag

from conformance.core.exchange import Exchange
from conformance.target.pages.elements import attribute, inside
from conformance.target.pages.forms import Control, Page
from conformance.target.pages.reader import DeadEnd

LONGEST_PAGE = 256 * 1024
"""Bytes of a page that are read: a form that comes later is not found."""
REDIRECTS = (301, 302, 303, 307, 308)
REFRESH = re.compile(
    r"\s*(?P<seconds>\d{1,6}(\.\d*)?)\s*[;,]?\s*(url\s*=)?(?P<url>\S.*)", re.IGNORECASE
)
LONGEST_REFRESH = 30.0
"""Seconds after which a page that goes on by itself may do so; it is not waited for."""
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
USE_BROWSER = "Use a browser: --browser (BACKPACK_BROWSER, browser = true in target.toml)."
NAME_HOST = (
    "If that host belongs to the Backpack, allow it: --host HOST (BACKPACK_HOST, hosts "
    "in target.toml)."
)


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


def redirect_of(exchange: Exchange) -> str | None:
    """The absolute URL that an answer redirects to; ``None`` also when it is none."""
    if exchange.answer is None or exchange.answer.status not in REDIRECTS:
        return None
    location = exchange.answer.header("location")
    try:
        return urljoin(exchange.request.url, location) if location else None
    except ValueError:
        return None


def refresh_of(exchange: Exchange) -> str | None:
    """Where a page goes on to by itself, without a script (HTML, ``http-equiv=refresh``)."""
    if exchange.answer is None or redirect_of(exchange) is not None:
        return None
    told = [exchange.answer.header("refresh") or ""]
    page = page_of(exchange)
    found = inside(page.soup, "meta") if page else []
    told += [attribute(one, "content") for one in found if _refreshes(one)]
    for text in told:
        written = REFRESH.match(text)
        if written and float(written["seconds"]) <= LONGEST_REFRESH:
            url: str = urljoin(exchange.request.url, written["url"].strip().strip("'\""))
            if url.partition("#")[0] != exchange.request.url.partition("#")[0]:
                return url
    return None


def _refreshes(element: Tag) -> bool:
    return attribute(element, "http-equiv").lower() == "refresh"


def onward(exchange: Exchange, callback: str) -> str | None:
    """The callback, where a page goes on to it by itself: nobody has to press anything there."""
    url = refresh_of(exchange)
    return url if url is not None and is_at(url, callback) else None


def page_of(exchange: Exchange) -> Page | None:
    """The page that an answer carries; ``None`` when it is no HTML, or leads elsewhere."""
    if exchange.answer is None or redirect_of(exchange) is not None:
        return None
    kind = exchange.answer.header("content-type") or ""
    body = exchange.answer.body[:LONGEST_PAGE]
    if "html" not in kind.lower():
        return None
    charset = CHARSET.search(kind)
    return Page.parse(exchange.request.url, body, charset[1] if charset else None)


def by_script(control: Control, url: str) -> DeadEnd:
    """A button that only a script of the page can press."""
    named = control.label or control.hints
    return DeadEnd(f"{named!r} on {url.partition('?')[0]} needs a script", USE_BROWSER)


def elsewhere(url: str, page: str) -> DeadEnd:
    """A way that leads to a host to which nothing is sent."""
    host, at = urlsplit(url).netloc, page.partition("?")[0]
    return DeadEnd(f"{at} redirects to {host}, which is not a host of the target", NAME_HOST)


def is_at(url: str, callback: str) -> bool:
    """Whether a URL is the callback, whatever its query and fragment say."""
    one, other = urlsplit(url), urlsplit(callback)
    same_path = (one.path or "/") == (other.path or "/")  # RFC 3986, section 6.2.3
    return same_path and (one.scheme, one.netloc) == (other.scheme, other.netloc)
