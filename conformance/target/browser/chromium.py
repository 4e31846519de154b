"""A real Chromium, for what only a browser can show; started when it is first needed."""

import asyncio
import os
import re
import shutil
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import cached_property, partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from conformance.core.errors import HarnessError
from conformance.core.exchange import Answer
from conformance.core.plain import shortened

if TYPE_CHECKING:
    from playwright.async_api import Browser, Route

VARIABLE = "BACKPACK_CHROMIUM"
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
TIMEOUT_MS = 10_000
REDIRECTS = range(300, 400)
CALL = re.compile(r"^(?:[\w.]+: )+")
LONGEST_MESSAGE = 200
INSTALL = (
    "Chromium is not installed: install the package chromium of your system, run "
    f"playwright install chromium, or set {VARIABLE}"
)


@frozen
class ScriptPage:
    """A page of an issuer that includes a Backpack's script."""

    url: str
    script: str
    """The URL of the script."""
    served: Answer
    """What our own client got for it, with whose eyes the certificate was judged."""
    trusts_anything: bool = False
    """Whether certificates are taken as they are: those that our own client has judged."""


@frozen
class ScriptRun:
    """What a call of ``OpenBadges.connect`` did in the browser."""

    defined: bool
    """Whether there was such a function."""
    sent_to: str | None
    """The URL that the browser was sent to."""
    error: str = ""


def _forget_dead_drivers(loop: asyncio.AbstractEventLoop) -> None:
    """Ctrl-C ends playwright's own process too; that it is gone is nothing to report."""
    before = loop.get_exception_handler()

    def hear(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if "reading from the driver" in str(context.get("exception")):
            return
        if before is None:
            loop.default_exception_handler(context)
        else:
            before(loop, context)

    loop.set_exception_handler(hear)


def _of_playwright() -> bool:
    """Whether ``playwright install chromium`` was run for this user."""
    home = Path.home()
    usual = (home / ".cache", home / "Library" / "Caches", home / "AppData" / "Local")
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    folders = [Path(named)] if named not in ("", "0") else [one / "ms-playwright" for one in usual]
    return any(found for folder in folders for found in folder.glob("chromium-*"))


def plainly(message: str) -> str:
    """What Playwright says went wrong, without its name for the call and without its log."""
    line = message.partition("Call log")[0].strip().partition("\n")[0]
    return shortened(CALL.sub("", line).removeprefix("net::"), LONGEST_MESSAGE)


MADE_ANEW = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})
"""Headers about the bytes on our own connection, which the browser does not see."""


async def _give(served: Answer, route: "Route") -> None:
    """Answer a request of the browser with what our own client got."""
    headers = {key: value for key, value in served.headers if key.lower() not in MADE_ANEW}
    await route.fulfill(status=served.status, headers=headers, body=served.body)


class Chromium:
    """One browser for a whole session; every use gets a profile of its own."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._browser: Browser | None = None
        self._starting = asyncio.Lock()

    @cached_property
    def missing(self) -> str | None:
        """What is missing to use a browser here; ``None`` when nothing is."""
        if find_spec("playwright") is None:
            return "the extra backpack-conformance[browser] is not installed"
        return None if self.executable or _of_playwright() else INSTALL

    @cached_property
    def executable(self) -> str | None:
        """Path of the browser; ``None`` leaves it to playwright, which may have its own."""
        named = os.environ.get(VARIABLE)
        return named or next(filter(None, map(shutil.which, COMMANDS)), None)

    async def run_script(self, issuer: ScriptPage, options: Mapping[str, Any]) -> ScriptRun:
        """Open a page that includes a Backpack's script, and call ``OpenBadges.connect``.

        Raises:
            HarnessError: when the browser does not work.
        """
        from playwright.async_api import Error, TimeoutError  # noqa: A004, PLC0415 - an extra

        try:
            context = await (await self.start()).new_context(
                ignore_https_errors=issuer.trusts_anything
            )
            if issuer.served.status not in REDIRECTS:
                await context.route(lambda url: url == issuer.script, partial(_give, issuer.served))
            page = await context.new_page()
            page.set_default_timeout(TIMEOUT_MS)
            await page.goto(issuer.url)
        except Error as error:
            raise HarnessError(f"Chromium does not work here: {plainly(error.message)}") from error
        try:
            kind = await page.evaluate("typeof (window.OpenBadges || {}).connect")
            if kind != "function":
                return ScriptRun(defined=False, sent_to=None, error=f"connect is {kind}")
            async with page.expect_request(lambda one: one.is_navigation_request()) as sent:
                await page.evaluate("options => { OpenBadges.connect(options) }", dict(options))
            return ScriptRun(defined=True, sent_to=(await sent.value).url)
        except TimeoutError:
            return ScriptRun(defined=True, sent_to=None, error="the browser was not redirected")
        except Error as error:
            return ScriptRun(defined=True, sent_to=None, error=plainly(error.message))
        finally:
            await context.close()

    async def start(self) -> "Browser":
        """The running browser, started by the first who asks."""
        async with self._starting:
            if self._browser is None:
                from playwright.async_api import async_playwright  # noqa: PLC0415 - an extra

                _forget_dead_drivers(asyncio.get_running_loop())
                playwright = await self._stack.enter_async_context(async_playwright())
                self._browser = await playwright.chromium.launch(
                    executable_path=self.executable, args=list(ARGUMENTS)
                )
                self._stack.push_async_callback(self._browser.close)
        return self._browser

    async def close(self) -> None:
        """End the browser, if it was started."""
        async with self._starting:
            await self._stack.aclose()
