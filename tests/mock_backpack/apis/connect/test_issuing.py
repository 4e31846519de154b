"""The Issuer API in a real browser: an issuer's page, the dialog over it, the answer."""

import json

import pytest
from anyio.from_thread import start_blocking_portal

from mock_backpack.app import create_app
from mock_backpack.client import MockClient
from mock_backpack.server import served
from tests.conftest import needs_browser
from tests.mock_backpack.hand_issuer import ADA, GRACE, good_badge, hashed, issuer_site, signed

pytestmark = [needs_browser, pytest.mark.slow]

PAGE = """<!doctype html>
<title>Issuer</title>
<link rel="icon" href="data:,">
<script src="{mock}/issuer.js"></script>
<script>
const heard = [], answers = [];
addEventListener("message", (event) => heard.push(event.data));
const answered = (errors, successes) => answers.push({{errors, successes}});
</script>
<h1>Analytical Society</h1>
"""
HOSTILE = "</strong><script>parent.hacked = top.hacked = 1</script><img src=x onerror=alert(1)>"
REASONS = {
    "/nothing": "INACCESSIBLE",
    "/forbidden": "INACCESSIBLE",
    "/page": "MALFORMED",
    "/no-badge": "MALFORMED",
    "/of-grace": "INVALID",
    "/expired": "INVALID",
}


@pytest.fixture(scope="module")
def portal():
    """An event loop in a thread, for the synchronous browser."""
    with start_blocking_portal() as started:
        yield started


@pytest.fixture
def mock(portal):
    """A mock in the thread; its URL."""
    with portal.wrap_async_context_manager(served(create_app())) as url:
        yield url


@pytest.fixture
def controls(mock):
    """The admin API of the mock."""
    with MockClient(mock) as client:
        yield client


@pytest.fixture
def site(portal, mock):
    """The issuer's site on another port, with a page that includes the script."""
    with portal.wrap_async_context_manager(issuer_site()) as site:
        page = PAGE.format(mock=mock).encode()
        site.host("/", page, Content_Type="text/html")
        policy = "frame-src 'none'"
        site.host("/unframed", page, Content_Type="text/html", Content_Security_Policy=policy)
        yield site


@pytest.fixture
def page(browser):
    """A page of an unknown earner; no script may fail."""
    context = browser.new_context()
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    errors = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


@pytest.fixture
def badge(site):
    """A good badge of Ada's."""
    return good_badge(site)


def log_in(page, mock):
    """Log in as Ada, before any badge is offered."""
    page.goto(f"{mock}/login")
    page.get_by_label("E-mail").fill(ADA)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/badges")


def issue(page, site, *badges, path="/", call="issue"):
    """Let the issuer's page offer badges; the dialog's frame."""
    page.goto(f"{site.url}{path}")
    page.evaluate(f"badges => {{ OpenBadges.{call}(badges, answered) }}", list(badges))
    return page.frame_locator("dialog iframe")


def answer_of(page):
    """What the callback received."""
    page.wait_for_function("answers.length > 0")
    (answer,) = page.evaluate("answers")
    return answer


def press(place, *names):
    """Press one button after another."""
    for name in names:
        place.get_by_role("button", name=name).click()


def test_an_accepted_badge_is_added(page, site, mock, controls, badge):
    """The earner sees name, image and issuer; nothing is there before Accept."""
    log_in(page, mock)
    url = badge.publish()
    dialog = issue(page, site, url)
    dialog.get_by_text("Difference engineer").wait_for()
    dialog.get_by_text(f"from Analytical Society ({site.url})").wait_for()
    assert dialog.locator("main img").get_attribute("src") == f"{site.url}/image.png"
    assert controls.badges(ADA) == []
    press(dialog, "Accept")
    assert answer_of(page) == {"errors": [], "successes": [url]}
    assert [badge["uid"] for badge in controls.badges(ADA)] == ["badge-1"]
    page.locator("dialog").wait_for(state="detached")


