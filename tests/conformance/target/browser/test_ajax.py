"""Pages that log in, grant and revoke by script: judged in Chromium as any other."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from conformance.core.verdict import Outcome
from conformance.target.browser.browser import Browser, ConsentResult
from conformance.target.browser.chromium import Chromium
from conformance.target.browser.driver import ChromiumDriver
from conformance.target.browser.revocation import revoke
from conformance.target.http.client import Client, Wire
from conformance.target.pages.forms import Act
from conformance.target.pages.reader import EarnerAccount
from conformance.target.pages.recipe import Recipe
from tests.conftest import failed, needs_browser
from tests.miniatures.ajax import AjaxPages, scripted
from tests.miniatures.foreign import ACCOUNTS, ForeignBackpack
from tests.miniatures.plain.answer import Answer
from tests.miniatures.plain.pages import Pages

pytestmark = [pytest.mark.anyio, needs_browser, pytest.mark.slow]

CALLBACK = "http://127.0.0.1:9/callback/1"
ADA = EarnerAccount("ada", "ada@example.org", "difference engine")
STEPS = (
    {"form": "#login", "fields": {"[name=email]": "$email", "[name=password]": "$password"}},
    {"form": "#permission", "grant": ".yes", "deny": ".no"},
)
JUDGED = (
    "connect-denied",
    "connect-asks-first",
    "connect-twice",
    "safety-forged-consent",
    "revoke-ends-the-grant",
    "revoke-spares-others",
)


@pytest.fixture
async def chromium() -> AsyncIterator[Chromium]:
    """A browser, once it is needed."""
    chromium = Chromium()
    yield chromium
    await chromium.close()


@pytest.fixture
async def ada(client: Client, chromium: Chromium) -> Browser:
    """The browser of an earner."""
    reader = Recipe.read(STEPS)
    return Browser(Wire(client), ADA, reader=reader, driver=ChromiumDriver(chromium))


async def walk(browser: Browser, root: str, act: Act = Act.GRANT) -> ConsentResult:
    """Ask for access."""
    start = f"{root}/connect/ask?scope=issue&callback={CALLBACK}"
    return await browser.consent(start, CALLBACK, act)


async def test_the_page_is_judged_and_no_answer_of_a_script(ada):
    """Every answer is there, with its own headers; the last of the page is the one to judge."""
    with ForeignBackpack(AjaxPages) as backpack:
        looked = await walk(ada, backpack.root, Act.LOOK)
        denied = await walk(ada, backpack.root, Act.DENY)
    assert looked.exchange.answer.header("content-type").startswith("text/html")
    assert b'id="permission"' in looked.exchange.answer.body
    assert denied.exchange.landing.parameters == {"error": "access_denied"}
    assert denied.exchange.answer.status == 302
    heard = [
        (exchange.request.method, exchange.answer.header("content-type"))
        for exchange in ada.wire.exchanges
    ]
    assert next(kind for method, kind in heard if method == "POST") == "application/json"
    assert all(exchange.answer is not None for exchange in ada.wire.exchanges)


async def test_who_is_logged_in_is_not_asked_again(ada):
    """The hidden login of the page is not there."""
    with ForeignBackpack(AjaxPages) as backpack:
        await walk(ada, backpack.root)
        before = len(ada.wire.exchanges)
        walked = await walk(ada, backpack.root)
    assert "access_token" in walked.exchange.landing.parameters
    paths = [exchange.request.url.split("?")[0] for exchange in ada.wire.exchanges[before:]]
    assert paths == [f"{backpack.root}/connect/ask", f"{backpack.root}/connect/allow"]


async def test_a_wrong_password_is_told_in_the_words_of_the_page(ada, chromium):
    """The dialog is answered; no word of the browser's own log reaches the user."""
    other = EarnerAccount("ada", "ada@example.org", "analytical engine")
    browser = Browser(ada.wire, other, reader=ada.reader, driver=ChromiumDriver(chromium))
    with ForeignBackpack(AjaxPages) as backpack:
        walked = await walk(browser, backpack.root)
    assert walked.dead_end.why.startswith("step 1 (unnamed) was done, but its form appeared again")
    assert "Call log" not in walked.dead_end.why


