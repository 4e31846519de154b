"""How the pages of a target are read: what an earner does on one, to get to the next."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from attrs import evolve, field, frozen
from bs4 import Tag

from conformance.target.pages.forms import Act, Control, LoginForm, Page


@frozen
class Earner:
    """A person with an account at the target."""

    role: str
    """The name that scenarios use, such as ``ada``."""
    email: str
    password: str


@frozen
class Asked:
    """What a walk is to come to."""

    act: Act
    callback: str
    earner: Earner


@frozen
class Move:
    """What an earner does on a page: press something, with what they have filled in."""

    name: str
    """No move of this name is made twice in a walk."""
    control: Control
    answers: bool = False
    """Whether it grants or denies."""
    entries: tuple[tuple[Tag, str | bool], ...] = field(default=(), eq=False, repr=False)
    """What is written into fields, or ticked, before: it is in the control already."""


@frozen
class Reopen:
    """An earner opens the page again at which the walk began."""

    name: str


@frozen
class Lost:
    """There is nothing to do on a page, or nothing that was not done already."""

    why: str = ""
    """What was looked for and what was there, where it is known what to look for."""
    advice: str = ""


Done: TypeAlias = Sequence[Move | Reopen]


class Reader(Protocol):
    """Knows the pages of a target."""

    def next(self, page: Page, asked: Asked, done: Done) -> Move | Reopen | Lost:
        """What to do on a page, after what was done on those before."""

    def asks_who(self, page: Page) -> bool:
        """Whether a page asks the earner to log in."""

    def answer(self, page: Page, act: Act, callback: str) -> Control | None:
        """What is pressed on the consent page; ``None`` when the page has no such thing."""


@frozen
class Guess:
    """Reads pages as somebody does who knows English, and sees them for the first time."""

    def next(self, page: Page, asked: Asked, done: Done) -> Move | Reopen | Lost:
        """Log in where a page asks who the earner is, else answer; each once."""
        earner, login = asked.earner, page.login_form()
        if login is not None:
            name = f"log in at {login.control.url} {'' if login.password_field else 'by e-mail'}"
            if name in [one.name for one in done]:
                return Lost()
            return _filled(Move(name, login.control), login, earner)
        control = self.answer(page, asked.act, asked.callback)
        if control is None or answer_of(done) is not None:
            return Lost()
        return _filled(Move("answer", control, answers=True), page.login_of(control), earner)

    def asks_who(self, page: Page) -> bool:
        """It has a form for an e-mail or a password."""
        return page.login_form() is not None

    def answer(self, page: Page, act: Act, callback: str) -> Control | None:
        """By the words on buttons and links."""
        return page.consent_control(act, callback)


def answer_of(done: Done) -> Control | None:
    """What was pressed on the consent page."""
    return next((one.control for one in done if isinstance(one, Move) and one.answers), None)


def _filled(move: Move, login: LoginForm | None, earner: Earner) -> Move:
    """A move in whose form the earner says who they are, where it asks."""
    if login is None:
        return move
    entries = login.entries(earner.email, earner.password)
    return evolve(move, control=login.filled(earner.email, earner.password), entries=entries)
