"""Ways of pages that lead on by themselves, by beginning again, or by a recipe."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from conformance.target.browser.browser import Browser, ConsentResult
from conformance.target.browser.onward import page_of
from conformance.target.browser.revocation import revoke
from conformance.target.http.client import Wire
from conformance.target.pages.forms import Act
from conformance.target.pages.reader import EarnerAccount
from conformance.target.pages.recipe import Recipe
from tests.conformance.sites import Says, Site, Visit, open_site, sends_to

pytestmark = pytest.mark.anyio

CALLBACK = "http://issuer.example/callback/1"
TOLD = f"{CALLBACK}?access_token=a&expires=3600"
ASKS = """<form id=login hidden><input name=email></form><form id=yes method=post action=/accept>
<button>Allow</button></form>"""
LOGIN = """<form id=login method=post action=/enter><input type=email name=email>
<input type=password name=password></form>"""
WITH_SCRIPT = "<script>location = '/x'</script><p>One moment"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A Backpack of a few pages."""
    async with open_site() as site:
        yield site


def browser(wire: Wire, *steps: dict[str, object]) -> Browser:
    """The browser of an earner, perhaps with a recipe."""
    ada = EarnerAccount("ada", "ada@example.org", "difference engine")
    return Browser(wire, ada, reader=Recipe.read(steps)) if steps else Browser(wire, ada)


async def walk(browser: Browser, site: Site, act: Act = Act.GRANT) -> ConsentResult:
    """Ask for access."""
    return await browser.consent(f"{site.url}/access", CALLBACK, act)


def html(text: str, **headers: str) -> web.Response:
    """A page with headers of its own."""
    return web.Response(text=text, content_type="text/html", headers=headers)


@pytest.mark.parametrize(
    "page",
    [
        f'<meta http-equiv="refresh" content="0; url={TOLD}">',
        f"<META HTTP-EQUIV=Refresh CONTENT=\"3;URL='{TOLD}'\"><form method=post><button>Log out",
        f"<noscript><meta http-equiv=refresh content='1,{TOLD}'></noscript>",
        html("<p>Thanks", Refresh=f"0; url={TOLD}"),
    ],
    ids=["meta", "quoted", "noscript", "header"],
)
async def test_a_page_that_goes_on_by_itself_is_followed(wire, site, page):
    """As a browser does it, without any script."""
    site.pages = {"/access": ASKS, "/accept": page}
    walked = await walk(browser(wire), site)
    assert walked.exchange.landing.parameters["access_token"] == "a"
    assert walked.acted


async def test_a_page_may_go_on_to_another_page(wire, site):
    """Such as after login; a page that reloads itself, or redirects much later, stays."""
    site.pages = {
        "/access": "<meta http-equiv=refresh content='0;url=/consent'>",
        "/consent": f"<meta http-equiv=refresh content='1800;url=/bye'>{ASKS}",
        "/accept": "<meta http-equiv=refresh content=5><meta http-equiv=refresh content=5;accept>",
    }
    walked = await walk(browser(wire), site)
    assert list(map(str, site.visits)) == ["GET /access", "GET /consent", "POST /accept"]
    assert walked.exchange.landing is None


async def test_a_page_goes_on_to_no_other_host(wire, site):
    """Nothing is sent there."""
    async with open_site() as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        site.pages["/access"] = f"<meta http-equiv=refresh content='0;url={elsewhere}/x'>"
        await walk(browser(wire), site)
        assert other.visits == []


def enter(visit: Visit) -> Says:
    """Log in, and answer with JSON."""
    answer = web.json_response({"email": visit.form["email"]})
    answer.headers["Set-Cookie"] = "who=ada; Path=/"
    return answer


STEPS = (
    {"form": "#login", "fields": {"[name=email]": "$email"}},
    {"open": "access"},
    {"form": "#yes", "grant": "button", "deny": "button"},
)


async def test_a_recipe_opens_the_access_page_again(wire, site):
    """After a login that does not lead on; a login that is hidden by then is not there."""
    site.pages = {
        "/access": lambda visit: ASKS if "who=" in visit.headers.get("Cookie", "") else LOGIN,
        "/enter": enter,
        "/accept": sends_to(TOLD),
    }
    ada = browser(wire, *STEPS)
    walked = await walk(ada, site)
    first = ["GET /access", "POST /enter", "GET /access", "POST /accept"]
    assert list(map(str, site.visits)) == first
    assert walked.exchange.landing.parameters["access_token"] == "a"
    again = await walk(ada, site)
    assert list(map(str, site.visits)) == [*first, "GET /access", "POST /accept"]
    assert again.exchange.landing is not None


