"""Which cookies of a browser hold the earner's session, and how they were set."""

from collections.abc import Mapping, Sequence
from http.cookies import SimpleCookie

from aiohttp import CookieJar
from attrs import evolve, frozen
from yarl import URL

from conformance.core.exchange import Exchange
from conformance.target.browser.browser import NOWHERE, Browser
from conformance.target.browser.onward import page_of, set_by


@frozen
class SessionCookie:
    """A cookie without which the earner is logged out."""

    name: str
    http_only: bool
    same_site: str
    """``strict``, ``lax``, ``none``, or ``""`` when the target left it to the browser."""
    renewed: bool
    """Whether login gave it another value than it had before."""


async def session_cookies(browser: Browser, page: str) -> list[SessionCookie]:
    """Log in on the way to a page, and find the cookies that the login hangs on."""
    before = len(browser.wire.exchanges)
    opened = await browser.page(page)
    walked = browser.wire.exchanges[before:]
    url = URL(opened.request.url, encoded=True)
    kept = {one.key: one.value for one in browser.jar.filter_cookies(url).values()}
    if not await _is_in(browser, url, kept):
        return []
    return [_told(name, walked) for name in kept if not await _is_in(browser, url, kept, name)]


async def _is_in(
    browser: Browser, url: URL, kept: Mapping[str, str], missing: str | None = None
) -> bool:
    """Whether the earner is logged in, perhaps without one of the cookies."""
    jar = CookieJar(unsafe=True)
    jar.update_cookies({name: value for name, value in kept.items() if name != missing}, url)
    other = evolve(browser, jar=jar)
    page = page_of(await other.follow(await other.get(str(url)), NOWHERE, acted=False))
    return page is not None and not browser.reader.asks_who(page)


def _told(name: str, walked: Sequence[Exchange]) -> SessionCookie:
    morsel = [one for exchange in walked for one in set_by(exchange, name)][-1]
    logins = [one for one in walked if one.request.method == "POST"]
    known = SimpleCookie(_header(logins[-1], "cookie")) if logins else SimpleCookie()
    return SessionCookie(
        name,
        http_only=bool(morsel["httponly"]),
        same_site=str(morsel["samesite"]).lower(),
        renewed=name not in known or known[name].value != morsel.value,
    )


def _header(exchange: Exchange, name: str) -> str:
    return next((value for key, value in exchange.request.headers if key.lower() == name), "")
