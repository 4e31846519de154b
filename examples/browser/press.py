"""Use the issuer's page as an earner does: press its button in Chromium, as often as we are told.

A command for ``backpack-conformance issuer --api issuer-api``. With the name of a mistake
(page_mistakes.py) it uses a page that has it.
"""

import argparse
import contextlib
import os
import shutil
import sys
from pathlib import Path

from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as NotInTime

sys.path.insert(0, str(Path(__file__).parent))  # also where PYTHONSAFEPATH is set

from page_mistakes import MISTAKES
from server import Site, serving

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
CALL = "**/issuer/offer"
PATIENCE = 10_000
FOR_A_CALL = 2_000
"""Milliseconds."""
IS_OVER = """site => {
  if (!location.href.startsWith(site)) return document.querySelector('h1');
  const isWaiting = /waiting/.test(document.querySelector('[role=status]').textContent);
  return !isWaiting || !document.querySelector('dialog');
}"""
"""The page was left, or the dialog was closed, or the page says what became of the badges."""


def press(page: Page, url: str, site: str) -> None:
    """Press the button, and wait until the dialog has ended in one way or another."""
    if not page.url.startswith(site):
        page.goto(url)
    with contextlib.suppress(NotInTime), page.expect_request(CALL, timeout=FOR_A_CALL):
        page.get_by_role("button", name="Add to your Backpack").click(timeout=FOR_A_CALL)
    page.wait_for_function(IS_OVER, arg=site)


def main(kind: type[Site] = Site) -> None:
    """Serve the page, and press its button."""
    earner, count = os.environ["BACKPACK_EARNER"], int(os.environ["BACKPACK_AWARDS"])
    script = os.environ["BACKPACK_ISSUER_JS"]
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(serving(script, count, kind)) as site,
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
    parser = argparse.ArgumentParser()
    parser.add_argument("mistake", nargs="?", choices=MISTAKES)
    mistake = parser.parse_args().mistake
    main(*([MISTAKES[mistake][0]] if mistake else []))
