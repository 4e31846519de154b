"""An issuer in a page that uses the Issuer API: in each situation, and with its mistakes."""

import sys
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from anyio.from_thread import start_blocking_portal

from tests.conftest import needs_browser

sys.path.insert(0, str(Path(__file__).parent.parent / "examples" / "browser"))
import server

pytestmark = [needs_browser, pytest.mark.slow]

ADA = "ada@example.org"
ADDED = "1 badges are in your Backpack."


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


@pytest.fixture
def site(portal, backpack):
    """The issuer's site, with one badge."""
    with portal.wrap_async_context_manager(server.serving(backpack.issuer_js)) as site:
        yield site


def add(page, site, earner=ADA):
    """Press the button of the issuer's page."""
    page.goto(f"{site.url}/add?earner={earner}")
    page.get_by_role("button", name="Add to your Backpack").click()


def status(page):
    """What the page says at the end."""
    page.wait_for_function("!/waiting/.test(status.textContent)")
    return page.get_by_role("status").inner_text()


def offers(backpack):
    """The assertions of each call."""
    found = []
    for entry in backpack.journal.of(endpoint="offer"):
        found += parse_qs(entry["request"]["body"])["assertions"]
    return found


def test_an_accepted_badge_is_shown_as_added(page, site, backpack):
    """And is not offered again."""
    backpack.consent("grant", ADA)
    add(page, site)
    assert status(page) == ADDED
    assert len(backpack.badges(ADA)) == 1
    add(page, site)
    assert status(page) == "0 badges are in your Backpack."
    assert len(offers(backpack)) == 1


def test_a_refused_badge_is_not_offered_again(page, site, backpack):
    """The earner's no is kept."""
    backpack.consent("deny", ADA)
    add(page, site)
    assert status(page) == "0 badges are in your Backpack. Not added: you said no."
    add(page, site)
    assert status(page) == "0 badges are in your Backpack."
    assert len(offers(backpack)) == 1


def test_a_badge_that_is_there_counts_as_added(page, site, backpack, browser):
    """In another browser, where the page remembers nothing."""
    backpack.consent("grant", ADA)
    add(page, site)
    assert status(page) == ADDED
    context = browser.new_context()
    again = context.new_page()
    add(again, site)
    assert status(again) == ADDED
    context.close()
    assert len(backpack.badges(ADA)) == 1


@pytest.mark.parametrize(
    ("path", "earner", "words"),
    [
        ("/nothing", ADA, "not found"),
        ("/", ADA, "not a badge"),
        ("/assertions/1", "grace@example.org", "not valid for you"),
    ],
    ids=["unreachable", "malformed", "not-theirs"],
)
def test_a_bad_badge_is_reported(page, site, backpack, path, earner, words):
    """With words for its reason."""
    backpack.consent("grant", ADA)

    def offer(route):
        route.fetch()  # the site awards the badge
        route.fulfill(json=[site.url + path])

    page.route(f"{site.url}/offer", offer)
    add(page, site, earner)
    assert status(page) == f"0 badges are in your Backpack. Not added: {words}."
    assert backpack.badges(ADA) == []


def test_without_frames_the_full_window_asks(page, site, backpack, monkeypatch):
    """The policy of the page forbids frames: it is left, and has no callback."""
    policy = """<meta http-equiv="Content-Security-Policy" content="frame-src 'none'">"""
    asking = server.ASKING_PAGE.replace("<title>", f"{policy}<title>")
    monkeypatch.setattr(server, "ASKING_PAGE", asking)
    backpack.consent("page")
    add(page, site)
    page.get_by_label("E-mail").fill(ADA)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Accept").click()
    page.get_by_text("1 badge added").wait_for()
    assert len(backpack.badges(ADA)) == 1


def test_a_closed_dialog_leaves_the_page_usable(page, site, backpack):
    """The callback never comes; the second try works."""
    backpack.consent("page")
    add(page, site)
    page.get_by_role("button", name="Close").click()
    backpack.consent("grant", ADA)
    page.get_by_role("button", name="Add to your Backpack").click()
    assert status(page) == ADDED


@pytest.mark.parametrize(
    ("right", "wrong", "seen"),
    [
        ("issue(waiting,", "issue(waiting.map((url) => ({ url })),", "Not added: not found."),
        ('error.reason === "EXISTS"', "false", "0 badges are in your Backpack."),
        ("if ([", "if (![", "offered again"),
    ],
    ids=["objects", "exists-is-an-error", "asks-again"],
)
def test_a_mistake_of_the_page_shows(page, site, backpack, monkeypatch, right, wrong, seen):
    """In what the page says, or in the journal."""
    assert right in server.ASKING_PAGE
    monkeypatch.setattr(server, "ASKING_PAGE", server.ASKING_PAGE.replace(right, wrong))
    answer = "deny" if seen == "offered again" else "grant"
    backpack.consent(answer, ADA)
    add(page, site)
    status(page)
    page.evaluate("answer => { if (answer === 'grant') localStorage.clear() }", answer)
    add(page, site)
    said = status(page)
    assert len(offers(backpack)) == 2 if seen == "offered again" else seen in said
