"""An issuer in a page that uses the Issuer API: in each situation, and with its mistakes."""

import contextlib
import sys
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from anyio.from_thread import start_blocking_portal

from mock_backpack.issuer.issuer_api.api import ISSUER_API
from mock_backpack.issuer.situations import situations_of
from tests.conftest import needs_browser
from tests.waiting import eventually

pytest.importorskip("playwright")

sys.path.insert(0, str(Path(__file__).parent.parent / "examples" / "browser"))
import server
from page_mistakes import MISTAKES, changed
from press import press

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
    monkeypatch.setattr(server.Site, "asking", changed("<title>", f"{policy}<title>"))
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


class CallsFromAFrame(server.Site):
    """A page whose button is in a frame of its own."""

    asking = changed(
        "</script>\n</html>",
        """</script><iframe srcdoc='<button onclick="parent.OpenBadges.issue([`/nothing`])">Add"""
        """</button>'></iframe></html>""",
    )


def test_a_click_in_a_frame_of_the_page_is_a_click(portal, page, backpack):
    """Though the page itself does not see it."""
    backpack.situation("issuer-api/accepted")
    context = server.serving(backpack.issuer_js, kind=CallsFromAFrame)
    with portal.wrap_async_context_manager(context) as site:
        page.goto(f"{site.url}/add")
        page.frame_locator("iframe").get_by_role("button").click()
        eventually(lambda: offers(backpack))
    assert backpack.verdict().habits == []


class ForbidsNotes(server.Site):
    """A page whose policy allows no beacons to the Backpack."""

    asking = changed(
        "<title>",
        """<meta http-equiv="Content-Security-Policy" content="connect-src 'self'"><title>""",
    )


def test_a_page_that_forbids_notes_is_untested(portal, page, backpack):
    """Its calls are judged, and nothing that only notes could show."""
    known = situations_of("issuer-api")["issuer-api/refused"]
    backpack.situation(known.id)
    with used(portal, page, backpack, known, ForbidsNotes):
        eventually(lambda: backpack.verdict().outcomes["BC-PAGE-01"] == "passed")
    assert {backpack.verdict().outcomes[row] for row in known.tests} == {"untested"}
    with pytest.raises(AssertionError, match="connect-src"):
        backpack.assert_issuer_conforms()


@contextlib.contextmanager
def used(portal, page, backpack, known, kind):
    """A page whose button was pressed as often as the situation says."""
    serving = server.serving(backpack.issuer_js, known.awards, kind)
    with portal.wrap_async_context_manager(serving) as site:
        for _ in range(int(backpack.tells["BACKPACK_PRESSES"])):
            press(page, f"{site.url}/add?earner={ADA}", site.url)
        yield


def is_quiet(backpack):
    """Whether every dialog has come, and so nothing of the site is being fetched."""
    dialogs = backpack.journal.of(endpoint="dialog")
    return len([dialog for dialog in dialogs if dialog["answer"]]) >= len(offers(backpack))


@pytest.mark.parametrize("name", situations_of("issuer-api"))
def test_the_page_is_good_in_each_situation(portal, page, backpack, name):
    """Whatever becomes of the badges, and if it is never told."""
    backpack.situation(name)
    known = situations_of("issuer-api")[name]
    with used(portal, page, backpack, known, server.Site):
        eventually(lambda: {backpack.verdict().outcomes[row] for row in known.tests} == {"passed"})
    backpack.assert_issuer_conforms()
    assert backpack.verdict().habits == []


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_the_page_is_named(portal, page, backpack, name):
    """The verdict names the requirement that is broken, and no other."""
    kind, requirement, situation = MISTAKES[name]
    known = situations_of("issuer-api")[f"issuer-api/{situation}"]
    backpack.situation(known.id)
    with used(portal, page, backpack, known, kind):
        eventually(lambda: requirement in backpack.verdict().failed)
        eventually(lambda: is_quiet(backpack))
        assert backpack.verdict().failed == [requirement]
    with pytest.raises(AssertionError, match=requirement):
        backpack.assert_issuer_conforms()


def test_every_requirement_can_fail():
    """Each is broken by a page."""
    assert {requirement for _, requirement, _ in MISTAKES.values()} == set(ISSUER_API.criteria)


class CallsWhenItLoads(server.Site):
    """A page that does not wait for the earner."""

    asking = changed("</script>\n</html>", "OpenBadges.issue(['/nothing']);</script></html>")


def test_a_call_without_a_click_is_a_habit(portal, page, backpack):
    """A Backpack may refuse it; this one does not."""
    backpack.situation("issuer-api/accepted")
    context = server.serving(backpack.issuer_js, kind=CallsWhenItLoads)
    with portal.wrap_async_context_manager(context) as site:
        page.goto(f"{site.url}/add")
        eventually(lambda: backpack.verdict().habits)
    assert backpack.verdict().habits == ["a dialog that opens without a click of the earner"]
