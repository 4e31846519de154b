"""A machine without Chromium is told how to get one."""

import shutil

import pytest

from conformance.target.browser.chromium import COMMANDS, VARIABLE, Chromium, plainly


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


def test_one_of_playwright_is_found(nothing):
    """It is in no PATH."""
    (nothing / "chromium-1200").mkdir()
    assert Chromium().missing is None


def test_nothing_of_the_log_of_calls_is_told():
    """Nor what Playwright calls its functions."""
    told = "Page.goto: net::ERR_NAME_NOT_RESOLVED at http://x.invalid/\nCall log:\n  - navigating"
    assert plainly(told) == "ERR_NAME_NOT_RESOLVED at http://x.invalid/"
