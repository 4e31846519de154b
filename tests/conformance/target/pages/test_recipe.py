"""A consent recipe works on pages of any kind, and reports where it fails."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from conformance.target.browser.browser import Browser, ConsentResult
from conformance.target.browser.chromium import Chromium
from conformance.target.browser.driver import ChromiumDriver
from conformance.target.browser.onward import page_of
from conformance.target.configuration.file import read_target
from conformance.target.http.client import Client, Wire
from conformance.target.pages.forms import Act, Page
from conformance.target.pages.reader import DeadEnd, EarnerAccount, PageAction, WalkGoal, answer_of
from conformance.target.pages.recipe import Recipe
from tests.conformance.foreign import written
from tests.conftest import needs_browser
from tests.miniatures.foreign import EndlessPages, ForeignBackpack, GermanPages, ScriptedPages

pytestmark = pytest.mark.anyio

CALLBACK = "http://127.0.0.1:9/callback/1"
ADA = EarnerAccount("ada", "ada@example.org", "difference engine")


@pytest.fixture
def foreign() -> Iterator[ForeignBackpack]:
    """A Backpack in German."""
    with ForeignBackpack(GermanPages) as backpack:
        yield backpack


@pytest.fixture
async def chromium() -> AsyncIterator[Chromium]:
    """A browser, once it is needed."""
    chromium = Chromium()
    yield chromium
    await chromium.close()


def recipe(tmp_path: Path, replaced: dict[str, str] | None = None) -> Recipe:
    """The recipe for it; a wrong one, where something is replaced."""
    file = tmp_path / "target.toml"
    file.write_text(written("http://127.0.0.1", replaced or {}))
    return Recipe.read(read_target(file).value["consent"])


async def walk(root: str, browser: Browser, act: Act = Act.GRANT) -> ConsentResult:
    """Ask for access."""
    return await browser.consent(f"{root}/zugang?scope=issue&callback={CALLBACK}", CALLBACK, act)


@pytest.mark.parametrize(("act", "parameter"), [(Act.GRANT, "access_token"), (Act.DENY, "error")])
async def test_the_earner_grants_and_denies(foreign, wire, tmp_path, act, parameter):
    """In two steps of a login, with a box to tick and a token from the head of the page."""
    walked = await walk(foreign.root, Browser(wire, ADA, reader=recipe(tmp_path)), act)
    assert parameter in walked.exchange.landing.parameters
    assert walked.acted


async def test_nobody_guesses_this_way(foreign, wire):
    """Without a recipe the earner does not even get in: it is what the tests need."""
    walked = await walk(foreign.root, Browser(wire, ADA))
    assert walked.exchange.landing is None


async def test_steps_are_passed_over_where_a_later_one_is_there(foreign, wire, tmp_path):
    """If the earner is logged in, the recipe continues with the consent."""
    ada = Browser(wire, ADA, reader=recipe(tmp_path))
    await walk(foreign.root, ada)
    before = len(wire.exchanges)
    walked = await walk(foreign.root, ada)
    assert "access_token" in walked.exchange.landing.parameters
    assert len(wire.exchanges) == before + 2


async def test_the_earner_only_looks(foreign, wire, tmp_path):
    """The consent page is where the walk ends, and so it is with any other page."""
    ada = Browser(wire, ADA, reader=recipe(tmp_path))
    walked = await walk(foreign.root, ada, Act.LOOK)
    assert page_of(walked.exchange).title == "Freigabe"
    assert not walked.acted
    assert page_of(await ada.page(f"{foreign.root}/einstellungen")).title == "Einstellungen"


WRONG = {
    "form": ({"#kennung": "#konto"}, "step 1 (say who) finds no form '#konto'", "Anmeldung"),
    "field": (
        {"[name=losung]": "[name=passwort]"},
        "step 2 (say the password) finds no field '[name=passwort]'",
        "Losung",
    ),
    "press": (
        {"button.los": "button.weiter"},
        "step 1 (say who) finds no button or link 'button.weiter'",
        "Anmeldung",
    ),
    "token": (
        {"meta[name=wache]": "meta[name=csrf]"},
        "step 1 (say who) finds no token (content) 'meta[name=csrf]'",
        "Anmeldung",
    ),
    "answer": (
        {"#freigabe": "#erlaubnis"},
        "step 3 (answer) finds no form '#erlaubnis'",
        "Freigabe",
    ),
    "grant": ({"value=x1": "value=ja"}, "step 3 (answer) finds no button or link", "Freigabe"),
}
THERE = {
    "Anmeldung": 'form#kennung with fields input[name="wer"] with buttons button.los',
    "Losung": 'input[name="losung"], input[name="einverstanden"][value="ja"]',
    "Freigabe": 'form#freigabe with fields select[name="dauer"] with buttons button[name="urteil"]',
}


@pytest.mark.parametrize(("replaced", "says", "title"), WRONG.values(), ids=WRONG)
async def test_a_selector_that_finds_nothing_is_told(
    foreign, wire, tmp_path, replaced, says, title
):
    """Which it is, on which page, and what is there."""
    walked = await walk(foreign.root, Browser(wire, ADA, reader=recipe(tmp_path, replaced)))
    assert walked.exchange.landing is None
    assert walked.dead_end.why.startswith(says)
    assert f"on {foreign.root}/" in walked.dead_end.why
    assert f"a page called '{title}'" in walked.dead_end.why
    assert THERE[title] in walked.dead_end.why
    assert "[[consent]]" in walked.dead_end.advice


async def test_a_wrong_password_is_told(foreign, wire, tmp_path):
    """It is tried once; the message quotes the page that came back."""
    other = EarnerAccount("ada", "ada@example.org", "analytical engine")
    walked = await walk(foreign.root, Browser(wire, other, reader=recipe(tmp_path)))
    assert "Das passt nicht zusammen." in walked.dead_end.why
    assert "step 1" in walked.dead_end.why or "step 2" in walked.dead_end.why
    assert "--earner" in walked.dead_end.advice
    assert [exchange.request.method for exchange in wire.exchanges].count("POST") == 2


async def test_a_consent_page_that_comes_again_is_told(wire, tmp_path):
    """The walk ends, and the answer was given once."""
    with ForeignBackpack(EndlessPages) as backpack:
        walked = await walk(backpack.root, Browser(wire, ADA, reader=recipe(tmp_path)))
    assert walked.dead_end.why.startswith("step 3 (answer) was done, but its form appeared again")
    assert [exchange.request.url for exchange in wire.exchanges].count(
        f"{backpack.root}/freigabe"
    ) == 1


PAGE = """<title>T</title><form id=f action=/go method=post><input type=hidden name=h value=1>
<input type=checkbox name=c value=a checked><input type=checkbox name=c value=b>
<input type=radio name=r value=x checked><input type=radio name=r value=y>
<input name=n><select name=s><option>1<option>2</select><button name=go value=now>Go</button></form>
<a id=no href='/no?a=1'>No</a><meta name=t content=secret>"""


def made(**step: object) -> PageAction | DeadEnd:
    """The result of a one-step recipe on a page."""
    whole = {"form": "#f", "grant": "button", "deny": "#no", **step}
    return Recipe.read([whole]).next(
        Page.of_text("http://b.example/p", PAGE),
        WalkGoal(Act(step.get("act", "grant")), "", ADA),
        (),
    )


def fields(**step: object) -> list[tuple[str, str]]:
    """The fields that are sent."""
    move = made(**step)
    assert isinstance(move, PageAction), move
    return list(move.control.fields.items())


def test_a_form_is_filled_in():
    """Texts are filled in, boxes are ticked or not, other fields stay."""
    filled = fields(
        fields={
            "[name=n]": "$email",
            "[name=s]": "2",
            "[value=a]": False,
            "[value=b]": True,
            "[value=y]": True,
        }
    )
    assert sorted(filled) == [
        ("c", "b"),
        ("go", "now"),
        ("h", "1"),
        ("n", "ada@example.org"),
        ("r", "y"),
        ("s", "2"),
    ]


def test_a_token_may_be_sent_in_a_header():
    """As scripts do it."""
    move = made(token={"from": "meta[name=t]", "header": "X-Token"})
    assert isinstance(move, PageAction)
    assert move.control.headers == (("X-Token", "secret"),)


def test_an_answer_may_be_a_link():
    """It is followed by GET."""
    move = made(act="deny")
    assert isinstance(move, PageAction)
    assert (move.control.method, move.control.url) == ("GET", "http://b.example/no?a=1")
    assert answer_of([move]) == move.control


@pytest.mark.slow
@needs_browser
@pytest.mark.parametrize(("act", "parameter"), [(Act.GRANT, "access_token"), (Act.DENY, "error")])
async def test_chromium_follows_the_same_recipe(client: Client, tmp_path, chromium, act, parameter):
    """Through pages that a script makes; its cookies and exchanges are those of the browser."""
    with ForeignBackpack(ScriptedPages) as backpack:
        found, wire = recipe(tmp_path), Wire(client)
        plain = await walk(backpack.root, Browser(wire, ADA, reader=found))
        assert "finds no form '#kennung'" in plain.dead_end.why
        ada = Browser(wire, ADA, reader=found, driver=ChromiumDriver(chromium))
        walked = await walk(backpack.root, ada, act)
        assert parameter in walked.exchange.landing.parameters
        assert walked.acted
        assert walked.exchange.request.url == f"{backpack.root}/freigabe"
        assert walked.exchange.answer.status == 302
        again = len(wire.exchanges)
        await ada.get(f"{backpack.root}/einstellungen")
        assert page_of(wire.exchanges[again]).title == "Einstellungen"


@pytest.mark.slow
@needs_browser
async def test_chromium_tells_what_it_does_not_find(client: Client, tmp_path, chromium):
    """As the other walk does, of the page that the script has made."""
    with ForeignBackpack(ScriptedPages) as backpack:
        found = recipe(tmp_path, {"#freigabe": "#erlaubnis"})
        driver = ChromiumDriver(chromium)
        ada = Browser(Wire(client), ADA, reader=found, driver=driver)
        walked = await walk(backpack.root, ada)
    assert walked.dead_end.why.startswith("step 3 (answer) finds no form '#erlaubnis'")
    assert THERE["Freigabe"] in walked.dead_end.why


@pytest.mark.slow
@needs_browser
async def test_chromium_tells_a_target_that_is_not_there(client: Client, tmp_path, chromium):
    """No traceback, and an exchange without an answer."""
    found = recipe(tmp_path)
    ada = Browser(Wire(client), ADA, reader=found, driver=ChromiumDriver(chromium))
    walked = await walk("http://127.0.0.1:9", ada)
    assert "ERR_" in walked.dead_end.why
    assert walked.exchange.answer is None
