"""A real Chromium for scripts, started on first use."""

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
COMMANDS = (
    "chromium-headless-shell",
    *("chromium", "chromium-browser", "google-chrome", "chrome"),
)
"""The best first: without what draws windows a browser takes half the CPU time."""
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
TIMEOUT_MS = 10_000
REDIRECTS = range(300, 400)
DEAD_DRIVER = "reading from the driver"
"""In the message of the exception that Playwright raises when its driver process has ended."""
CALL = re.compile(r"^(?:[\w.]+: )+")
LONGEST_MESSAGE = 200
INSTALL = (
    "Chromium is not installed: install the package chromium or chromium-headless-shell, run "
    f"playwright install chromium, or set {VARIABLE}"
)


@frozen
class ScriptPage:
    """A page of an issuer that includes a Backpack's script."""

    url: str
    script: str
    """The URL of the script."""
    served: Answer
    """The response that our own client received for it, after checking the certificate."""
    trusts_anything: bool = False
    """Whether to ignore certificate errors, because our own client checks the certificates."""


@frozen
class ScriptRun:
    """The result of calling ``OpenBadges.connect`` in the browser."""

    defined: bool
    """Whether the function exists."""
    sent_to: str | None
    """The URL that the browser was sent to."""
    error: str = ""


def _forget_dead_drivers(loop: asyncio.AbstractEventLoop) -> None:
    """Ignore errors about the driver process of playwright, which Ctrl-C ends, too."""
    default = loop.get_exception_handler()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if _is_dead_driver(context.get("exception")):
            return
        if default is None:
            loop.default_exception_handler(context)
        else:
            default(loop, context)

    loop.set_exception_handler(handle)


def _is_dead_driver(error: BaseException | None) -> bool:
    """Whether the driver process ended; Playwright raises a plain ``Exception``, with a text."""
    return type(error) is Exception and DEAD_DRIVER in str(error)


def _of_playwright() -> bool:
    """Whether ``playwright install chromium`` was run for this user."""
    home = Path.home()
    caches = (home / ".cache", home / "Library" / "Caches", home / "AppData" / "Local")
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    folders = (
        [Path(named)] if named not in ("", "0") else [cache / "ms-playwright" for cache in caches]
    )
    return any(any(folder.glob("chromium*-*")) for folder in folders)


def plainly(message: str) -> str:
    """An error message of Playwright without the name of the call and without the call log.

    Playwright has one class for all errors of the browser, so its message is all there is to show.
    """
    line = message.partition("Call log")[0].strip().partition("\n")[0]
    return shortened(CALL.sub("", line).removeprefix("net::"), LONGEST_MESSAGE)


CONNECTION_HEADERS = frozenset(
    {"content-encoding", "content-length", "transfer-encoding", "connection"}
)
"""Headers that describe the transfer on our own connection, not the decoded body."""


async def _fulfill(served: Answer, route: "Route") -> None:
    """Answer a request of the browser with the response that our own client received."""
    headers = {key: value for key, value in served.headers if key.lower() not in CONNECTION_HEADERS}
    await route.fulfill(status=served.status, headers=headers, body=served.body)


class Chromium:
    """One browser for the whole session; every use gets its own profile."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._browser: Browser | None = None
        self._starting = asyncio.Lock()

    @cached_property
    def missing(self) -> str | None:
        """What is missing to use a browser here; ``None`` if it can be used."""
        if find_spec("playwright") is None:
            return "the extra backpack-conformance[browser] is not installed"
        return None if self.executable or _of_playwright() else INSTALL

    @cached_property
    def executable(self) -> str | None:
        """Path of the browser; ``None`` if playwright should use its own."""
        return os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, COMMANDS)), None)

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
                await context.route(
                    lambda url: url == issuer.script, partial(_fulfill, issuer.served)
                )
            page = await context.new_page()
            page.set_default_timeout(TIMEOUT_MS)
            await page.goto(issuer.url)
        except Error as error:
            raise HarnessError(f"Chromium does not work here: {plainly(error.message)}") from error
        try:
            kind = await page.evaluate("typeof (window.OpenBadges || {}).connect")
            if kind != "function":
                return ScriptRun(defined=False, sent_to=None, error=f"connect is {kind}")
            async with page.expect_request(
                lambda request: request.is_navigation_request()
            ) as navigation:
                await page.evaluate("options => { OpenBadges.connect(options) }", dict(options))
            return ScriptRun(defined=True, sent_to=(await navigation.value).url)
        except TimeoutError:
            return ScriptRun(defined=True, sent_to=None, error="the browser was not redirected")
        except Error as error:
            return ScriptRun(defined=True, sent_to=None, error=plainly(error.message))
        finally:
            await context.close()

    async def start(self) -> "Browser":
        """The running browser, started on the first call."""
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
        """Close the browser, if it was started."""
        async with self._starting:
            await self._stack.aclose()
