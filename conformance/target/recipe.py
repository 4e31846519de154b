"""A consent recipe: which forms an earner fills in on the way, found by CSS selectors."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen
from bs4 import Tag
from multidict import MultiDict

from conformance.target.forms import Act, Control, Page
from conformance.target.inventory import inventory
from conformance.target.reader import Asked, Earner, Lost, Move

WRONG_SELECTOR = (
    "Mend the selector under [[consent]] in the file about the target, by what stands on the page."
)
WRONG_ACCOUNT = (
    "Does the password fit the account? Give one that the target knows: --earner E-MAIL:PASSWORD, "
    "BACKPACK_EARNER, or [[earners]] in the file about the target."
)
CAME_AGAIN = (
    "Look at this page in a browser: what else must be filled in or ticked there? Name it in the "
    "`fields` of the step."
)


@frozen
class Token:
    """A token against forged requests, that stands outside of the form."""

    selector: str
    attribute: str = "content"
    field: str | None = None
    header: str | None = None


@frozen
class Step:
    """One form of the way."""

    number: int
    name: str
    form: str
    fields: Mapping[str, str | bool] = field(factory=dict)
    """From the selector of a field to what is filled in."""
    token: Token | None = None
    press: str | None = None
    grant: str | None = None
    deny: str | None = None

    def __str__(self) -> str:
        return f"step {self.number} ({self.name})"

    @property
    def answers(self) -> bool:
        """Whether it is the one that grants or denies."""
        return self.grant is not None

    def pressed(self, act: Act) -> str | None:
        """The selector of what is pressed."""
        if self.answers:
            return self.deny if act is Act.DENY else self.grant
        return self.press

    def filled(self, earner: Earner) -> dict[str, str | bool]:
        """What is filled in by this earner, by selector."""
        known = {"$email": earner.email, "$password": earner.password}
        return {
            selector: known.get(value, value) if isinstance(value, str) else value
            for selector, value in self.fields.items()
        }

    def control(self, page: Page, act: Act) -> Control | Lost:
        """What is pressed, with everything that stands in the form."""
        form = page.soup.select_one(self.form)
        if form is None:
            return self.lost("form", self.form, page)
        selector = self.pressed(act)
        if selector is None:
            return page.first_control(form)
        pressed = form.select_one(selector) or page.soup.select_one(selector)
        if pressed is None:
            return self.lost("button or link", selector, page)
        return page.control_of(pressed, form)

    def move(self, page: Page, asked: Asked) -> Move | Lost:
        """The form filled in, and something pressed."""
        control = self.control(page, asked.act)
        form = page.soup.select_one(self.form)
        if isinstance(control, Lost) or form is None:
            return control if isinstance(control, Lost) else Lost()
        for selector, value in self.filled(asked.earner).items():
            found = form.select_one(selector)
            if found is None:
                return self.lost("field", selector, page)
            put = _ticked if isinstance(value, bool) else _written
            control = evolve(control, fields=put(control.fields, found, value))
        if self.token is not None:
            held = page.soup.select_one(self.token.selector)
            if held is None or not held.has_attr(self.token.attribute):
                return self.lost(f"token ({self.token.attribute})", self.token.selector, page)
            control = _with_token(control, self.token, str(held[self.token.attribute]))
        return Move(str(self), control, answers=self.answers)

    def lost(self, kind: str, selector: str, page: Page) -> Lost:
        """A selector that finds nothing: which, where, and what is there."""
        found = f"{self} finds no {kind} {selector!r} on {page.told()}; there: {inventory(page)}"
        return Lost(found, WRONG_SELECTOR)


@frozen
class Recipe:
    """Steps in their order; one whose form is not there is passed over for a later one."""

    steps: tuple[Step, ...]

    @classmethod
    def read(cls, written: Iterable[Mapping[str, Any]]) -> "Recipe":
        """The recipe as a file has it."""
        return cls(tuple(_step(number, one) for number, one in enumerate(written, start=1)))

    def found(self, page: Page, done: Sequence[Move]) -> Step | Lost:
        """The step that is next, by the form on a page."""
        made = [one.name for one in done]
        last = max((n for n, one in enumerate(self.steps) if str(one) in made), default=-1)
        for step in self.steps[last + 1 :]:
            if page.soup.select_one(step.form) is not None:
                return step
        if last >= 0 and page.soup.select_one(self.steps[last].form) is not None:
            return self._again(self.steps[last], page)
        if last + 1 == len(self.steps):
            why = f"all steps are done, and the earner is on {page.told()}"
            return Lost(f"{why}; there: {inventory(page)}", WRONG_SELECTOR)
        return self.steps[last + 1].lost("form", self.steps[last + 1].form, page)

    def next(self, page: Page, asked: Asked, done: Sequence[Move]) -> Move | Lost:
        """The next step whose form is on the page."""
        step = self.found(page, done)
        return step if isinstance(step, Lost) else step.move(page, asked)

    def asks_who(self, page: Page) -> bool:
        """It has the form of a step that comes before the answer."""
        before = self.steps[: [one.answers for one in self.steps].index(True)]
        return any(page.soup.select_one(one.form) is not None for one in before)

    def answer(self, page: Page, act: Act, callback: str) -> Control | None:  # noqa: ARG002 - where it leads is not asked
        """What the answering step presses."""
        [step] = [one for one in self.steps if one.answers][:1]
        control = step.control(page, act)
        return None if isinstance(control, Lost) else control

    def _again(self, step: Step, page: Page) -> Lost:
        why = f"{step} was done, and its form came again on {page.told()}"
        is_login = "$password" in step.fields.values()
        return Lost(f"{why}: {page.text(160)!r}", WRONG_ACCOUNT if is_login else CAME_AGAIN)


def _step(number: int, written: Mapping[str, Any]) -> Step:
    token = written.get("token")
    return Step(
        number,
        written.get("step", "answer" if "grant" in written else "unnamed"),
        written["form"],
        fields=written.get("fields", {}),
        token=None if token is None else _token(token),
        press=written.get("press"),
        grant=written.get("grant"),
        deny=written.get("deny"),
    )


def _token(written: Mapping[str, Any]) -> Token:
    return Token(
        written["from"],
        written.get("attribute", "content"),
        written.get("field"),
        written.get("header"),
    )


def _written(fields: MultiDict[str], element: Tag, value: object) -> MultiDict[str]:
    """The fields of a form after a text was written into one of them."""
    filled = MultiDict(fields)
    filled[str(element.get("name", ""))] = str(value)
    return filled


def _ticked(fields: MultiDict[str], element: Tag, value: object) -> MultiDict[str]:
    """The fields of a form after a box was ticked or not."""
    box = str(element.get("name", "")), str(element.get("value", "on"))
    is_radio = element.get("type") == "radio"
    kept = [one for one in fields.items() if one != box and not (is_radio and one[0] == box[0])]
    return MultiDict([*kept, *([box] if value else [])])


def _with_token(control: Control, token: Token, value: str) -> Control:
    if token.header:
        return evolve(control, headers=((token.header, value),))
    return evolve(control, fields=MultiDict([*control.fields.items(), (token.field or "", value)]))
