"""Call the Issuer API in a real browser, and lead an earner through the dialog that opens."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from attrs import define, field, frozen

from conformance.core.errors import HarnessError
from conformance.core.exchange import Exchange
from conformance.target.browser.browser import NOWHERE, Browser
from conformance.target.browser.chromium import TIMEOUT_MS, Chromium, plainly
from conformance.target.browser.chromium_tab import POLL_SECONDS, QUIET_SECONDS, act_on
from conformance.target.browser.driver import cookies_to_add, copy_cookies
from conformance.target.browser.snapshot import PageSnapshot
from conformance.target.browser.traffic import Traffic
from conformance.target.pages.dialog import DialogReader, Offered, Question
from conformance.target.pages.elements import text_of
from conformance.target.pages.forms import Act, Page
from conformance.target.pages.reader import PageAction, WalkGoal

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Frame
    from playwright.async_api import Page as Tab

MOST_SECONDS = 30.0
"""For a whole dialog."""
STILL_SECONDS = 0.3
"""A dialog in the full window has ended after so long without network traffic."""
OPENING_SECONDS = 5.0
"""Time for a dialog to appear: on a busy machine a frame or a window begins late."""
BUTTON_SECONDS = 5.0
"""Time for a dialog to enable its buttons."""
ANSWER_SECONDS = 3.0
"""Time for a page to change after an answer."""
LOADING_SECONDS = 15.0
"""Time for the next page to arrive after any other press, while something is being loaded."""
SENDING_SECONDS = 0.5
"""Time for a press to become a request."""
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Issuer</title>
<script>
const calls = [], messages = [];
const called = (errors, successes) => calls.push({errors, successes});
addEventListener("message", event => messages.push(JSON.stringify(event.data)));
</script>
%s</html>"""
CALL = """([name, assertions]) => { OpenBadges[name](assertions, called) }"""
FUNCTIONS = ("issue", "issue_no_modal")
KINDS = f"{json.dumps(FUNCTIONS)}.map(name => typeof (window.OpenBadges || {{}})[name])"


class Place(StrEnum):
    """Where the dialog asked."""

    FRAME = "frame"
    WINDOW = "window"
    PAGE = "page"
    """In place of the issuer's page."""


@frozen
class Plan:
    """What the earner does in the dialog."""

    badges: tuple[Offered, ...] = ()
    """Those about which the dialog has to ask."""
    refused: frozenset[str] = frozenset()
    looks: bool = False
    """Whether the earner stops at the first question."""
    needs_button: bool = True
    """Whether the question counts only when its button can be pressed."""


@define
class Course:
    """What happened in a dialog."""

    asked: list[str] = field(factory=list)
    """Labels of badges, in the order of the questions."""
    unseen: dict[str, list[str]] = field(factory=dict)
    """What a question did not show of its badge, by label."""
    markup: list[str] = field(factory=list)
    """Texts of badges that became elements of a page."""
    place: str = ""
    logged_in: bool = False
    """Whether the earner logged in within the dialog."""
    question: Question | None = None
    """The question at which the earner stopped."""
    question_url: str = ""


View: TypeAlias = "Frame"
"""A document of the target in the browser: of a tab, a frame or a window."""