@pytest.mark.parametrize(
    "recipe", [(), ({"row": "li", "press": "button"},)], ids=["read", "recipe"]
)
async def test_a_script_that_asks_takes_back(ada, recipe):
    """The button of the origin is pressed, the question answered, and no other origin revoked."""
    with ForeignBackpack(AjaxPages) as backpack:
        await walk(ada, backpack.root)
        other = CALLBACK.replace(":9/", ":99/")
        start = f"{backpack.root}/connect/ask?scope=issue&callback={other}"
        await ada.consent(start, other, Act.GRANT)
        vault = backpack.servers[0].RequestHandlerClass.args[1]
        assert [grant.origin for grant in vault.grants] == [
            "http://127.0.0.1:9",
            "http://127.0.0.1:99",
        ]
        ended = await revoke(ada, f"{backpack.root}/settings", "http://127.0.0.1:9", recipe)
        assert ended.dead_end is None
        assert [grant.origin for grant in vault.grants] == ["http://127.0.0.1:99"]


async def test_without_a_browser_the_way_out_is_named(ada):
    """The button works by a script only: ``--browser``."""
    plain = Browser(ada.wire, ADA, ada.jar, Recipe.read(STEPS))
    with ForeignBackpack(AjaxPages) as backpack:
        await walk(ada, backpack.root)
        ended = await revoke(plain, f"{backpack.root}/settings", "http://127.0.0.1:9")
    assert "'C'" in ended.dead_end.why
    assert "--browser" in ended.dead_end.advice


@pytest.mark.exhaustive
def test_scenarios_are_judged(judge_target, scenarios):
    """A right Backpack behind such pages passes, what a stranger may send included."""
    chosen = [scenario for scenario in scenarios if scenario.name.partition("[")[0] in JUDGED]
    with ForeignBackpack(AjaxPages) as backpack:
        found = judge_target(
            backpack.root, chosen, browser=True, accounts=ACCOUNTS, reader=Recipe.read(STEPS)
        )
    assert failed(found) == set()
    assert all(outcomes == {Outcome.PASSED} for outcomes in found.values()), found
    assert set(found) >= {"BC-SAFE-03", "BC-CONNECT-03", "BC-CONNECT-07", "BC-REVOKE-03"}


def test_a_form_that_takes_a_strangers_request_is_found_out(judge_target, scenarios):
    """The same in Chromium: the page was judged, and not only opened."""

    class Careless(AjaxPages):
        def belongs(self, *_: object) -> bool:
            return True

    chosen = [
        scenario for scenario in scenarios if scenario.name.startswith("safety-forged-consent")
    ]
    with ForeignBackpack(Careless) as backpack:
        found = judge_target(
            backpack.root, chosen, browser=True, accounts=ACCOUNTS, reader=Recipe.read(STEPS)
        )
    assert failed(found) == {"BC-SAFE-03"}


async def test_pages_of_scripts_are_read_without_a_recipe(client, chromium):
    """As in the plain browser, where their words are English."""
    ada = Browser(Wire(client), ADA, driver=ChromiumDriver(chromium))
    with ForeignBackpack(EnglishPages) as backpack:
        walked = await walk(ada, backpack.root)
        assert "access_token" in walked.exchange.landing.parameters
        ended = await revoke(ada, f"{backpack.root}/settings", "http://127.0.0.1:9")
    assert ended.dead_end is None


class EnglishPages(Pages):
    """Pages that show nothing before a script has run."""

    def ask(self) -> Answer:
        return late(super().ask())

    def login_page(self) -> Answer:
        return late(super().login_page())

    def settings(self) -> Answer:
        return late(super().settings())


def late(answer: Answer) -> Answer:
    """The same page, put there by a script half a second later."""
    if answer.status != 200:
        return answer
    put = f"setTimeout(() => document.body.innerHTML = {json.dumps(answer.content.decode())}, 500)"
    return scripted(replace(answer, content=f"<body><script>{put}</script>".encode()))
