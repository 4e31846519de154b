"""The way on which an earner takes the permission of an origin back, on their settings page."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, Protocol, TypeAlias

from attrs import define, evolve, frozen
from bs4 import Tag

from conformance.core.exchange import Exchange
from conformance.target.browser.browser import MOST_PAGES, NOWHERE, Browser, Tab
from conformance.target.browser.onward import page_of
from conformance.target.pages.confirming import confirm_control, control_keys
from conformance.target.pages.forms import SCRIPT, Act, Control, Page
from conformance.target.pages.inventory import inventory
from conformance.target.pages.reader import DeadEnd, PageAction, Reopen, WalkGoal
from conformance.target.pages.recipe import Recipe
from conformance.target.pages.settings import SHOW_ORIGIN, is_labelled_revoke, revoke_controls

ELSEWHERE = (
    "Is the settings page at another path? Set --settings PATH (BACKPACK_SETTINGS, pages.settings)."
)
Entries: TypeAlias = tuple[tuple[Tag, str | bool], ...]
MOST_QUESTIONS = 3
"""Pages that may ask whether the earner means it."""


@frozen
class RevocationResult:
    """What came of it."""

    exchange: Exchange
    """The last one."""
    lost: DeadEnd | None = None
    """Why nothing was revoked; ``None`` when everything was pressed that there was to press."""


def _filled(control: Control, page: Page, browser: Browser) -> PageAction:
    """A button pressed in a form that may ask for the password once more."""
    ticked: Entries = tuple((box, True) for box in control.boxes)
    move = PageAction("take back", control, entries=ticked)
    login = page.login_of(control)
    if login is None:
        return move
    who = browser.earner
    entries: Entries = (*ticked, *login.entries(who.email, who.password))
    return evolve(move, control=login.filled(who.email, who.password), entries=entries)


@define
class PlainTab:
    """Pages without scripts; what is pressed is sent by the earner's own browser."""

    browser: Browser
    _exchange: Exchange | None = None

    @property
    def exchange(self) -> Exchange:
        """The exchange that the page came with."""
        return self._exchange or self.browser.wire.exchanges[-1]

    async def open(self, url: str) -> Page | None:
        """The page at a URL, after a login if need be."""
        self._exchange = await self.browser.page(url)
        return page_of(self._exchange)

    async def press(self, move: PageAction) -> Page | None:
        """The page that comes after a form was sent or a link was followed."""
        sent = await self.browser.press(move.control)
        self._exchange = await self.browser.follow(sent, NOWHERE, acted=True)
        return page_of(self._exchange)

    def refuses(self, control: Control) -> DeadEnd | None:
        """Why something cannot be pressed here."""
        return self.browser.refuses(control, self.exchange.request.url)


def tab_of(browser: Browser) -> AbstractAsyncContextManager[Tab]:
    """A tab of the earner's browser: of the real one, where there is one."""
    return nullcontext(PlainTab(browser)) if browser.driver is None else browser.driver.tab(browser)


async def revoke(
    browser: Browser, settings: str, origin: str, recipe: Sequence[Mapping[str, Any]] = ()
) -> RevocationResult:
    """Take back what an earner has granted to an origin, every grant that the page shows.

    ``recipe`` are the steps of ``[[revoke]]``; without any the page is read.
    """
    way: RevocationStrategy = (
        RecipeRevocation(Recipe.read(recipe, origin)) if recipe else HeuristicRevocation(origin)
    )
    async with tab_of(browser) as tab:
        page = await tab.open(settings)
        grants, lost = way.grants(page) if page else _no_page(tab.exchange)
        ended = tab.exchange
        for left in range(grants - 1, -1, -1):
            if page is None or lost is not None:
                break
            sent, is_sure = len(browser.wire.exchanges), way.is_sure(page)
            lost, ended = await way.take_back(tab, page, browser), tab.exchange
            is_doubtful = not is_sure or _only_looked(browser.wire.exchanges[sent:])
            page = await tab.open(settings) if left or is_doubtful else None
            if page is not None and is_doubtful and way.grants(page)[0] > left:
                lost = lost or _in_vain(page, origin)
            if page is not None and way.grants(page)[0] == 0:
                break
        return RevocationResult(ended, lost)


def _only_looked(exchanges: Sequence[Exchange]) -> bool:
    """Whether nothing was posted: what was followed may have led to a page that only tells."""
    return all(one.request.method == "GET" for one in exchanges)


