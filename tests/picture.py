"""The picture of a report in README and docs; ``python -m tests.picture`` makes it in Chromium."""

import hashlib
from pathlib import Path

from conformance.openbadges.images import chunk

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "reports" / "samples" / "failing" / "conformance.html"
PICTURE = ROOT / "docs" / "_static" / "report.png"
SIZE = {"width": 1000, "height": 760}
MADE_OF = b"tEXt"
"""The chunk that holds the hash of the page (PNG specification, section 11.3.3.2)."""
IEND = 12
"""Bytes of the last chunk."""


def page_hash() -> str:
    """SHA-256 of the page that the picture shows, in hex."""
    return hashlib.sha256(PAGE.read_bytes()).hexdigest()


def mark() -> bytes:
    """The chunk of a picture that is current."""
    return chunk(MADE_OF, b"Source\x00" + page_hash().encode())


def main() -> None:
    """Make the picture."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it may not be installed

    from tests.conftest import CHROMIUM  # noqa: PLC0415 - with pytest

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page(viewport=SIZE, color_scheme="light")
        page.goto(f"{PAGE.as_uri()}#failures")
        failure = page.locator("article.failure").first
        box = failure.bounding_box()
        picture = page.screenshot(clip={**box, "height": min(box["height"], SIZE["height"])})
        chromium.close()
    PICTURE.write_bytes(picture[:-IEND] + mark() + picture[-IEND:])


if __name__ == "__main__":
    main()
