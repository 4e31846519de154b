"""The whole way in a real browser: an issuer's page, the earner, the callback."""

from urllib.parse import parse_qs, urlsplit

import pytest
from anyio.from_thread import start_blocking_portal

from mock_backpack.app import create_app
from mock_backpack.server import served
from tests.conftest import needs_browser
from tests.mock_backpack.earner import bearer
from tests.mock_backpack.hand_issuer import ADA, issuer_site

pytestmark = [needs_browser, pytest.mark.slow]

PAGE = """<!doctype html>
<title>Issuer</title>
<link rel="icon" href="data:,">
<script src="{mock}/issuer.js"></script>
<button onclick="OpenBadges.connect({{callback: '/callback?state=x', scope: ['issue']}})">
Connect</button>
"""
THANKS = """<!doctype html>
<title>Issuer</title>
<link rel="icon" href="data:,">
<h1>Thank you</h1>
"""


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
def issuer(portal, mock):
    """An issuer's site on another port: a page with the script, and the callback."""

    with portal.wrap_async_context_manager(issuer_site()) as site:
        site.host("/", PAGE.format(mock=mock).encode(), Content_Type="text/html")
        site.host("/callback", THANKS.encode(), Content_Type="text/html")
        yield site.url


NOTES = ("frame-ancestors", "Autofocus processing was blocked")
"""What Chromium says of pages that are right: the second, when a person was quicker."""


@pytest.fixture
def page(browser):
    """A page of an unknown earner; no script may fail, and no policy may be violated."""
    context = browser.new_context()
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    complaints = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text))
    yield opened
    context.close()
    assert [
        complaint for complaint in complaints if not any(note in complaint for note in NOTES)
    ] == []


def ask(page, issuer):
    """Press Connect on the issuer's page and log in: the access page."""
    page.goto(issuer)
    page.get_by_role("button", name="Connect").click()
    page.get_by_label("E-mail").fill(ADA)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Grant access").wait_for()


def callback_query(page, issuer):
    """The parameters of the callback, once the browser is there."""
    page.wait_for_url(f"{issuer}/callback?**")
    return parse_qs(urlsplit(page.url).query)


def test_granting_leads_to_the_callback_with_tokens(page, issuer, mock):
    """Grant ends at the callback with the four parameters and the issuer's own state."""
    ask(page, issuer)
    assert issuer in page.get_by_role("main").inner_text()
    page.get_by_role("button", name="Grant access").click()
    query = callback_query(page, issuer)
    assert set(query) == {"access_token", "refresh_token", "expires", "api_root", "state"}
    assert query["state"] == ["x"]
    assert query["expires"] == ["3600"]
    assert query["api_root"] == [f"{mock}/api"]


def test_denying_leads_to_the_callback_without_tokens(page, issuer):
    """Deny ends at the callback with access_denied and the issuer's own state."""
    ask(page, issuer)
    page.get_by_role("link", name="Deny").click()
    assert callback_query(page, issuer) == {"state": ["x"], "error": ["access_denied"]}


def test_the_granted_token_works(page, issuer):
    """The access token of the callback gives access to the earner's identity."""
    ask(page, issuer)
    page.get_by_role("button", name="Grant access").click()
    query = callback_query(page, issuer)
    header = bearer(query["access_token"][0])
    answer = page.request.get(f"{query['api_root'][0]}/identity", headers=header)
    assert (answer.status, answer.json()["type"]) == (200, "email")


def test_a_page_of_the_issuer_may_use_the_token(page, issuer):
    """CORS lets the issuer's own page ask for the identity and refresh its token."""
    ask(page, issuer)
    page.get_by_role("button", name="Grant access").click()
    query = callback_query(page, issuer)
    asked = """async ([root, token, refresh]) => {
        const headers = {Authorization: 'Bearer ' + btoa(token)};
        const identity = await (await fetch(root + '/identity', {headers})).json();
        const body = JSON.stringify({grant_type: 'refresh_token', refresh_token: refresh});
        const json = {'Content-Type': 'application/json'};
        const fresh = await fetch(root + '/token', {method: 'POST', body, headers: json});
        return [identity.type, (await fresh.json()).expires];
    }"""
    names = ("api_root", "access_token", "refresh_token")
    assert page.evaluate(asked, [query[name][0] for name in names]) == ["email", 3600]


@pytest.mark.parametrize(("role", "name"), [("button", "Grant access"), ("link", "Deny")])
def test_the_callback_is_not_told_where_the_earner_came_from(page, issuer, role, name):
    """The referrer of the callback contains no page of the Backpack."""
    ask(page, issuer)
    page.get_by_role(role, name=name).click()
    callback_query(page, issuer)
    assert page.evaluate("document.referrer") == ""


def test_who_is_logged_in_is_only_asked(page, issuer):
    """The second connect of an earner goes straight to the question."""
    ask(page, issuer)
    page.get_by_role("link", name="Deny").click()
    callback_query(page, issuer)
    page.goto(issuer)
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("button", name="Grant access").click()
    assert "access_token" in callback_query(page, issuer)


def test_the_settings_page_revokes(page, issuer, mock):
    """The button of an origin revokes its access, and the page says so."""
    ask(page, issuer)
    page.get_by_role("button", name="Grant access").click()
    query = callback_query(page, issuer)
    page.goto(f"{mock}/settings")
    page.get_by_role("button", name=f"Revoke access of {issuer}").click()
    page.get_by_text("You have not granted access to any site.").wait_for()
    header = bearer(query["access_token"][0])
    assert page.request.get(f"{mock}/api/identity", headers=header).status == 401


def test_the_access_page_cannot_be_framed(page, issuer):
    """A site that frames the access page shows nothing of it."""
    ask(page, issuer)
    access = page.url
    page.goto(issuer)
    page.set_content(f'<iframe src="{access}"></iframe>', wait_until="load")
    assert "Grant access" not in page.frames[1].content()