@define(slots=False)
class Dialog:
    """An issuer's page in the earner's browser, and the dialog of the target."""

    browser: Browser
    root: str
    issuer: str
    """Host and port of the issuer's page."""
    reader: DialogReader
    context: "BrowserContext"
    tab: "Tab"
    traffic: Traffic
    pressed: set[str] = field(factory=set)
    _has_appeared: bool = False
    """Whether a document of the target was there."""
    _idle_looks: int = 0
    """How often nothing was left to do, one time after the other."""
    _waiting_since: float = 0.0
    _answered: tuple[str, float] = ("", 0.0)
    """The text of the page that was answered last, and when (``time.monotonic``)."""
    _left: tuple["Frame | None", str, float] = (None, "", 0.0)
    """The document in which something else was pressed last, its text, and when."""

    async def defined(self) -> dict[str, bool]:
        """Which functions of the Issuer API the script defines."""
        kinds = await self.tab.evaluate(KINDS)
        return {name: kind == "function" for name, kind in zip(FUNCTIONS, kinds, strict=True)}

    async def call(self, function: str, assertions: Sequence[str]) -> str:
        """Call a function of the script; the error that it throws, or ``""``."""
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        try:
            await self.tab.evaluate(CALL, [function, list(assertions)])
        except Error as error:
            return "" if not self._is_at_issuer() else plainly(error.message)
        finally:  # the call itself takes long on a busy machine
            self.traffic.last_activity = time.monotonic()
        return ""

    async def lead(self, plan: Plan, markers: Sequence[str] = ()) -> Course:
        """Answer all questions, until the callback is called or nothing is left to do.

        ``markers`` are ids of elements that badges try to smuggle into the page.
        """
        course, deadline = Course(), time.monotonic() + MOST_SECONDS
        while time.monotonic() < deadline:
            has_acted = False
            for view in self._views():
                if has_acted := await self._act(view, plan, course, markers):
                    break
            if course.question is not None:
                break
            self._idle_looks = 0 if has_acted else self._idle_looks + 1
            if not has_acted:
                if await self.calls() or self._has_ended(plan, course):
                    break
                await asyncio.sleep(POLL_SECONDS)
        return course

    async def calls(self) -> list[Mapping[str, Any]]:
        """The arguments of the callback, for each time that it was called."""
        return await self._of_issuer("calls")

    async def messages(self) -> list[str]:
        """The messages that the issuer's page received, as JSON."""
        return await self._of_issuer("messages")

    async def _of_issuer(self, name: str) -> list[Any]:
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        if not self._is_at_issuer():
            return []
        try:
            found: list[Any] = await self.tab.evaluate(name)
        except Error:  # the page is just being left
            return []
        return found

    def _is_at_issuer(self) -> bool:
        return not self._is_of_target(self.tab.url)

    def _is_of_target(self, url: str) -> bool:
        parts, root = urlsplit(url), urlsplit(self.root)
        is_root = (parts.scheme, parts.netloc) == (root.scheme, root.netloc)
        return parts.netloc != self.issuer and (is_root or parts.hostname in self.browser.hosts)

    def _views(self) -> Iterator[View]:
        """The documents of the target, those of the newest window first."""
        for tab in reversed(self.context.pages):
            for frame in tab.frames:
                if self._is_of_target(frame.url) and not frame.is_detached():
                    yield frame

    async def _act(self, view: View, plan: Plan, course: Course, markers: Sequence[str]) -> bool:
        """Do the next thing on a page of the dialog; whether there was any."""
        snapshot = await PageSnapshot.take(view)
        page = snapshot.page
        self._has_appeared = True
        course.markup += [
            mark for mark in markers if mark not in course.markup and page.soup.find(id=mark)
        ]
        if self._is_leaving(page) or self._is_loading(view, page):
            return False
        pending = [badge for badge in plan.badges if badge.label not in course.asked]
        question = self.reader.question(page, pending, plan.refused)
        if question is not None:
            if question.action is None and plan.needs_button and self._still_waits():
                await asyncio.sleep(POLL_SECONDS)
                return True
            course.place = course.place or self._place_of(view)
            for badge in question.badges:
                if missing := question.unseen(badge):
                    course.unseen[badge.label] = missing
            if plan.looks:
                course.asked += [badge.label for badge in question.badges]
                course.question, course.question_url = question, view.url
                return True
            if question.action is not None:
                course.asked += [badge.label for badge in question.badges]
                self._waiting_since = 0.0
                self._answered = text_of(page.soup), time.monotonic()
                return await self._perform(snapshot, question.action)
        login = self._login(snapshot)
        if login is not None:
            course.logged_in = True
        action = login or self.reader.onward(page, self.pressed)
        if action is None:
            return False
        self.pressed.add(action.name)
        self._left = view, text_of(page.soup), time.monotonic()
        return await self._perform(snapshot, action)

    def _is_leaving(self, page: Page) -> bool:
        """Whether a page is still shown although it was answered, and may yet change."""
        text, since = self._answered
        since = max(since, self.traffic.last_activity)  # pressing takes long on a busy machine
        limit = LOADING_SECONDS if self.traffic.is_busy else ANSWER_SECONDS
        return text_of(page.soup) == text and time.monotonic() - since < limit

    def _is_loading(self, view: View, page: Page) -> bool:
        """Whether a document is still the one in which was pressed, and the next is on its way.

        A second press would send a form that the first has used.
        """
        left, text, since = self._left
        limit = LOADING_SECONDS if self.traffic.is_busy else SENDING_SECONDS
        is_same = left is view and text_of(page.soup) == text
        return is_same and time.monotonic() - since < limit

    def _still_waits(self) -> bool:
        """Whether the buttons of a question may yet become enabled."""
        now = time.monotonic()
        self._waiting_since = self._waiting_since or now
        return now - self._waiting_since < BUTTON_SECONDS

    def _login(self, snapshot: PageSnapshot) -> PageAction | None:
        goal = WalkGoal(Act.LOOK, NOWHERE, self.browser.earner)
        if not self.browser.reader.asks_for_login(snapshot.page):
            return None
        action = self.browser.reader.next(snapshot.page, goal, ())
        if not isinstance(action, PageAction) or action.is_answer:
            return None
        return None if action.name in self.pressed else action

    def _place_of(self, view: View) -> str:
        if view.parent_frame is not None:
            return Place.FRAME
        return Place.PAGE if view.page is self.tab else Place.WINDOW

    async def _perform(self, snapshot: PageSnapshot, action: PageAction) -> bool:
        """Fill in and press; a page that was left meanwhile is no error."""
        from playwright.async_api import Error  # noqa: PLC0415 - an extra

        try:
            await act_on(snapshot, action)
        except Error:
            return False
        finally:  # filling in takes long on a busy machine
            self.traffic.last_activity = time.monotonic()
        await asyncio.sleep(POLL_SECONDS)
        return True

    def _has_ended(self, plan: Plan, course: Course) -> bool:
        """Whether nothing more will come: for so long, and in as many looks.

        A look takes longer on a busy machine, where everything else does as well.
        """
        is_answered = len(course.asked) == len(plan.badges)
        if not self._has_appeared and not self._has_requested():
            limit = OPENING_SECONDS
        elif is_answered and not self._is_at_issuer():
            limit = STILL_SECONDS
        else:
            limit = QUIET_SECONDS
        is_quiet = not self.traffic.is_busy and self.traffic.quiet_for() > limit
        return is_quiet and self._idle_looks * POLL_SECONDS > limit

    def _has_requested(self) -> bool:
        """Whether the browser requested a document of the target, which may forbid to show it."""
        sent = (exchange.request for exchange in self.traffic.exchanges.values())
        return any(self._is_of_target(request.url) for request in sent)

    async def log(self) -> Exchange | None:
        """Add the requests to the target to the wire log; the last one for a page."""
        await self.traffic.settled()
        wire, last = self.browser.wire, None
        for seen in self.traffic.exchanges.values():
            if not self._is_of_target(seen.request.url):
                continue
            number = len(wire.exchanges) + 1
            exchange = Exchange(number, seen.request, seen.answer, 0.0, seen.trouble)
            wire.add(exchange)
            last = exchange if exchange.answer is not None else last
        return last


