"""Without Chromium, the message says how to install it."""

import re
import shutil
from importlib.resources import files

import pytest

from conformance.target.browser.chromium import (
    COMMANDS,
    DEAD_DRIVER,
    VARIABLE,
    Chromium,
    plainly,
)


@pytest.fixture
def nothing(tmp_path, monkeypatch):
    """A machine on which no browser is installed; the folder of playwright's own."""
    pytest.importorskip("playwright")
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name in COMMANDS else which(name))
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("nothing")
def test_both_ways_to_install_one_are_named():
    """The package of the system, and playwright's own command; or the variable."""
    missing = Chromium().missing
    assert missing
    for way in ("the package chromium", "playwright install chromium", VARIABLE):
        assert way in missing


@pytest.mark.parametrize("name", ["chromium-1200", "chromium_headless_shell-1200"])
def test_one_of_playwright_is_found(nothing, name):
    """It is in no PATH."""
    (nothing / name).mkdir()
    assert Chromium().missing is None


@pytest.mark.usefixtures("nothing")
def test_a_browser_without_windows_is_preferred(monkeypatch):
    """It takes half the time."""
    there = ["chromium", "chromium-headless-shell"]
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if name in there else None)
    assert Chromium().executable == "/bin/chromium-headless-shell"
    there.pop()
    assert Chromium().executable == "/bin/chromium"


def test_nothing_of_the_log_of_calls_is_told():
    """Nor what Playwright calls its functions."""
    message = (
        "Page.goto: net::ERR_NAME_NOT_RESOLVED at http://x.invalid/\nCall log:\n  - navigating"
    )
    assert plainly(message) == "ERR_NAME_NOT_RESOLVED at http://x.invalid/"


@pytest.mark.slow
@pytest.mark.anyio
async def test_playwright_words_its_errors_as_expected():
    """Its real message of a host that does not exist begins with a call and ends with a log."""
    api = pytest.importorskip("playwright.async_api")
    chromium = Chromium()
    if chromium.missing:
        pytest.skip(chromium.missing)
    page = await (await chromium.start()).new_page()
    with pytest.raises(api.Error) as raised:
        await page.goto("http://nowhere.invalid/")
    await chromium.close()
    assert raised.value.message != plainly(raised.value.message)
    assert plainly(raised.value.message) == "ERR_NAME_NOT_RESOLVED at http://nowhere.invalid/"


def test_playwright_words_the_end_of_its_driver_as_expected():
    """Its source raises a plain exception with this text."""
    pytest.importorskip("playwright")
    sources = files("playwright").joinpath("_impl").iterdir()
    text = "".join(source.read_text() for source in sources if source.name.endswith(".py"))
    assert re.search(rf'[^.\w]Exception\("[^"]*{DEAD_DRIVER}"\)', text)
