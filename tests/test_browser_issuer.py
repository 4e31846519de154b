"""An issuer in a page: it connects, pushes and refreshes in Chromium, from another origin."""

import sys
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from mock_backpack.issuer.situations import situations_of
from tests.conftest import needs_browser

sys.path.insert(0, str(Path(__file__).parent.parent / "examples" / "browser"))
from server import serving

pytestmark = [needs_browser, pytest.mark.slow]

SITUATIONS = [
    "healthy",
    "earner-denies",
    "expired-token",
    "expires-twice",
    "odd-tokens",
    "long-tokens",
    "api-root-elsewhere",
    "revoked",
    "already-there",
    "already-there-409",
    "forged-callback",
    "planted-api-root",
    "other-address",
]


@pytest.fixture(scope="module")
def portal():
    """An event loop in a thread, for the synchronous browser."""
    with start_blocking_portal() as started:
        yield started


@pytest.fixture
def page(browser):
    """A page of an unknown earner."""
    context = browser.new_context()
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    yield opened
    context.close()


def connect(page, site):
    """Press the button of the issuer's page."""
    page.goto(site.url)
    page.get_by_role("button", name="Connect your Backpack").click()


def status(page):
    """The final message of the issuer's page."""
    element = page.get_by_role("status")
    page.wait_for_function(
        "document.getElementById('status') && !/waiting/.test(status.textContent)"
    )
    return element.inner_text()


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_issuer_in_a_page_is_good(portal, backpack, page, name):
    """Every request crosses origins, and the situation is passed."""
    backpack.situation(name)
    known = situations_of("connect")[name]
    with portal.wrap_async_context_manager(serving(backpack.issuer_js, known.awards)) as site:
        connect(page, site)
        shown = status(page)
    is_granted = backpack.badges(known.earner) != []
    assert shown == (f"{known.awards} badges are in your Backpack." if is_granted else shown)
    backpack.assert_issuer_conforms()
    if is_granted:
        preflights = backpack.journal.of(endpoint="preflight")
        assert {preflight["answer"]["status"] for preflight in preflights} == {204}
        (header, *_) = [
            value
            for name, value in backpack.journal.of(endpoint="issue")[0]["request"]["headers"]
            if name.lower() == "origin"
        ]
        assert header == site.url


def test_the_earner_can_answer_on_the_page(portal, backpack, page):
    """With consent given by hand, as a person does it."""
    backpack.consent("page")
    with portal.wrap_async_context_manager(serving(backpack.issuer_js)) as site:
        connect(page, site)
        page.get_by_label("E-mail").fill("ada@example.org")
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("button", name="Grant access").click()
        assert status(page) == "1 badges are in your Backpack."
        assert "access_token" not in page.url
    backpack.assert_issuer_conforms("BC-CLIENT-01", "BC-CLIENT-12", "BC-CLIENT-15")


@pytest.mark.parametrize(
    ("right", "wrong", "requirement", "situation"),
    [
        ("btoa(token)", "token", "BC-CLIENT-01", "healthy"),
        ("Uint8Array(16)", "Uint8Array(2)", "BC-CLIENT-12", "healthy"),
        ("{ badge }", "{ badge: { url: badge } }", "BC-CLIENT-04", "healthy"),
        ("application/json", "text/plain", "BC-CLIENT-03", "healthy"),
        ("if (answer.status !== 401)", "if (true)", "BC-CLIENT-06", "expired-token"),
    ],
)
def test_a_mistake_of_the_page_is_named(
    portal, backpack, page, monkeypatch, right, wrong, requirement, situation
):
    """The verdict names the requirement that is broken, and no other."""
    import server  # noqa: PLC0415 - the page that it serves is changed

    assert right in server.PAGE
    monkeypatch.setattr(server, "PAGE", server.PAGE.replace(right, wrong))
    backpack.situation(situation)
    with portal.wrap_async_context_manager(serving(backpack.issuer_js)) as site:
        connect(page, site)
        status(page)
    assert backpack.verdict().failed == [requirement]
