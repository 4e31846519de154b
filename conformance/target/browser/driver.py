"""The pages of a target in a real Chromium: for pages that need scripts."""

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
from conformance.target.browser.tour import ChromiumTab
from conformance.target.pages.forms import Act

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Dialog

MOST_PROFILES = 4
"""Earners who stay logged in; the profile of the one who came first is closed."""


@frozen
class ChromiumDriver:
    """Leads earners through pages; its cookies are those of the earner's browser.

    An earner keeps one profile as long as their browser keeps its cookies, so that a login that
    a page holds elsewhere than in a cookie stays, too.
    """

    chromium: Chromium
    trusts_anything: bool = False
    """Whether certificates are taken as they are: those that our own client has judged."""
    profiles: OrderedDict[CookieJar, "BrowserContext"] = field(factory=OrderedDict, eq=False)

    async def walk(self, browser: Browser, start: str, callback: str, act: Act) -> ConsentResult:
        """Ask for access in a tab of the earner's profile.

        Raises:
            HarnessError: when Chromium does not work.
        """
        async with self._tour(browser, callback) as tour:
            return await tour.through(start, act)

    @asynccontextmanager
    async def tab(self, browser: Browser) -> AsyncIterator[ChromiumTab]:
        """A tab in which pages are opened and things are pressed.

        Raises:
            HarnessError: when Chromium does not work.
        """
        async with self._tour(browser, NOWHERE) as tour:
            yield tour

    @asynccontextmanager
    async def _tour(self, browser: Browser, callback: str) -> AsyncIterator[ChromiumTab]:
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        try:
            profile = await self._profile(browser)
            await profile.add_cookies(await _cookies_out(browser, profile))  # type: ignore[arg-type]
            tab = await profile.new_page()
        except Error as error:
            raise HarnessError(f"Chromium does not work here: {plainly(error.message)}") from error
        tab.set_default_timeout(TIMEOUT_MS)
        tab.on("dialog", _accept)
        try:
            yield ChromiumTab(browser, tab, callback)
        finally:
            await _cookies_in(browser, profile)
            await tab.close()

    async def _profile(self, browser: Browser) -> "BrowserContext":
        if browser.jar not in self.profiles:
            running = await self.chromium.start()
            self.profiles[browser.jar] = await running.new_context(
                locale="en", ignore_https_errors=self.trusts_anything, service_workers="block"
            )
        while len(self.profiles) > MOST_PROFILES:
            _, oldest = self.profiles.popitem(last=False)
            await oldest.close()
        self.profiles.move_to_end(browser.jar)
        return self.profiles[browser.jar]


async def _accept(dialog: "Dialog") -> None:
    """An earner who is asked whether they mean it says yes."""
    from playwright.async_api import Error  # noqa: PLC0415 - an extra

    try:
        await dialog.accept()
    except Error:  # the page is gone, and its dialog with it
        return


async def _cookies_out(browser: Browser, profile: "BrowserContext") -> list[dict[str, str]]:
    """Cookies that the earner's browser got without this profile."""
    known = {(one["name"], one["value"]) for one in await profile.cookies()}
    return [
        {"name": one.key, "value": one.value, "domain": one["domain"], "path": one["path"] or "/"}
        for one in browser.jar
        if (one.key, one.value) not in known and one["domain"]
    ]


async def _cookies_in(browser: Browser, profile: "BrowserContext") -> None:
    for one in await profile.cookies():
        morsel = SimpleCookie({one["name"]: one["value"]})
        morsel[one["name"]]["path"] = one["path"]
        scheme = "https" if one["secure"] else "http"
        url = URL(f"{scheme}://{one['domain'].lstrip('.')}{one['path']}", encoded=True)
        browser.jar.update_cookies(morsel, url)
