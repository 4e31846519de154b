"""Use the issuer's page as an earner does: press its button in Chromium, as often as we are told.

The command for ``backpack-conformance issuer --api issuer-api -- python examples/browser/press.py``.
"""

import os
import shutil

from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Page, sync_playwright
from server import serving

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PATIENCE = 10_000
"""Milliseconds."""
IS_OVER = """site => !location.href.startsWith(site) ? document.querySelector('h1')
  : !document.querySelector('dialog') || !/waiting/.test(document.querySelector('#status').textContent)"""
"""The page was left, or the dialog was closed, or the page says what became of the badges."""


def press(page: Page, url: str, site: str) -> None:
    """Press the button, and wait until the dialog has ended in one way or another."""
    if not page.url.startswith(site):
        page.goto(url)
    with page.expect_request("**/issuer/offer"):
        page.get_by_role("button", name="Add to your Backpack").click()
    page.wait_for_function(IS_OVER, arg=site)
    page.wait_for_load_state()


def main() -> None:
    """Serve the page, and press its button."""
    earner, count = os.environ["BACKPACK_EARNER"], int(os.environ["BACKPACK_AWARDS"])
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(serving(os.environ["BACKPACK_ISSUER_JS"], count)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        for _ in range(int(os.environ["BACKPACK_PRESSES"])):
            press(page, f"{site.url}/add?earner={earner}", site.url)
        print(page.locator("[role=status], h1").last.inner_text())
        browser.close()


if __name__ == "__main__":
    main()
