"""Report and comparison in a real browser: for everybody, in every light, on every screen."""

from functools import partial
from typing import Any

import pytest

from conformance.report.comparison import compare, to_html
from conformance.report.views import HTML, VIEWS
from tests.conformance.records import PREFLIGHT, conforming, record
from tests.conformance.runs import HOSTILE, failing, hostile, incomplete, stopped
from tests.conftest import needs_browser

pytestmark = [needs_browser, pytest.mark.slow]

FAR = {**PREFLIGHT, "tried": f"GET https://{'backpack' * 9}.example/access"}
PAGES = {
    "failing": partial(VIEWS[HTML], failing()),
    "incomplete": partial(VIEWS[HTML], incomplete()),
    "preflight": partial(VIEWS[HTML], stopped()),
    "long address": partial(VIEWS[HTML], record(ended="preflight", preflight=FAR)),
    "hostile": partial(VIEWS[HTML], hostile(HOSTILE["script"])),
    "comparison": lambda: to_html(compare([conforming(), incomplete(), failing()])).encode(),
}
SCREENS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
@pytest.mark.parametrize("made", PAGES.values(), ids=PAGES)
def test_a_page_is_there_for_everybody(browser, tmp_path, made, screen):
    """axe finds nothing that bars anybody, and nothing is wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - needs playwright

    file = tmp_path / "page.html"
    file.write_bytes(made())
    with browser.new_context(bypass_csp=True, **screen) as context:
        page = context.new_page()
        page.goto(file.as_uri())
        page.evaluate(OPEN_ALL)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1]


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "surrogate"])
def test_nothing_of_a_hostile_page_runs_or_is_fetched(browser, tmp_path, name):
    """No dialog, no error, no request but for the file itself."""
    file = tmp_path / "page.html"
    file.write_bytes(VIEWS[HTML](hostile(HOSTILE[name])))
    seen: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("dialog", lambda dialog: seen.append(f"dialog {dialog.message}"))
        page.on("pageerror", lambda error: seen.append(f"error {error}"))
        page.on("request", lambda request: seen.append(request.url))
        page.goto(file.as_uri())
        page.wait_for_load_state("networkidle")
    assert [url for url in seen if not url.startswith("data:")] == [file.as_uri()]