def _in_vain(page: Page, origin: str) -> DeadEnd:
    why = f"the control for {origin} was pressed, but the origin is still on {page.described()}"
    return DeadEnd(f"{why}; it contains: {inventory(page)}", SHOW_ORIGIN)


def _no_page(exchange: Exchange) -> tuple[int, DeadEnd]:
    status = exchange.answer.status if exchange.answer else exchange.trouble
    why = f"{exchange.request.url.partition('?')[0]} responded with {status}, not with a page"
    return 0, DeadEnd(why, ELSEWHERE)


class RevocationStrategy(Protocol):
    """How it is done on the pages of a target."""

    def grants(self, page: Page) -> tuple[int, DeadEnd | None]:
        """How many grants of the origin a settings page shows; with 0, why it shows none."""

    def is_sure(self, page: Page) -> bool:
        """Whether what is pressed first revokes for certain: if it does not, that is a fault."""

    async def take_back(self, tab: Tab, page: Page, browser: Browser) -> DeadEnd | None:
        """Take the first of them back; why it could not be done, or nothing."""


@frozen
class HeuristicRevocation:
    """The page is read as a person would read it."""

    origin: str

    def grants(self, page: Page) -> tuple[int, DeadEnd | None]:
        """As many as there are buttons of the origin."""
        found = revoke_controls(page, self.origin)
        return (0, found) if isinstance(found, DeadEnd) else (len(found), None)

    def is_sure(self, page: Page) -> bool:
        """It says so, in a language that we know some words of."""
        found = revoke_controls(page, self.origin)
        return not isinstance(found, DeadEnd) and is_labelled_revoke(found[0])

    async def take_back(self, tab: Tab, page: Page, browser: Browser) -> DeadEnd | None:
        """Press the button, and say yes to pages that ask whether that is meant."""
        found = revoke_controls(page, self.origin)
        control = found if isinstance(found, DeadEnd) else found[0]
        known = control_keys(page)
        for _ in range(MOST_QUESTIONS):
            if isinstance(control, DeadEnd):
                return control
            if refused := tab.refuses(control):
                return refused
            asked = await tab.press(_filled(control, page, browser))
            if asked is None:
                return None
            page, following = asked, confirm_control(asked, known, self.origin)
            if following is None:
                return None
            control = following
        return None


@frozen
class RecipeRevocation:
    """A recipe says what is pressed."""

    recipe: Recipe

    def grants(self, page: Page) -> tuple[int, DeadEnd | None]:
        """As many as the first step finds places for."""
        step = self.recipe.step_for(page, ())
        return (0, step) if isinstance(step, DeadEnd) else (len(step.places(page)), None)

    def is_sure(self, page: Page) -> bool:  # noqa: ARG002 - the recipe says so of every page
        """Somebody who knows the page has written it."""
        return True

    async def take_back(self, tab: Tab, page: Page, browser: Browser) -> DeadEnd | None:
        """One step after the other."""
        asked, done = WalkGoal(Act.LOOK, NOWHERE, browser.earner), list[PageAction | Reopen]()
        shown: Page | None = page
        start = page.url
        for _ in range(MOST_PAGES):
            if self.recipe.is_done(done):
                return None
            here = shown or Page.of_text(tab.exchange.request.url, "")
            move = self.recipe.next(here, asked, done)
            if isinstance(move, DeadEnd):
                return move
            if isinstance(move, PageAction) and (refused := tab.refuses(move.control)):
                return refused
            done.append(move)
            shown = await (tab.open(start) if isinstance(move, Reopen) else tab.press(move))
        return None


def pressed_to_revoke(
    page: Page, origin: str, recipe: Sequence[Mapping[str, Any]], browser: Browser
) -> Control | DeadEnd:
    """What is pressed first on a settings page, as a form or link that can be sent."""
    if recipe:
        asked = WalkGoal(Act.LOOK, NOWHERE, browser.earner)
        move = Recipe.read(recipe, origin).next(page, asked, ())
        found = move.control if isinstance(move, PageAction) else move
    else:
        controls = revoke_controls(page, origin)
        found = controls if isinstance(controls, DeadEnd) else controls[0]
    if isinstance(found, Control) and found.method != SCRIPT:
        return found
    return found if isinstance(found, DeadEnd) else DeadEnd("it needs a script")
