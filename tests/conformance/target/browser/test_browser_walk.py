"""An earner's browser walks through login and consent as a person would, and goes nowhere else."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from conformance.target.browser.browser import MOST_PAGES, Browser, ConsentResult, EarnerAccount
from conformance.target.http.client import Wire
from conformance.target.pages.forms import Act
from tests.conformance.sites import Site, Visit, open_site, sends_to

pytestmark = pytest.mark.anyio

CALLBACK = "http://issuer.example/callback/1?state=own"
ASKS = """<title>Allow?</title><form method=post action=/accept>
<input type=hidden name=csrf value=c><button name=d value=y>Allow</button>
<button name=d value=n>Deny</button></form>"""
LOGIN = """<title>Log in</title><form method=post action=/login>
<input type=email name=email><input type=password name=password></form>"""


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A Backpack of a few pages."""
    async with open_site() as site:
        yield site


@pytest.fixture
async def elsewhere() -> AsyncIterator[Site]:
    """A site that is not the target's."""
    async with open_site() as site:
        yield site


@pytest.fixture
async def ada(wire: Wire) -> Browser:
    """The browser of an earner."""
    return Browser(wire, EarnerAccount("ada", "ada@example.org", "difference engine"))


def log_in(visit: Visit) -> web.Response | str:
    """Log anybody in, and send them to the consent page."""
    answer = sends_to("/access")
    answer.headers.add("Set-Cookie", f"who={visit.form['email']}; Path=/; HttpOnly")
    return answer


def access(visit: Visit) -> web.Response | str:
    """Ask who is logged in, and let others log in."""
    return ASKS if "who=" in visit.headers.get("Cookie", "") else LOGIN


def backpack(site: Site, grants: str) -> None:
    """Make the site a Backpack that ends at this address."""
    site.pages = {"/access": access, "/login": log_in, "/accept": sends_to(grants, 303)}


async def walk(browser: Browser, site: Site, act: Act = Act.GRANT) -> ConsentResult:
    """Ask for access."""
    return await browser.consent(f"{site.url}/access", CALLBACK, act)


def heard(site: Site) -> list[str]:
    """The requests to the site, in order."""
    return list(map(str, site.visits))


async def test_the_earner_logs_in_and_grants(ada, site):
    """Login, consent, and the browser at the callback with its parameters."""
    backpack(site, f"{CALLBACK}&access_token=a%2Bb&expires=3600")
    walked = await walk(ada, site)
    assert heard(site) == ["GET /access", "POST /login", "GET /access", "POST /accept"]
    assert site.visits[1].form == {"email": "ada@example.org", "password": "difference engine"}
    assert site.visits[3].form == {"csrf": "c", "d": "y"}
    assert walked.acted
    assert walked.exchange.landing.acted
    assert walked.exchange.landing.parameters == {
        "state": "own",
        "access_token": "a+b",
        "expires": "3600",
    }


async def test_the_earner_denies(ada, site):
    """The other button is pressed."""
    backpack(site, f"{CALLBACK}&error=access_denied")
    walked = await walk(ada, site, Act.DENY)
    assert site.visits[-1].form == {"csrf": "c", "d": "n"}
    assert walked.exchange.landing.parameters["error"] == "access_denied"


async def test_the_earner_only_looks(ada, site):
    """The consent page is where the walk ends, and nothing was pressed on it."""
    backpack(site, CALLBACK)
    walked = await walk(ada, site, Act.LOOK)
    assert heard(site)[-1] == "GET /access"
    assert b"Allow?" in walked.exchange.answer.body
    assert not walked.acted


async def test_a_denial_may_be_a_link_to_the_callback(ada, site):
    """The browser is there without asking the issuer, whose site is not the target."""
    site.pages["/access"] = f"{ASKS}<a href='{CALLBACK}&amp;error=access_denied'>Back</a>"
    site.pages["/access"] = site.pages["/access"].replace("Deny", "Later")
    walked = await walk(ada, site, Act.DENY)
    assert heard(site) == ["GET /access"]
    assert walked.exchange.landing.parameters == {"state": "own", "error": "access_denied"}
    assert walked.exchange.landing.acted


async def test_who_is_sent_back_at_once_was_not_asked(ada, site):
    """A grant without a question is distinguished from one that the earner gave."""
    site.pages["/access"] = sends_to(f"{CALLBACK}&access_token=a")
    walked = await walk(ada, site)
    assert (walked.acted, walked.exchange.landing.acted) == (False, False)


async def test_cookies_are_sent_back(ada, site):
    """Until they expire, and below their path."""
    cookies = ["a=1; Path=/", "b=2; Path=/deep", "c=3; Path=/; Max-Age=0", "bad cookie\x01;=;"]
    headers = [("Set-Cookie", cookie) for cookie in cookies[:3]]
    site.pages["/"] = web.Response(headers=headers)
    await ada.get(f"{site.url}/")
    await ada.get(f"{site.url}/")
    await ada.get(f"{site.url}/deep/er")
    assert [visit.headers.get("Cookie") for visit in site.visits] == [None, "a=1", "a=1; b=2"]


async def test_every_earner_has_cookies_of_their_own(ada, wire, site):
    """Two browsers share a wire log and no session."""
    backpack(site, CALLBACK)
    grace = Browser(wire, EarnerAccount("grace", "grace@example.org", "first bug"))
    for browser in (ada, grace, ada):
        await walk(browser, site, Act.LOOK)
    who = [visit.headers.get("Cookie") for visit in site.visits if visit.path == "/access"]
    assert who == [
        None,
        "who=ada@example.org",
        None,
        "who=grace@example.org",
        "who=ada@example.org",
    ]


