"""A recipe: the forms that an earner fills in one after the other, found by CSS selectors."""

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import takewhile
from typing import Any
from urllib.parse import urlsplit

from attrs import evolve, field, frozen
from bs4 import Tag
from multidict import MultiDict

from conformance.target.pages.elements import is_shown, ticked_value
from conformance.target.pages.forms import Act, Control, Page
from conformance.target.pages.inventory import inventory
from conformance.target.pages.names import NamedOrigins
from conformance.target.pages.origins import Origin
from conformance.target.pages.reader import (
    Actions,
    DeadEnd,
    EarnerAccount,
    PageAction,
    Reopen,
    WalkGoal,
)

WRONG_SELECTOR = (
    "Correct the selector under [[{recipe}]] in target.toml; the message lists what the "
    "page contains."
)
WRONG_ACCOUNT = (
    "Is the password correct? Give an existing account: --earner E-MAIL:PASSWORD, "
    "BACKPACK_EARNERS, or [[earners]] in target.toml."
)
CAME_AGAIN = (
    "Open this page in a browser: what else must be filled in or checked? Add it to the "
    "`fields` of the step."
)


@frozen
class Token:
    """A CSRF token that is not a field of the form."""

    selector: str
    attribute: str = "content"
    field: str | None = None
    header: str | None = None


@frozen
class RecipeStep:
    """One form that the earner fills in and submits."""

    number: int
    name: str
    form: str | None = None
    row: str | None = None
    """The selector of the elements with one grant each; the step uses the one that names only the
    origin."""
    fields: Mapping[str, str | bool] = field(factory=dict)
    """From the selector of a field to its value."""
    token: Token | None = None
    press: str | None = None
    grant: str | None = None
    deny: str | None = None
    opens: bool = False
    """Whether it has no form, but reopens the first page of the walk."""
    origin: str = ""
    """The origin whose grant is revoked; ``""`` in a consent recipe."""

    def __str__(self) -> str:
        return f"step {self.number} ({self.name})"

    @property
    def is_answer(self) -> bool:
        """Whether it is the step that grants or denies."""
        return self.grant is not None

    def pressed(self, act: Act) -> str | None:
        """The selector of the button or link to press."""
        if self.is_answer:
            return self.deny if act is Act.DENY else self.grant
        return self.press

    def filled(self, earner: EarnerAccount) -> dict[str, str | bool]:
        """The values that this earner enters, by selector."""
        known = {"$email": earner.email, "$password": earner.password}
        return {
            selector: known.get(value, value) if isinstance(value, str) else value
            for selector, value in self.fields.items()
        }

    def places(self, page: Page) -> list[Tag]:
        """The visible forms or rows of a page where the step applies."""
        if self.opens:
            return []
        if self.row is None and self.form is None:
            return [page.soup] if self.press and page.find(self.press) else []
        if self.row is None:
            return list(filter(is_shown, page.soup.select(self.form or "form")))
        names = NamedOrigins(page, Origin.of(self.origin))
        rows = [row for row in page.soup.select(self.row) if is_shown(row)]
        own_rows = [row for row in rows if names.is_only_target(names.of(row))]
        ancestors = {id(parent) for row in own_rows for parent in row.parents}
        own_rows = [row for row in own_rows if id(row) not in ancestors]
        forms = [row.select_one(self.form) if self.form else row for row in own_rows]
        return [form for form in forms if form is not None]

    def control(self, page: Page, act: Act) -> Control | DeadEnd:
        """The control to press, with all fields of its form."""
        place = next(iter(self.places(page)), None)
        if place is None:
            return self.dead_end("row of the origin" if self.row else "form", self._where(), page)
        form = place if place.name == "form" else place.find("form")
        selector = self.pressed(act)
        if selector is None:
            return page.first_control(form if isinstance(form, Tag) else place)
        pressed = place.select_one(selector)
        if pressed is None and self.row is None:
            pressed = page.soup.select_one(selector)
        if pressed is None:
            return self.dead_end("button or link", selector, page)
        own_form = pressed.find_parent("form")
        return page.control_of(pressed, own_form if isinstance(own_form, Tag) else form or place)

    def action(self, page: Page, goal: WalkGoal) -> PageAction | DeadEnd:
        """Fill in the form and press the control."""
        control = self.control(page, goal.act)
        if isinstance(control, DeadEnd):
            return control
        place, entries = self.places(page)[0], list[tuple[Tag, str | bool]]()
        for selector, value in self.filled(goal.earner).items():
            element = place.select_one(selector)
            if element is None:
                return self.dead_end("field", selector, page)
            fill = _with_box if isinstance(value, bool) else _with_text
            control = evolve(control, fields=fill(control.fields, element, value))
            entries.append((element, value))
        if self.token is not None:
            source = page.soup.select_one(self.token.selector)
            if source is None or not source.has_attr(self.token.attribute):
                return self.dead_end(f"token ({self.token.attribute})", self.token.selector, page)
            control = _with_token(control, self.token, str(source[self.token.attribute]))
        return PageAction(str(self), control, is_answer=self.is_answer, entries=tuple(entries))

    def dead_end(self, kind: str, selector: str, page: Page) -> DeadEnd:
        """A dead end for a selector without a match, with the contents of the page."""
        where = f"{kind} {selector!r} on {page.described()}"
        why = f"{self} finds no {where}; it contains: {inventory(page)}"
        return DeadEnd(why, WRONG_SELECTOR.format(recipe="revoke" if self.origin else "consent"))

    def _where(self) -> str:
        return self.row or self.form or self.press or ""