def test_each_badge_is_judged_alone(page, site, mock, controls, badge):
    """All reasons in one call: one bad badge stops no other, and each is named once."""
    log_in(page, mock)
    good = badge.publish()
    site.host("/forbidden", b"", status=403)
    site.host("/page", b"<h1>Welcome</h1>")
    site.host("/no-badge", {"hello": "world"})
    for path, members in (
        ("/of-grace", {"recipient": hashed(GRACE, "sha256", "x")}),
        ("/expired", {"expires": 1403784578}),
    ):
        verify = {"type": "hosted", "url": site.url + path}
        site.host(path, {**badge.assertion, "uid": path, "verify": verify, **members})
    wrong = [site.url + path for path in REASONS]
    jws = good_badge(site)
    jws.assertion["uid"] = "signed-1"
    signature = jws.sign()
    badge.publish()  # at the URL at which the other was hosted as well
    broken = f"{signature[:-8]}AAAAAAAA"
    other = signed({"alg": "RS256"}, {**jws.assertion, "uid": "signed-2"})
    badges = (good, *wrong, "no URL", broken, "e30.e30.e30", signature, other, good)
    dialog = issue(page, site, *badges)
    press(dialog, "Accept")
    dialog.get_by_text("Badge 11 of 12").wait_for()
    press(dialog, "No, thanks")
    dialog.get_by_text("Badge 12 of 12").wait_for()
    press(dialog, "Accept")
    answer = answer_of(page)
    assert answer["successes"] == [good, other]
    reasons = {error["assertion"]: error["reason"] for error in answer["errors"]}
    assert reasons == {
        **{site.url + path: reason for path, reason in REASONS.items()},
        "no URL": "INACCESSIBLE",
        broken: "INVALID",
        "e30.e30.e30": "MALFORMED",
        signature: "DENIED",
    }
    assert all(error["url"] == error["assertion"] for error in answer["errors"])
    assert {badge["uid"] for badge in controls.badges(ADA)} == {"badge-1", "signed-2"}
    press(dialog, "Close")
    page.locator("dialog").wait_for(state="detached")
    again = issue(page, site, good, signature)
    press(again, "Accept")
    answer = answer_of(page)
    assert [error["reason"] for error in answer["errors"]] == ["EXISTS"]
    assert answer["successes"] == [signature]


def test_who_is_logged_out_logs_in_in_a_window(page, site, controls, badge):
    """The frame asks for no e-mail address; the window goes on to the same badges."""
    url = badge.publish()
    dialog = issue(page, site, url)
    dialog.get_by_text(f"{site.url} offers you badges").wait_for()
    assert dialog.locator("input").count() == 0
    with page.expect_popup() as opened:
        dialog.get_by_role("link", name="Log in").click()
    window = opened.value
    window.get_by_label("E-mail").fill(ADA)
    press(window, "Log in", "Accept")
    assert answer_of(page) == {"errors": [], "successes": [url]}
    page.wait_for_function("!document.querySelector('dialog')")
    assert window.is_closed()
    assert len(controls.badges(ADA)) == 1


def test_a_page_of_a_really_other_site_gets_its_answer_by_the_window(
    page, site, mock, badge, controls
):
    """Its frame has no session (SameSite); the window has, and asks at once."""
    log_in(page, mock)
    url = badge.publish()
    page.goto(site.url.replace("127.0.0.1", "localhost"))
    page.evaluate("badges => { OpenBadges.issue(badges, answered) }", [url])
    dialog = page.frame_locator("dialog iframe")
    with page.expect_popup() as opened:
        dialog.get_by_role("link", name="Log in").click()
    window = opened.value
    press(window, "No, thanks")
    dialog.get_by_text("No badges added").wait_for()
    press(window, "Close")
    answer = answer_of(page)
    assert [error["reason"] for error in answer["errors"]] == ["DENIED"]
    assert controls.badges(ADA) == []


@pytest.mark.parametrize(("path", "call"), [("/", "issue_no_modal"), ("/unframed", "issue")])
def test_the_full_window_shows_the_same_dialog(page, site, controls, badge, path, call):
    """After login, too; so does a page whose policy forbids the frame."""
    issue(page, site, badge.publish(), path=path, call=call)
    page.get_by_label("E-mail").fill(ADA)
    press(page, "Log in", "Accept")
    page.get_by_text("1 badge added").wait_for()
    assert page.get_by_role("link", name="Back to").get_attribute("href") == f"{site.url}/"
    assert len(controls.badges(ADA)) == 1


