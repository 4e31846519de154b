"""Attacks use only what a stranger can know and do."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from multidict import MultiDict

from conformance.target.browser.browser import Browser, EarnerAccount
from conformance.target.browser.cookies import session_cookies
from conformance.target.browser.forging import logged_in_towards, without_secrets
from conformance.target.http.client import Wire
from conformance.target.pages.forms import Control
from tests.conformance.sites import Site, Visit, open_site, sends_to

pytestmark = pytest.mark.anyio

FALSE_SITE = "http://false.example/callback"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A Backpack of a few pages."""
    async with open_site() as site:
        yield site


@pytest.fixture
async def ada(wire: Wire) -> Browser:
    """The browser of an earner."""
    return Browser(wire, EarnerAccount("ada", "ada@example.org", "difference engine"))


def form(url: str, **fields: str) -> Control:
    """A form that is sent by POST."""
    return Control("Allow", "", "POST", url, MultiDict(fields))


def test_a_stranger_knows_what_every_earners_page_says():
    """Values that differ between earners are secrets."""
    own = form("http://a/accept", csrf="1", scope="issue", user="7")
    stranger = form("http://a/accept", csrf="2", scope="issue", user="8")
    assert without_secrets(own, stranger).fields == MultiDict(scope="issue")


def test_a_secret_in_the_address_is_a_secret():
    """The stranger has the address of their own page."""
    own, stranger = form("http://a/accept/1"), form("http://a/accept/2")
    assert without_secrets(own, stranger).url == "http://a/accept/2"


def logging_in(*cookies: str) -> web.Response:
    """A login that sets cookies."""
    answer = sends_to("/settings")
    for cookie in cookies:
        answer.headers.add("Set-Cookie", cookie)
    return answer


LOGIN = '<form method=post action=/login><input type=email name=e value=""></form>'


def settings(visit: Visit) -> str:
    """Logged in or not, as the cookie ``who`` says."""
    return "<h1>Settings</h1>" if "who=in" in visit.headers.get("Cookie", "") else LOGIN


@pytest.mark.parametrize(
    ("cookie", "seen"),
    [
        ("who=in; HttpOnly; SameSite=Lax", (True, "lax")),
        ("who=in; httponly; samesite=STRICT", (True, "strict")),
        ("who=in; SameSite=None", (False, "none")),
        ("who=in", (False, "")),
    ],
)
async def test_the_cookie_of_the_login_is_told_as_it_was_set(site, ada, cookie, seen):
    """And no other: a token for forms must be readable, a choice of language may be."""
    site.pages = {
        "/settings": settings,
        "/login": logging_in(f"{cookie}; Path=/", "csrf=1; Path=/", "lang=en; Path=/"),
    }
    (found,) = await session_cookies(ada, f"{site.url}/settings")
    assert (found.name, found.http_only, found.same_site, found.renewed) == ("who", *seen, True)


@pytest.mark.parametrize(("after", "renewed"), [("in", False), ("in2", True)])
async def test_a_session_that_login_keeps_is_seen(site, ada, after, renewed):
    """The login page and the session after login use the same cookie."""

    def first(visit: Visit) -> web.Response | str:
        if "logged=1" in visit.headers.get("Cookie", ""):
            return "<h1>Settings</h1>" if f"who={after}" in visit.headers["Cookie"] else LOGIN
        answer = web.Response(text=LOGIN, content_type="text/html")
        answer.headers.add("Set-Cookie", "who=in; Path=/")
        return answer

    site.pages = {
        "/settings": first,
        "/login": logging_in(f"who={after}; Path=/", "logged=1; Path=/"),
    }
    found = {cookie.name: cookie for cookie in await session_cookies(ada, f"{site.url}/settings")}
    assert found["who"].renewed is renewed


async def test_a_login_that_does_not_work_has_no_session(site, ada):
    """Cookies without a logged-in earner do not count."""
    site.pages = {"/settings": settings, "/login": logging_in("lang=en; Path=/")}
    assert await session_cookies(ada, f"{site.url}/settings") == []


async def test_without_a_session_cookie_there_is_none(site, ada):
    """A page that everybody sees hangs on no login."""
    site.pages = {"/settings": "<h1>Settings</h1>"}
    assert await session_cookies(ada, f"{site.url}/settings") == []


@pytest.mark.parametrize("hint", ["address", "form"])
async def test_a_login_that_leads_anywhere_is_seen(site, ada, hint):
    """The redirect target may be in the address or in the form."""
    field = '<input type=hidden name=then value="/access">' if hint == "form" else ""

    def login(visit: Visit) -> str:
        return f'<form method=post action="{visit.path}"><input type=email name=e>{field}</form>'

    def either(visit: Visit) -> web.Response | str:
        if visit.method == "GET":
            return login(visit)
        bent = FALSE_SITE in str(visit.form) or "false.example" in visit.path
        return sends_to(f"{FALSE_SITE}?x=1" if bent else "/home")

    start = "/login?then=/access" if hint == "address" else "/login"
    site.pages = {"/access": sends_to(start), "/login": either, "/home": "<h1>Home</h1>"}
    ended = await logged_in_towards(ada, f"{site.url}/access", FALSE_SITE)
    assert ended is not None
    assert ended.landing is not None


async def test_a_login_that_leads_home_is_seen(site, ada):
    """The login was given another redirect target, and ignored it."""
    site.pages = {
        "/access": sends_to("/login?then=/access"),
        "/login": lambda visit: sends_to("/home") if visit.method == "POST" else LOGIN,
        "/home": "<h1>Home</h1>",
    }
    ended = await logged_in_towards(ada, f"{site.url}/access", FALSE_SITE)
    assert ended is not None
    assert ended.landing is None


async def test_a_login_without_a_hint_cannot_be_bent(site, ada):
    """There is nothing to try."""
    site.pages = {"/access": LOGIN, "/login": "<h1>Home</h1>"}
    assert await logged_in_towards(ada, f"{site.url}/access", FALSE_SITE) is None
