"""Where a response leads a browser: a page, a redirect, or a refresh."""

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
"""Maximum size of a page in bytes; a form after that is not found."""
REDIRECTS = (301, 302, 303, 307, 308)
REFRESH = re.compile(
    r"\s*(?P<seconds>\d{1,6}(\.\d*)?)\s*[;,]?\s*(url\s*=)?(?P<url>\S.*)", re.IGNORECASE
)
LONGEST_REFRESH = 30.0
"""Longest delay in seconds of a refresh that is followed; it is followed at once."""
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
USE_BROWSER = "Use a browser: --browser (BACKPACK_BROWSER, browser = true in target.toml)."
NAME_HOST = (
    "If that host belongs to the Backpack, allow it: --host HOST (BACKPACK_HOST, hosts "
    "in target.toml)."
)


def set_by(exchange: Exchange, name: str | None = None) -> Iterator[Morsel[str]]:
    """The cookies that a response sets: all, or those with one name."""
    for key, value in exchange.answer.headers if exchange.answer else ():
        if key.lower() == "set-cookie":
            cookies = SimpleCookie()
            try:
                cookies.load(value)
            except CookieError:
                continue
            yield from (morsel for morsel in cookies.values() if name in (None, morsel.key))


def redirect_of(exchange: Exchange) -> str | None:
    """The absolute URL that a response redirects to; ``None`` also if the URL is invalid."""
    if exchange.answer is None or exchange.answer.status not in REDIRECTS:
        return None
    location = exchange.answer.header("location")
    try:
        return urljoin(exchange.request.url, location) if location else None
    except ValueError:
        return None


def refresh_of(exchange: Exchange) -> str | None:
    """The URL of a refresh without a script (HTML, ``http-equiv=refresh``)."""
    if exchange.answer is None or redirect_of(exchange) is not None:
        return None
    refresh_values = [exchange.answer.header("refresh") or ""]
    page = page_of(exchange)
    meta_tags = inside(page.soup, "meta") if page else []
    refresh_values += [attribute(tag, "content") for tag in meta_tags if _refreshes(tag)]
    for text in refresh_values:
        match = REFRESH.match(text)
        if match and float(match["seconds"]) <= LONGEST_REFRESH:
            url: str = urljoin(exchange.request.url, match["url"].strip().strip("'\""))
            if url.partition("#")[0] != exchange.request.url.partition("#")[0]:
                return url
    return None


def _refreshes(element: Tag) -> bool:
    return attribute(element, "http-equiv").lower() == "refresh"


def onward(exchange: Exchange, callback: str) -> str | None:
    """The callback if a page refreshes to it, so that the earner need not press anything."""
    url = refresh_of(exchange)
    return url if url is not None and is_at(url, callback) else None


def page_of(exchange: Exchange) -> Page | None:
    """The page of a response; ``None`` if it is not HTML, or a redirect."""
    if exchange.answer is None or redirect_of(exchange) is not None:
        return None
    kind = exchange.answer.header("content-type") or ""
    body = exchange.answer.body[:LONGEST_PAGE]
    if "html" not in kind.lower():
        return None
    charset = CHARSET.search(kind)
    return Page.parse(exchange.request.url, body, charset[1] if charset else None)


def needs_script(control: Control, url: str) -> DeadEnd:
    """A dead end for a button that needs a script of the page."""
    label = control.label or control.hints
    return DeadEnd(f"{label!r} on {url.partition('?')[0]} needs a script", USE_BROWSER)


def outside_target(url: str, page: str) -> DeadEnd:
    """A dead end for a URL on a host outside the target."""
    host, at = urlsplit(url).netloc, page.partition("?")[0]
    return DeadEnd(f"{at} redirects to {host}, which is not a host of the target", NAME_HOST)


def is_at(url: str, callback: str) -> bool:
    """Whether a URL is the callback, ignoring query and fragment."""
    parts, callback_parts = urlsplit(url), urlsplit(callback)
    same_path = (parts.path or "/") == (callback_parts.path or "/")  # RFC 3986, section 6.2.3
    return same_path and (parts.scheme, parts.netloc) == (
        callback_parts.scheme,
        callback_parts.netloc,
    )