async def test_cookies_go_to_no_other_host(ada, site, elsewhere):
    """Cookies of the target are only sent to the target."""
    site.pages["/"] = web.Response(headers={"Set-Cookie": "a=1; Path=/"})
    await ada.get(f"{site.url}/")
    await ada.get(elsewhere.url.replace("127.0.0.1", "localhost"))
    assert "Cookie" not in elsewhere.visits[0].headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_within_the_target_are_followed(ada, site, status):
    """Relative or absolute, whatever their status."""
    site.pages["/access"] = sends_to("deep/here?a=1#part", status)
    site.pages["/deep/here"] = sends_to(f"{site.url}/last", status)
    walked = await walk(ada, site)
    assert heard(site) == ["GET /access", "GET /deep/here?a=1", "GET /last"]
    assert walked.exchange.answer.status == 404


async def test_redirects_to_another_host_are_not_followed(ada, site, elsewhere):
    """The walk ends there, and the other host gets no request."""
    site.pages["/access"] = sends_to(elsewhere.url.replace("127.0.0.1", "localhost"))
    walked = await walk(ada, site)
    assert elsewhere.visits == []
    assert walked.exchange.answer.status == 302
    assert walked.exchange.landing is None


async def test_the_password_goes_to_no_other_host(ada, site, elsewhere):
    """A login form that leads elsewhere is not filled in."""
    action = elsewhere.url.replace("127.0.0.1", "localhost")
    site.pages["/access"] = LOGIN.replace("/login", f"{action}/login")
    await walk(ada, site)
    assert elsewhere.visits == []


@pytest.mark.parametrize("status", [302, 303])
async def test_the_walk_ends_at_the_callback(ada, site, status):
    """The issuer is not asked; the query may have changed, and a planted parameter is a list."""
    site.pages["/access"] = sends_to("http://issuer.example/callback/1?a=1&a=2&b=#c", status)
    walked = await walk(ada, site)
    assert walked.exchange.landing.parameters == {"a": ["1", "2"], "b": ""}
    assert heard(site) == ["GET /access"]


async def test_what_stands_in_the_fragment_is_not_told(ada, site):
    """The issuer's server never gets to see it."""
    site.pages["/access"] = sends_to("http://issuer.example/callback/1#access_token=a")
    assert (await walk(ada, site)).exchange.landing.parameters == {}


@pytest.mark.parametrize(
    "page", [sends_to("/access"), sends_to("?next"), LOGIN], ids=["itself", "query", "login"]
)
async def test_a_walk_that_leads_in_circles_ends(ada, site, page):
    """After a dozen pages at most."""
    site.pages = {"/access": page, "/login": sends_to("/access")}
    walked = await walk(ada, site)
    assert walked.exchange.landing is None
    assert len(site.visits) <= MOST_PAGES + 1


async def test_a_login_is_tried_once(ada, site):
    """A wrong password is not sent again and again."""
    site.pages = {"/access": LOGIN, "/login": LOGIN}
    walked = await walk(ada, site)
    assert heard(site) == ["GET /access", "POST /login"]
    assert not walked.acted


async def test_the_earner_answers_once(ada, site):
    """A page that asks again after the answer is where the walk ends."""
    site.pages = {"/access": ASKS, "/accept": ASKS}
    walked = await walk(ada, site)
    assert heard(site) == ["GET /access", "POST /accept"]
    assert walked.acted


@pytest.mark.parametrize(
    "page",
    [
        web.Response(status=500, text="Oops"),
        web.Response(text=ASKS, content_type="text/plain"),
        web.Response(status=302),
        web.Response(body=b"\xff\xfe\x00<form", content_type="text/html"),
        "",
    ],
    ids=["500", "no HTML", "no Location", "rubbish", "empty"],
)
async def test_a_page_that_asks_nothing_ends_the_walk(ada, site, page):
    """The exchange that it ended with is what is judged."""
    site.pages["/access"] = page
    walked = await walk(ada, site)
    assert heard(site) == ["GET /access"]
    assert (walked.acted, walked.exchange.landing) == (False, None)


async def test_a_form_that_is_sent_by_get_replaces_the_query(ada, site):
    """As browsers do it."""
    site.pages["/access"] = "<form action='/go?a=1#x'><button name=b value='2 &'>Allow</button>"
    await walk(ada, site)
    assert heard(site) == ["GET /access", "GET /go?b=2+%26"]


async def test_pages_of_their_own_are_opened_after_a_login(ada, site):
    """The settings page needs a login."""
    backpack(site, CALLBACK)
    page = await ada.page(f"{site.url}/access")
    assert b"Allow?" in page.answer.body
    assert heard(site) == ["GET /access", "POST /login", "GET /access"]


async def test_a_walk_is_in_the_wire_log(ada, wire, site):
    """Every page in order, and the landing at the last."""
    backpack(site, CALLBACK)
    walked = await walk(ada, site)
    assert [exchange.number for exchange in wire.exchanges] == [1, 2, 3, 4]
    assert wire.exchanges[-1] == walked.exchange
    assert [exchange.landing is None for exchange in wire.exchanges] == [True, True, True, False]


async def test_a_redirect_to_what_is_no_url_leads_nowhere(ada: Browser, site: Site):
    """The walk ends there, and the suite does not break."""
    site.pages = {"/access": sends_to("http://[::1/callback")}
    ended = await walk(ada, site)
    assert ended.exchange.answer is not None
    assert ended.exchange.answer.status == 302
    assert not ended.acted
