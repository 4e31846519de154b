"""Read the dialog of the Issuer API: about which badge it asks, and what to press.

A dialog may ask about one badge after the other, or about several on one page: with buttons for
each, or with a checkbox for each and one button.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen
from bs4 import Tag

from conformance.target.pages.elements import (
    attribute,
    inside,
    is_shown,
    kind_of,
    label_of,
    text_of,
)
from conformance.target.pages.forms import DENIES, GRANTS, Control, Page
from conformance.target.pages.reader import PageAction

ACCEPTS = re.compile(rf"{GRANTS.pattern}|\b(add|keep|save|collect|take|import)\b", re.IGNORECASE)
REFUSES = re.compile(rf"{DENIES.pattern}|\b(skip|ignore|discard|dismiss|later)\b", re.IGNORECASE)
ONWARD = re.compile(
    r"\b(log ?in|sign ?in|continue|next|open|proceed|done|finish|finished|close|ok|okay)\b",
    re.IGNORECASE,
)
PICTURES = ("img", "svg", "picture", "object")


@frozen
class DialogRecipe:
    """The CSS selectors of a dialog, instead of English words; ``""`` for what words find."""

    badge: str = ""
    """The elements that are about one badge each."""
    accept: str = ""
    """The button, link or box that accepts a badge, inside its element if there are several."""
    refuse: str = ""
    onward: str = ""
    """What leads to the questions, from one to the next, or ends the dialog."""

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "DialogRecipe":
        """The table ``[dialog]`` of ``target.toml``."""
        return cls(**written)


@frozen
class Offered:
    """A badge of a call, as the earner should see it."""

    label: str
    """Its name in the scenario."""
    name: str
    issuer: str


@frozen
class Question:
    """What a page asks about one badge, or about several at once."""

    badges: tuple[Offered, ...]
    place: Tag = field(eq=False, repr=False)
    """The part of the page that is about it."""
    action: PageAction | None
    """How to answer; ``None`` while no button can be pressed."""

    def unseen(self, badge: Offered) -> list[str]:
        """What is not shown of a badge: its name, its issuer, a picture."""
        text = text_of(self.place)
        texts = {"name": badge.name, "issuer": badge.issuer}
        missing = [what for what, value in texts.items() if _plain(value) not in text]
        return missing if any(map(_is_picture, inside(self.place))) else [*missing, "image"]


@frozen
class DialogReader:
    """Reads the pages of a dialog."""

    recipe: DialogRecipe = field(factory=DialogRecipe)

    def question(
        self, page: Page, pending: Sequence[Offered], refused: Container[str]
    ) -> Question | None:
        """The next question of a page; ``None`` if it asks nothing.

        ``pending`` are the badges without an answer, ``refused`` the labels of those to refuse.
        """
        text = text_of(page.soup)
        named = [badge for badge in pending if _plain(badge.name) in text]
        if (question := self._boxes(page, named, refused)) is not None:
            return question
        for badge in named:
            if (place := self._place(page, badge, named)) is not None:
                return self._answered(page, (badge,), place, is_refused=badge.label in refused)
        if named or not pending or page.login_form():
            return None
        return self._nameless(page, pending[0], refused)

    def onward(self, page: Page, pressed: Container[str]) -> PageAction | None:
        """What leads on from a page that asks nothing; each once."""
        for control in _all(page):
            name = f"{control.method} {control.url.partition('?')[0]} {control.label}"
            if name in pressed or control.ends_session or not self._leads_on(control):
                continue
            return PageAction(name, control)
        return None

    def _leads_on(self, control: Control) -> bool:
        if self.recipe.onward:
            return _matches(control, self.recipe.onward)
        return bool(ONWARD.search(control.label))

    def _place(self, page: Page, badge: Offered, named: Sequence[Offered]) -> Tag | None:
        """The smallest element with a badge's name and an answer, and with no other badge."""
        if len(named) == 1 and not self.recipe.badge:
            return page.soup
        for element in _around(page, badge):
            text = text_of(element)
            if any(_plain(other.name) in text for other in named if other is not badge):
                return None
            is_own = element.css.match(self.recipe.badge) if self.recipe.badge else False
            if is_own or (
                not self.recipe.badge and any(True for _ in self._answers(page, element))
            ):
                return element
        return page.soup if len(named) == 1 else None

    def _answers(self, page: Page, place: Tag) -> Iterator[Control]:
        """What can be pressed in a part of a page to accept or refuse."""
        for control in _all(page):
            if _is_in(control, place) and not control.ends_session:
                yield control

    def _answered(
        self, page: Page, badges: tuple[Offered, ...], place: Tag, *, is_refused: bool
    ) -> Question | None:
        if self._waits(place, is_refused=is_refused):
            return Question(badges, place, None)
        control = self._chosen(list(self._answers(page, place)), is_refused=is_refused)
        if control is None:
            return None
        name = f"{'refuse' if is_refused else 'accept'} {badges[0].label}"
        return Question(badges, place, PageAction(name, control, is_answer=True))

    def _waits(self, place: Tag, *, is_refused: bool) -> bool:
        """Whether the button to press is still disabled."""
        words = REFUSES if is_refused else ACCEPTS
        disabled = [button for button in inside(place, "button") if button.has_attr("disabled")]
        return any(words.search(label_of(button)) for button in disabled)

    def _chosen(self, controls: Sequence[Control], *, is_refused: bool) -> Control | None:
        selector = self.recipe.refuse if is_refused else self.recipe.accept
        if selector:
            return next((control for control in controls if _matches(control, selector)), None)
        words = REFUSES if is_refused else ACCEPTS
        fitting = [control for control in controls if words.search(control.label)]
        if not is_refused:
            fitting = [control for control in fitting if not REFUSES.search(control.label)]
        buttons = [
            control for control in fitting if control.form is not None or control.method != "GET"
        ]
        return next(iter(buttons or fitting), None)

    def _boxes(
        self, page: Page, named: Sequence[Offered], refused: Container[str]
    ) -> Question | None:
        """A question about all badges of a page with a box for each, and no button to refuse."""
        controls = list(_all(page))
        control = self._chosen(controls, is_refused=False)
        if not named or control is None or self._chosen(controls, is_refused=True):
            return None
        boxes = [box for badge in named if (box := _box(page, badge)) is not None]
        if len(boxes) < len(named):
            return None
        entries = [
            (box, badge.label not in refused) for box, badge in zip(boxes, named, strict=True)
        ]
        control = control.ticking([box for box, is_accepted in entries if is_accepted])
        action = PageAction("accept", control, is_answer=True, entries=tuple(entries))
        return Question(tuple(named), page.soup, action)

    def _nameless(self, page: Page, badge: Offered, refused: Container[str]) -> Question | None:
        """A question on a page that names no badge: it can only be about the next one."""
        controls = list(_all(page))
        accepting, refusing = (
            self._chosen(controls, is_refused=is_refused) for is_refused in (False, True)
        )
        if all(self._waits(page.soup, is_refused=is_refused) for is_refused in (False, True)):
            return Question((badge,), page.soup, None)
        if accepting is None or not (refusing or _boxes_in(page.soup)):
            return None
        is_refused = badge.label in refused
        return self._answered(page, (badge,), page.soup, is_refused=is_refused)