def test_a_closed_dialog_calls_nothing(page, site, mock, controls, badge):
    """The earner leaves: no callback, no badge, and the page is as before."""
    log_in(page, mock)
    dialog = issue(page, site, badge.publish())
    dialog.get_by_role("button", name="Accept").wait_for()
    press(page, "Close")
    page.locator("dialog").wait_for(state="detached")
    assert page.evaluate("answers") == []
    assert controls.badges(ADA) == []


def test_hostile_texts_are_harmless(page, site, mock, badge):
    """Markup in names, descriptions and image URLs is shown as text and runs nothing."""
    log_in(page, mock)
    badge.badge_class |= {"name": HOSTILE, "description": HOSTILE}
    badge.issuer["name"] = HOSTILE
    dialog = issue(page, site, badge.publish(), f'"><script>{HOSTILE}')
    assert dialog.locator("main strong").inner_text() == HOSTILE
    assert dialog.locator("main img").count() == 1
    press(dialog, "Accept")
    dialog.get_by_text("1 badge added").wait_for()
    assert page.evaluate("window.hacked") is None


def test_buttons_that_cannot_be_seen_cannot_be_pressed(page, site, mock, controls, badge):
    """A page that covers the frame, or makes it invisible, steals no click."""
    log_in(page, mock)
    dialog = issue(page, site, badge.publish())
    accept = dialog.get_by_role("button", name="Accept")
    accept.click(trial=True)
    page.locator("dialog iframe").evaluate("frame => { frame.style.opacity = '0' }")
    dialog.locator("button:disabled", has_text="Accept").wait_for()
    cover = "position:fixed;inset:0;pointer-events:none;background:red"
    page.locator("dialog iframe").evaluate(
        "(frame, style) => { frame.style.opacity = '1';"
        " const cover = document.createElement('div'); cover.style = style;"
        " frame.parentNode.append(cover); }",
        cover,
    )
    dialog.locator("button:disabled", has_text="Accept").wait_for()
    assert controls.badges(ADA) == []


def test_only_the_page_that_called_may_frame_the_dialog_or_hear_of_it(page, site, mock, badge):
    """Another origin that frames the same dialog sees nothing of it."""
    log_in(page, mock)
    url = badge.publish()
    dialog = issue(page, site, url)
    dialog.get_by_role("button", name="Accept").wait_for()
    address = page.frames[1].url
    page.goto(site.url.replace("127.0.0.1", "localhost"))
    page.set_content(f'<iframe src="{address}"></iframe>', wait_until="load")
    assert "Accept" not in page.frames[1].content()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("grant", {"errors": [], "successes": 1}), ("deny", {"errors": ["DENIED"], "successes": 0})],
)
def test_consent_can_be_answered_without_a_page(page, site, controls, badge, answer, expected):
    """As for connect: no login, no dialog to press anything in."""
    controls.consent(answer, earner=ADA)
    issue(page, site, badge.publish())
    received = answer_of(page)
    reasons = [error["reason"] for error in received["errors"]]
    assert {"errors": reasons, "successes": len(received["successes"])} == expected
    assert len(controls.badges(ADA)) == expected["successes"]


def test_the_journal_tells_the_calling_origin(page, site, controls, badge):
    """Offer, dialog and answer are recorded under names that rules can match."""
    controls.consent("grant", earner=ADA)
    issue(page, site, badge.publish())
    answer_of(page)
    (entry,) = controls.journal(endpoint="dialog")
    assert (entry["earner"], entry["origin"]) == (ADA, site.url)
    assert [entry["answer"]["status"] for entry in controls.journal(endpoint="offer")] == [303]


def test_what_is_no_array_throws(page, site):
    """And an empty array asks for nothing and answers once."""
    page.goto(site.url)
    for call in ("issue", "issue_no_modal"):
        thrown = page.evaluate(
            f"() => {{ try {{ OpenBadges.{call}('x') }} catch (error) {{ return String(error) }} }}"
        )
        assert thrown == f"TypeError: OpenBadges.{call}: array of assertions expected"
    issue(page, site)
    assert answer_of(page) == {"errors": [], "successes": []}
    assert json.loads(page.evaluate("JSON.stringify(heard)")) == []
