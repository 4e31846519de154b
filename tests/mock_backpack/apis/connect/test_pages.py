"""The pages are safe: their headers, and what hostile values do in them."""

from urllib.parse import quote

import pytest

from tests.mock_backpack.earner import ask_for_access, form_fields, log_in, push, send
from tests.mock_backpack.hand_issuer import good_badge

pytestmark = pytest.mark.anyio

CALLBACK = "https://issuer.example/callback"
HOSTILE = "'\"><script>alert(1)</script>"


@pytest.mark.parametrize("path", ["", "login", "access", "settings", "badges"])
async def test_a_page_is_neither_cached_nor_framed_nor_told(http, mock, path):
    """Headers of every page; no form-action, which would stop the redirect to the callback."""
    await log_in(http, mock)
    url = f"{mock}/{path}?callback={CALLBACK}&scope=issue"
    headers = (await send(http, "GET", url)).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "form-action" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize("place", ["", "?x="])
async def test_a_hostile_callback_comes_back_escaped(http, mock, place):
    """Markup in a callback makes no element and no attribute on the access page."""
    await log_in(http, mock)
    callback = f"https://issuer.example/{place}{HOSTILE}"
    page = (await ask_for_access(http, mock, callback)).page
    assert page.find("script") is None
    assert form_fields(page, "/accept")["callback"] == callback


@pytest.mark.parametrize(
    "query", [f"callback={HOSTILE}&scope=issue", f"callback={CALLBACK}&scope={HOSTILE}"]
)
async def test_a_refusal_is_no_html(http, mock, query):
    """A browser shows quoted parts of the request as text."""
    answer = await send(http, "GET", f"{mock}/access?{query}")
    assert "<script>" in answer.text
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_an_unknown_path_is_quoted_in_json_only(http, mock):
    """A browser treats the quoted address of a 404 as JSON."""
    answer = await send(http, "GET", f"{mock}/<script>alert(1)</script>")
    assert "<script>" in answer.message


async def test_a_hostile_then_comes_back_escaped(http, mock):
    """Markup in the login page's address makes no element."""
    page = (await send(http, "GET", f"{mock}/login?then={quote(HOSTILE)}")).page
    assert page.find("script") is None
    assert form_fields(page, "/login")["then"] == HOSTILE


async def test_a_hostile_email_comes_back_escaped(http, mock):
    """Markup in an e-mail makes no element."""
    email = f"{HOSTILE}@example.org"
    await log_in(http, mock, email)
    page = (await send(http, "GET", f"{mock}/badges")).page
    assert page.find("script") is None
    assert email in page.get_text()


async def test_a_hostile_badge_comes_back_escaped(http, mock, tokens, site):
    """Markup in a badge makes no element in the collection."""
    badge = good_badge(site)
    badge.badge_class["name"] = badge.badge_class["description"] = badge.issuer["name"] = HOSTILE
    await push(http, tokens, badge.publish())
    page = (await send(http, "GET", f"{mock}/badges")).page
    assert page.find("script") is None
    assert page.get_text().count(HOSTILE) == 3


async def test_the_script_is_javascript(http, mock):
    """issuer.js is served as JavaScript that defines OpenBadges.connect."""
    answer = await send(http, "GET", f"{mock}/issuer.js")
    assert (answer.status, answer.headers["Content-Type"]) == (
        200,
        "text/javascript; charset=utf-8",
    )
    assert "OpenBadges.connect = " in answer.text


async def test_every_page_links_only_to_what_is_there(http, mock):
    """All own links and styles of the pages of an earner answer."""
    await log_in(http, mock)
    for path in ("/", "/login", "/settings", "/badges"):
        page = (await send(http, "GET", mock + path)).page
        for link in page.select("a[href^='/'], link[href^='/']"):
            assert (await send(http, "GET", mock + link["href"])).status == 200


async def test_the_live_page_is_found_without_the_slash_and_from_the_first_page(http, mock):
    """The root of the mock leads a browser to the live page."""
    answer = await send(http, "GET", f"{mock}/_mock")
    assert (answer.status, answer.headers["Location"]) == (308, "/_mock/")
    assert (await send(http, "GET", f"{mock}/")).page.select_one('a[href="/_mock/"]')
