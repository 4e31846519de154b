"""How an earner revokes access of an origin on the settings page."""

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
"""Confirmation pages that are answered at most."""


@frozen
class RevocationResult:
    """The result of revoking access on the settings page."""

    exchange: Exchange
    """The last exchange."""
    dead_end: DeadEnd | None = None
    """Why revoking failed; ``None`` when everything necessary was pressed."""


def _filled(control: Control, page: Page, browser: Browser) -> PageAction:
    """Press a button, and enter the credentials if its form asks for them again."""
    checked_boxes: Entries = tuple((box, True) for box in control.boxes)
    action = PageAction("take back", control, entries=checked_boxes)
    login = page.login_of(control)
    if login is None:
        return action
    earner = browser.earner
    entries: Entries = (*checked_boxes, *login.entries(earner.email, earner.password))
    return evolve(action, control=login.filled(earner.email, earner.password), entries=entries)


@define
class PlainTab:
    """A tab without scripts, which sends requests with the earner's browser."""

    browser: Browser
    _exchange: Exchange | None = None

    @property
    def exchange(self) -> Exchange:
        """The exchange that returned the page."""
        return self._exchange or self.browser.wire.exchanges[-1]

    async def open(self, url: str) -> Page | None:
        """The page at a URL, after logging in if necessary."""
        self._exchange = await self.browser.page(url)
        return page_of(self._exchange)

    async def press(self, action: PageAction) -> Page | None:
        """The page after submitting a form or following a link."""
        exchange = await self.browser.press(action.control)
        self._exchange = await self.browser.follow(exchange, NOWHERE, acted=True)
        return page_of(self._exchange)

    def refuses(self, control: Control) -> DeadEnd | None:
        """Why a control cannot be pressed here; ``None`` if it can."""
        return self.browser.refuses(control, self.exchange.request.url)


def tab_of(browser: Browser) -> AbstractAsyncContextManager[Tab]:
    """A tab of the earner's browser, in Chromium if a driver is set."""
    return nullcontext(PlainTab(browser)) if browser.driver is None else browser.driver.tab(browser)


async def revoke(
    browser: Browser, settings: str, origin: str, recipe: Sequence[Mapping[str, Any]] = ()
) -> RevocationResult:
    """Revoke all grants of an origin that the settings page shows.

    ``recipe`` contains the steps of ``[[revoke]]``; without steps, the page is read.
    """
    strategy: RevocationStrategy = (
        RecipeRevocation(Recipe.read(recipe, origin)) if recipe else HeuristicRevocation(origin)
    )
    async with tab_of(browser) as tab:
        page = await tab.open(settings)
        grants, dead_end = strategy.grants(page) if page else _no_page(tab.exchange)
        exchange = tab.exchange
        for remaining in range(grants - 1, -1, -1):
            if page is None or dead_end is not None:
                break
            first, is_certain = len(browser.wire.exchanges), strategy.is_certain(page)
            dead_end, exchange = await strategy.revoke_first(tab, page, browser), tab.exchange
            is_doubtful = not is_certain or _only_reads(browser.wire.exchanges[first:])
            page = await tab.open(settings) if remaining or is_doubtful else None
            if page is not None and is_doubtful and strategy.grants(page)[0] > remaining:
                dead_end = dead_end or _without_effect(page, origin)
            if page is not None and strategy.grants(page)[0] == 0:
                break
        return RevocationResult(exchange, dead_end)


def _only_reads(exchanges: Sequence[Exchange]) -> bool:
    """Whether nothing was posted: a link may have led to a page that changes nothing."""
    return all(exchange.request.method == "GET" for exchange in exchanges)


def _without_effect(page: Page, origin: str) -> DeadEnd:
    why = f"the control for {origin} was pressed, but the origin is still on {page.described()}"
    return DeadEnd(f"{why}; it contains: {inventory(page)}", SHOW_ORIGIN)


