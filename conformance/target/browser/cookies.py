"""Find the session cookies of an earner's browser, and how they were set."""

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
    """``strict``, ``lax``, ``none``, or ``""`` if the target did not set it."""
    renewed: bool
    """Whether login changed its value."""


async def session_cookies(browser: Browser, page: str) -> list[SessionCookie]:
    """Open a page, logging in if necessary, and find the cookies that the login depends on."""
    before = len(browser.wire.exchanges)
    exchange = await browser.page(page)
    exchanges = browser.wire.exchanges[before:]
    url = URL(exchange.request.url, encoded=True)
    cookies = {cookie.key: cookie.value for cookie in browser.jar.filter_cookies(url).values()}
    if not await _is_logged_in(browser, url, cookies):
        return []
    return [
        _session_cookie(name, exchanges)
        for name in cookies
        if not await _is_logged_in(browser, url, cookies, name)
    ]


async def _is_logged_in(
    browser: Browser, url: URL, cookies: Mapping[str, str], missing: str | None = None
) -> bool:
    """Whether the earner is logged in with these cookies except ``missing``."""
    jar = CookieJar(unsafe=True)
    jar.update_cookies({name: value for name, value in cookies.items() if name != missing}, url)
    other = evolve(browser, jar=jar)
    page = page_of(await other.follow(await other.get(str(url)), NOWHERE, acted=False))
    return page is not None and not browser.reader.asks_for_login(page)


def _session_cookie(name: str, exchanges: Sequence[Exchange]) -> SessionCookie:
    morsel = [morsel for exchange in exchanges for morsel in set_by(exchange, name)][-1]
    logins = [exchange for exchange in exchanges if exchange.request.method == "POST"]
    known = SimpleCookie(_header(logins[-1], "cookie")) if logins else SimpleCookie()
    return SessionCookie(
        name,
        http_only=bool(morsel["httponly"]),
        same_site=str(morsel["samesite"]).lower(),
        renewed=name not in known or known[name].value != morsel.value,
    )


def _header(exchange: Exchange, name: str) -> str:
    return next((value for key, value in exchange.request.headers if key.lower() == name), "")