@frozen
class Recipe:
    """Steps in order; a step whose form is not on the page is skipped if a later one matches."""

    steps: tuple[RecipeStep, ...]

    @classmethod
    def read(cls, written: Iterable[Mapping[str, Any]], origin: str = "") -> "Recipe":
        """Parse the steps of a file; ``$origin`` and ``$host`` are replaced in a revoke recipe."""
        steps = enumerate(map(partial(_with_origin, origin=origin), written), start=1)
        return cls(tuple(_step(number, step, origin) for number, step in steps))

    def step_for(self, page: Page, actions: Actions) -> RecipeStep | DeadEnd:
        """The next step, selected by the forms on a page."""
        done_names = [action.name for action in actions]
        last = max((n for n, step in enumerate(self.steps) if str(step) in done_names), default=-1)
        later = self.steps[last + 1 :]
        for step in later:
            if step.places(page):
                return step
        if later and later[0].opens and last >= 0:
            return later[0]
        for step in self.steps[: last + 1]:
            if str(step) in done_names and step.places(page):
                return self._again(step, page)
        if not later:
            why = f"all steps are done, but the earner is on {page.described()}"
            kind = "revoke" if self.steps[-1].origin else "consent"
            return DeadEnd(
                f"{why}; it contains: {inventory(page)}", WRONG_SELECTOR.format(recipe=kind)
            )
        missing = next((step for step in later if not step.opens), later[0])
        control = missing.control(page, Act.GRANT)
        return control if isinstance(control, DeadEnd) else DeadEnd()

    def next(self, page: Page, goal: WalkGoal, actions: Actions) -> PageAction | Reopen | DeadEnd:
        """The action of the next step whose form is on the page."""
        step = self.step_for(page, actions)
        if isinstance(step, RecipeStep) and step.opens:
            return Reopen(str(step))
        return step if isinstance(step, DeadEnd) else step.action(page, goal)

    def is_done(self, actions: Actions) -> bool:
        """Whether the last step is done."""
        return str(self.steps[-1]) in [action.name for action in actions]

    def asks_for_login(self, page: Page) -> bool:
        """Whether it has the form of a step before the answer."""
        before = takewhile(lambda step: not step.is_answer, self.steps)
        return any(step.places(page) for step in before)

    def answer(self, page: Page, act: Act, callback: str) -> Control | None:  # noqa: ARG002 - required by Reader
        """The control of the answer step."""
        [step] = [step for step in self.steps if step.is_answer][:1]
        control = step.control(page, act)
        return None if isinstance(control, DeadEnd) else control

    def _again(self, step: RecipeStep, page: Page) -> DeadEnd:
        why = f"{step} was done, but its form appeared again on {page.described()}"
        is_login = not step.is_answer and "$password" in [
            value for step in self.steps for value in step.fields.values()
        ]
        return DeadEnd(f"{why}: {page.text(160)!r}", WRONG_ACCOUNT if is_login else CAME_AGAIN)


def _with_origin(written: Any, origin: str) -> Any:
    """A part of a recipe with ``$origin`` and ``$host`` (host and port) replaced."""
    match written:
        case str():
            return written.replace("$origin", origin).replace("$host", urlsplit(origin).netloc)
        case Mapping():
            return {
                _with_origin(key, origin): _with_origin(value, origin)
                for key, value in written.items()
            }
        case _:
            return written


def _step(number: int, written: Mapping[str, Any], origin: str) -> RecipeStep:
    token = written.get("token")
    usual = "answer" if "grant" in written else "open" if "open" in written else "unnamed"
    return RecipeStep(
        number,
        written.get("step", usual),
        written.get("form"),
        row=written.get("row"),
        fields=written.get("fields", {}),
        token=None if token is None else _token(token),
        press=written.get("press"),
        grant=written.get("grant"),
        deny=written.get("deny"),
        opens="open" in written,
        origin=origin,
    )


def _token(written: Mapping[str, Any]) -> Token:
    return Token(
        written["from"],
        written.get("attribute", "content"),
        written.get("field"),
        written.get("header"),
    )


def _with_text(fields: MultiDict[str], element: Tag, value: object) -> MultiDict[str]:
    """The fields of a form after entering a text into one of them."""
    filled = MultiDict(fields)
    filled[str(element.get("name", ""))] = str(value)
    return filled


def _with_box(fields: MultiDict[str], element: Tag, value: object) -> MultiDict[str]:
    """The fields of a form after checking or unchecking a box."""
    box = str(element.get("name", "")), ticked_value(element)
    is_radio = element.get("type") == "radio"
    others = [
        entry for entry in fields.items() if entry != box and not (is_radio and entry[0] == box[0])
    ]
    return MultiDict([*others, *([box] if value else [])])


def _with_token(control: Control, token: Token, value: str) -> Control:
    if token.header:
        return evolve(control, headers=((token.header, value),))
    return evolve(control, fields=MultiDict([*control.fields.items(), (token.field or "", value)]))