def _no_page(exchange: Exchange) -> tuple[int, DeadEnd]:
    status = exchange.answer.status if exchange.answer else exchange.trouble
    why = f"{exchange.request.url.partition('?')[0]} responded with {status}, not with a page"
    return 0, DeadEnd(why, ELSEWHERE)


class RevocationStrategy(Protocol):
    """How to revoke access on the pages of a target."""

    def grants(self, page: Page) -> tuple[int, DeadEnd | None]:
        """The number of grants of the origin on a settings page; with 0, why there is none."""

    def is_certain(self, page: Page) -> bool:
        """Whether the first control certainly revokes access, so that no effect is a defect."""

    async def revoke_first(self, tab: Tab, page: Page, browser: Browser) -> DeadEnd | None:
        """Revoke the first grant; the reason if that is impossible."""


@frozen
class HeuristicRevocation:
    """Find the controls by labels and structure of the page."""

    origin: str

    def grants(self, page: Page) -> tuple[int, DeadEnd | None]:
        """The number of buttons of the origin."""
        controls = revoke_controls(page, self.origin)
        return (0, controls) if isinstance(controls, DeadEnd) else (len(controls), None)

    def is_certain(self, page: Page) -> bool:
        """Whether the label says so, in a language of the word lists."""
        controls = revoke_controls(page, self.origin)
        return not isinstance(controls, DeadEnd) and is_labelled_revoke(controls[0])

    async def revoke_first(self, tab: Tab, page: Page, browser: Browser) -> DeadEnd | None:
        """Press the button, and confirm on pages that ask for confirmation."""
        controls = revoke_controls(page, self.origin)
        control = controls if isinstance(controls, DeadEnd) else controls[0]
        known = control_keys(page)
        for _ in range(MOST_QUESTIONS):
            if isinstance(control, DeadEnd):
                return control
            if refused := tab.refuses(control):
                return refused
            next_page = await tab.press(_filled(control, page, browser))
            if next_page is None:
                return None
            page, confirm = next_page, confirm_control(next_page, known, self.origin)
            if confirm is None:
                return None
            control = confirm
        return None


@frozen
class RecipeRevocation:
    """Follow the steps of a recipe."""

    recipe: Recipe

    def grants(self, page: Page) -> tuple[int, DeadEnd | None]:
        """The number of places that match the first step."""
        step = self.recipe.step_for(page, ())
        return (0, step) if isinstance(step, DeadEnd) else (len(step.places(page)), None)

    def is_certain(self, page: Page) -> bool:  # noqa: ARG002 - required by RevocationStrategy
        """Always: somebody who knows the page wrote the recipe."""
        return True

    async def revoke_first(self, tab: Tab, page: Page, browser: Browser) -> DeadEnd | None:
        """Do all steps in order."""
        goal, actions = WalkGoal(Act.LOOK, NOWHERE, browser.earner), list[PageAction | Reopen]()
        current: Page | None = page
        start = page.url
        for _ in range(MOST_PAGES):
            if self.recipe.is_done(actions):
                return None
            here = current or Page.of_text(tab.exchange.request.url, "")
            action = self.recipe.next(here, goal, actions)
            if isinstance(action, DeadEnd):
                return action
            if isinstance(action, PageAction) and (refused := tab.refuses(action.control)):
                return refused
            actions.append(action)
            current = await (tab.open(start) if isinstance(action, Reopen) else tab.press(action))
        return None


def pressed_to_revoke(
    page: Page, origin: str, recipe: Sequence[Mapping[str, Any]], browser: Browser
) -> Control | DeadEnd:
    """The first control to press on a settings page, as a form or link that can be sent."""
    if recipe:
        goal = WalkGoal(Act.LOOK, NOWHERE, browser.earner)
        action = Recipe.read(recipe, origin).next(page, goal, ())
        control = action.control if isinstance(action, PageAction) else action
    else:
        controls = revoke_controls(page, origin)
        control = controls if isinstance(controls, DeadEnd) else controls[0]
    if isinstance(control, Control) and control.method != SCRIPT:
        return control
    return control if isinstance(control, DeadEnd) else DeadEnd("it needs a script")