@asynccontextmanager
async def dialog(
    chromium: Chromium,
    browser: Browser,
    root: str,
    page: str,
    reader: DialogReader,
    *,
    trusts: bool,
) -> AsyncIterator[Dialog]:
    """An issuer's page at a URL, opened in a new profile with the cookies of an earner's browser.

    ``trusts`` ignores certificate errors, because our own client checks the certificates.

    Raises:
        HarnessError: when Chromium does not work.
    """
    from playwright.async_api import Error  # noqa: PLC0415 - an extra

    try:
        running = await chromium.start()
        context = await running.new_context(locale="en", ignore_https_errors=trusts)
        await context.add_cookies(await cookies_to_add(browser, context))  # type: ignore[arg-type]
        tab = await context.new_page()
        context.set_default_timeout(TIMEOUT_MS)
        traffic = Traffic(NOWHERE)
        context.on("request", traffic.on_request)
        context.on("response", traffic.on_response)
        context.on("requestfinished", traffic.on_end)
        context.on("requestfailed", traffic.on_end)
        await tab.goto(page)
    except Error as error:
        raise HarnessError(f"Chromium does not work here: {plainly(error.message)}") from error
    try:
        yield Dialog(browser, root, urlsplit(page).netloc, reader, context, tab, traffic)
    finally:
        await copy_cookies(browser, context)
        await context.close()