async def test_it_is_opened_again_once(wire, site):
    """A login that never works is reported."""
    site.pages = {"/access": LOGIN, "/enter": web.json_response({"error": "no"})}
    walked = await walk(browser(wire, *STEPS), site)
    assert list(map(str, site.visits)) == ["GET /access", "POST /enter", "GET /access"]
    assert walked.dead_end.why.startswith("step 1 (unnamed) was done, but its form appeared again")


@pytest.mark.parametrize("hides", ["hidden", "style='display: NONE'", "style='visibility:hidden'"])
async def test_what_is_hidden_is_not_there(wire, site, hides):
    """Hidden by itself or by its parents; for a recipe, and for a page without one."""
    site.pages = {"/access": f"<div {hides}>{LOGIN}</div>{ASKS}", "/accept": sends_to(TOLD)}
    for ada in (browser(wire), browser(wire, *STEPS)):
        assert (await walk(ada, site)).exchange.landing is not None
    assert "POST /enter" not in map(str, site.visits)


ROW = """<li class=grant>{} <form method=post action=/end/{}><button>Z</button>
<button name=how value=all>Y</button></form></li>"""
ROWS = ROW.format("http://a.example:81", 1) + ROW.format("http://a.example", 2)
TAKE_BACK = ({"row": ".grant", "press": "[value=all]"}, {"form": "#sure", "press": ".yes"})


async def test_a_recipe_says_what_revokes(wire, site):
    """In the row that names just the origin, and on the page that asks."""
    site.pages = {
        "/settings": ROWS,
        "/end/2": "<form id=sure method=post action=/sure><button>N</button><button class=yes>J",
        "/sure": sends_to("/settings"),
    }
    url = f"{site.url}/settings"
    ended = await revoke(browser(wire), url, "http://a.example", TAKE_BACK)
    assert ended.dead_end is None
    assert list(map(str, site.visits))[:3] == ["GET /settings", "POST /end/2", "POST /sure"]
    assert site.visits[1].form == {"how": "all"}


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        (({"row": ".issuer", "press": "button"},), "finds no row of the origin '.issuer'"),
        (({"form": "[action='$host']"},), "finds no form '[action='a.example']'"),
        (({"row": ".grant", "press": "a"},), "finds no button or link 'a'"),
        ((*TAKE_BACK,), "step 2 (unnamed) finds no form '#sure'"),
    ],
)
async def test_a_selector_that_finds_nothing_is_told(wire, site, steps, says):
    """Which it is, on which page, what is there, and which recipe to mend."""
    site.pages = {"/settings": f"<title>S</title>{ROWS}", "/end/2": "<title>E</title>Done"}
    ended = await revoke(browser(wire), f"{site.url}/settings", "http://a.example", steps)
    assert says.replace("'[action='a.example']'", "\"[action='a.example']\"") in ended.dead_end.why
    assert "it contains: " in ended.dead_end.why
    assert "[[revoke]]" in ended.dead_end.advice


async def test_a_button_that_turns_out_to_be_for_something_else_is_no_failure(wire, site):
    """Nothing that is read on it says that it revokes, and the page shows the origin as before."""
    around = "<div><p>http://a.example</p><form method=post action=/save><button>{}</button></form>"
    site.pages = {"/settings": around.format("Speichern"), "/save": sends_to("/settings", 303)}
    ended = await revoke(browser(wire), f"{site.url}/settings", "http://a.example")
    assert "but the origin is still on" in ended.dead_end.why
    site.pages["/settings"] = around.format("Revoke")
    assert (
        await revoke(browser(wire), f"{site.url}/settings", "http://a.example")
    ).dead_end is None


async def test_a_settings_page_that_is_no_page_is_told(wire, site):
    """With the option that says where it is."""
    ended = await revoke(browser(wire), f"{site.url}/settings", "http://a.example")
    assert "responded with 404" in ended.dead_end.why
    assert "--settings" in ended.dead_end.advice


async def test_the_header_says_in_which_characters_a_page_is_written(wire, site):
    """Japanese as Japanese sites wrote it."""
    body = "<title>設定</title><button>許可</button>".encode("shift_jis")
    kind = {"Content-Type": "text/html; charset=Shift_JIS"}
    site.pages["/access"] = web.Response(body=body, headers=kind)
    assert page_of((await walk(browser(wire), site)).exchange).title == "設定"
