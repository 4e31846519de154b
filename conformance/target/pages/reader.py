"""How the pages of a target are read: which action on a page leads an earner to the next page."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from attrs import evolve, field, frozen
from bs4 import Tag

from conformance.target.pages.forms import Act, Control, LoginForm, Page


@frozen
class EarnerAccount:
    """A person with an account at the target."""

    role: str
    """The name that scenarios use, such as ``ada``."""
    email: str
    password: str


@frozen
class WalkGoal:
    """What the earner wants to do in a walk, and where the walk ends."""

    act: Act
    callback: str
    earner: EarnerAccount


@frozen
class PageAction:
    """What an earner does on a page: fill in fields, then press a control."""

    name: str
    """Unique within a walk: no action is repeated."""
    control: Control
    is_answer: bool = False
    """Whether it grants or denies."""
    entries: tuple[tuple[Tag, str | bool], ...] = field(default=(), eq=False, repr=False)
    """Values entered into fields or checkboxes; the fields of ``control`` already include them."""


@frozen
class Reopen:
    """The earner reopens the first page of the walk."""

    name: str


@frozen
class DeadEnd:
    """Nothing is left to do on a page, or a needed control was not found."""

    why: str = ""
    """What was expected and what the page contains; ``""`` if nothing specific was expected."""
    advice: str = ""


Actions: TypeAlias = Sequence[PageAction | Reopen]


class Reader(Protocol):
    """Reads the pages of a target."""

    def next(self, page: Page, goal: WalkGoal, actions: Actions) -> PageAction | Reopen | DeadEnd:
        """The next action on a page, after the actions on earlier pages."""

    def asks_for_login(self, page: Page) -> bool:
        """Whether a page asks the earner to log in."""

    def answer(self, page: Page, act: Act, callback: str) -> Control | None:
        """The control to press on the consent page; ``None`` if there is none."""


@frozen
class HeuristicReader:
    """Guesses the purpose of forms and buttons from their types and English labels."""

    def next(self, page: Page, goal: WalkGoal, actions: Actions) -> PageAction | Reopen | DeadEnd:
        """Log in on a page with a login form, else answer; each at most once."""
        earner, login = goal.earner, page.login_form()
        if login is not None:
            name = f"log in at {login.control.url} {'' if login.password_field else 'by e-mail'}"
            if name in [action.name for action in actions]:
                return DeadEnd()
            return _filled(PageAction(name, login.control), login, earner)
        control = self.answer(page, goal.act, goal.callback)
        if control is None or answer_of(actions) is not None:
            return DeadEnd()
        return _filled(
            PageAction("answer", control, is_answer=True), page.login_of(control), earner
        )

    def asks_for_login(self, page: Page) -> bool:
        """Whether it has a form for an e-mail or a password."""
        return page.login_form() is not None

    def answer(self, page: Page, act: Act, callback: str) -> Control | None:
        """Select the control by the labels of buttons and links."""
        return page.consent_control(act, callback)


def answer_of(actions: Actions) -> Control | None:
    """The control that was pressed on the consent page."""
    return next(
        (
            action.control
            for action in actions
            if isinstance(action, PageAction) and action.is_answer
        ),
        None,
    )


def _filled(action: PageAction, login: LoginForm | None, earner: EarnerAccount) -> PageAction:
    """The action with the credentials of the earner, if there is a login form."""
    if login is None:
        return action
    entries = login.entries(earner.email, earner.password)
    return evolve(action, control=login.filled(earner.email, earner.password), entries=entries)
