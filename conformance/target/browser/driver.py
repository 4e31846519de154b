"""Walk through the pages of a target in a real Chromium, for pages that need scripts."""

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

from aiohttp import CookieJar
from attrs import field, frozen
from yarl import URL

from conformance.core.errors import HarnessError
from conformance.target.browser.browser import NOWHERE, Browser, ConsentResult
from conformance.target.browser.chromium import TIMEOUT_MS, Chromium, plainly
from conformance.target.browser.chromium_tab import ChromiumTab
from conformance.target.pages.forms import Act

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Dialog

MOST_PROFILES = 4
"""Earners who stay logged in; the least recently used profile is closed."""


@frozen
class ChromiumDriver:
    """Leads earners through pages, sharing cookies with the earner's browser.

    An earner has one profile per cookie jar, so that a login that is stored outside of cookies
    persists, too.
    """

    chromium: Chromium
    trusts_anything: bool = False
    """Whether to ignore certificate errors, because our own client checks the certificates."""
    profiles: OrderedDict[CookieJar, "BrowserContext"] = field(factory=OrderedDict, eq=False)

    async def walk(self, browser: Browser, start: str, callback: str, act: Act) -> ConsentResult:
        """Request access in a tab of the earner's profile.

        Raises:
            HarnessError: when Chromium does not work.
        """
        async with self._open_tab(browser, callback) as tab:
            return await tab.walk(start, act)

    @asynccontextmanager
    async def tab(self, browser: Browser) -> AsyncIterator[ChromiumTab]:
        """A tab in which an earner opens pages and presses controls.

        Raises:
            HarnessError: when Chromium does not work.
        """
        async with self._open_tab(browser, NOWHERE) as tab:
            yield tab

    @asynccontextmanager
    async def _open_tab(self, browser: Browser, callback: str) -> AsyncIterator[ChromiumTab]:
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        try:
            profile = await self._profile(browser)
            await profile.add_cookies(await cookies_to_add(browser, profile))  # type: ignore[arg-type]
            page = await profile.new_page()
        except Error as error:
            raise HarnessError(f"Chromium does not work here: {plainly(error.message)}") from error
        page.set_default_timeout(TIMEOUT_MS)
        page.on("dialog", _accept)
        try:
            yield ChromiumTab(browser, page, callback)
        finally:
            await copy_cookies(browser, profile)
            await page.close()

    async def _profile(self, browser: Browser) -> "BrowserContext":
        if browser.jar not in self.profiles:
            chromium = await self.chromium.start()
            self.profiles[browser.jar] = await chromium.new_context(
                locale="en", ignore_https_errors=self.trusts_anything, service_workers="block"
            )
        while len(self.profiles) > MOST_PROFILES:
            _, oldest = self.profiles.popitem(last=False)
            await oldest.close()
        self.profiles.move_to_end(browser.jar)
        return self.profiles[browser.jar]


async def _accept(dialog: "Dialog") -> None:
    """Accept a confirmation dialog."""
    from playwright.async_api import Error  # noqa: PLC0415 - an extra

    try:
        await dialog.accept()
    except Error:  # the page was closed, and the dialog with it
        return


async def cookies_to_add(browser: Browser, profile: "BrowserContext") -> list[dict[str, str]]:
    """Cookies of the earner's browser that are missing in this profile."""
    known = {(cookie["name"], cookie["value"]) for cookie in await profile.cookies()}
    return [
        {
            "name": cookie.key,
            "value": cookie.value,
            "domain": cookie["domain"],
            "path": cookie["path"] or "/",
        }
        for cookie in browser.jar
        if (cookie.key, cookie.value) not in known and cookie["domain"]
    ]


async def copy_cookies(browser: Browser, profile: "BrowserContext") -> None:
    """Give the cookies of a profile to the earner's browser."""
    for cookie in await profile.cookies():
        morsel = SimpleCookie({cookie["name"]: cookie["value"]})
        morsel[cookie["name"]]["path"] = cookie["path"]
        scheme = "https" if cookie["secure"] else "http"
        url = URL(f"{scheme}://{cookie['domain'].lstrip('.')}{cookie['path']}", encoded=True)
        browser.jar.update_cookies(morsel, url)