def _is_picture(element: Tag) -> bool:
    return element.name in PICTURES or "background" in attribute(element, "style")


def _plain(text: str) -> str:
    return " ".join(text.split())


def _all(page: Page) -> Iterator[Control]:
    """The visible controls of a page that have something to press."""
    for control in (*page.controls(), *page.scripted()):
        if control.element is not None and is_shown(control.element):
            yield evolve(control, label=control.label or label_of(control.element))


def _around(page: Page, badge: Offered) -> Iterator[Tag]:
    """The innermost visible element with a badge's name, and those around it."""
    name = _plain(badge.name)
    holding = [tag for tag in inside(page.soup) if is_shown(tag) and name in text_of(tag)]
    if holding:
        innermost = min(holding, key=lambda tag: len(text_of(tag)))
        yield innermost
        yield from innermost.parents


def _boxes_in(element: Tag) -> list[Tag]:
    return [box for box in inside(element, "input") if kind_of(box) == "checkbox"]


def _box(page: Page, badge: Offered) -> Tag | None:
    """The only box of the smallest element with a badge's name and any box."""
    around = (boxes for element in _around(page, badge) if (boxes := _boxes_in(element)))
    boxes = next(around, [])
    return boxes[0] if len(boxes) == 1 else None


def _is_in(control: Control, place: Tag) -> bool:
    element = control.element
    return element is not None and any(tag is place for tag in [element, *element.parents])


def _matches(control: Control, selector: str) -> bool:
    return control.element is not None and control.element.css.match(selector)
