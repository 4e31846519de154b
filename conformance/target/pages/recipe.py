"""A recipe: which forms an earner fills in on a way, found by CSS selectors."""

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
from conformance.target.pages.names import Names
from conformance.target.pages.origins import Origin
from conformance.target.pages.reader import Asked, Done, Earner, Lost, Move, Reopen

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
    form: str | None = None
    row: str | None = None
    """The selector of what holds a grant: the one that names just the origin is meant."""
    fields: Mapping[str, str | bool] = field(factory=dict)
    """From the selector of a field to what is filled in."""
    token: Token | None = None
    press: str | None = None
    grant: str | None = None
    deny: str | None = None
    opens: bool = False
    """Whether it has no form, but opens the page again at which the walk began."""
    origin: str = ""
    """The origin whose permission is taken back, where it is a step of that."""

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

    def places(self, page: Page) -> list[Tag]:
        """Where it can be done on a page: forms, or rows; none of them hidden."""
        if self.opens:
            return []
        if self.row is None and self.form is None:
            return [page.soup] if self.press and page.find(self.press) else []
        if self.row is None:
            return list(filter(is_shown, page.soup.select(self.form or "form")))
        names = Names(page, Origin.of(self.origin))
        rows = [one for one in page.soup.select(self.row) if is_shown(one)]
        own = [one for one in rows if names.is_sought(names.of(one))]
        around = {id(parent) for one in own for parent in one.parents}
        own = [one for one in own if id(one) not in around]
        forms = [one.select_one(self.form) if self.form else one for one in own]
        return [one for one in forms if one is not None]

    def control(self, page: Page, act: Act) -> Control | Lost:
        """What is pressed, with everything that stands in the form."""
        place = next(iter(self.places(page)), None)
        if place is None:
            return self.lost("row of the origin" if self.row else "form", self._where(), page)
        form = place if place.name == "form" else place.find("form")
        selector = self.pressed(act)
        if selector is None:
            return page.first_control(form if isinstance(form, Tag) else place)
        pressed = place.select_one(selector)
        if pressed is None and self.row is None:
            pressed = page.soup.select_one(selector)
        if pressed is None:
            return self.lost("button or link", selector, page)
        own = pressed.find_parent("form")
        return page.control_of(pressed, own if isinstance(own, Tag) else form or place)

    def move(self, page: Page, asked: Asked) -> Move | Lost:
        """The form filled in, and something pressed."""
        control = self.control(page, asked.act)
        if isinstance(control, Lost):
            return control
        place, entries = self.places(page)[0], list[tuple[Tag, str | bool]]()
        for selector, value in self.filled(asked.earner).items():
            found = place.select_one(selector)
            if found is None:
                return self.lost("field", selector, page)
            put = _ticked if isinstance(value, bool) else _written
            control = evolve(control, fields=put(control.fields, found, value))
            entries.append((found, value))
        if self.token is not None:
            held = page.soup.select_one(self.token.selector)
            if held is None or not held.has_attr(self.token.attribute):
                return self.lost(f"token ({self.token.attribute})", self.token.selector, page)
            control = _with_token(control, self.token, str(held[self.token.attribute]))
        return Move(str(self), control, answers=self.answers, entries=tuple(entries))

    def lost(self, kind: str, selector: str, page: Page) -> Lost:
        """A selector that finds nothing: which, where, and what is there."""
        found = (
            f"{self} finds no {kind} {selector!r} on {page.told()}; it contains: {inventory(page)}"
        )
        return Lost(found, WRONG_SELECTOR.format(recipe="revoke" if self.origin else "consent"))

    def _where(self) -> str:
        return self.row or self.form or self.press or ""


@frozen
class Recipe:
    """Steps in their order; one whose form is not there is passed over for a later one."""

    steps: tuple[Step, ...]

    @classmethod
    def read(cls, written: Iterable[Mapping[str, Any]], origin: str = "") -> "Recipe":
        """The recipe as a file has it; in one of revoking, ``$origin`` and ``$host`` are put in."""
        steps = enumerate(map(partial(_with_origin, origin=origin), written), start=1)
        return cls(tuple(_step(number, one, origin) for number, one in steps))

    def found(self, page: Page, done: Done) -> Step | Lost:
        """The step that is next, by the form on a page."""
        made = [one.name for one in done]
        last = max((n for n, one in enumerate(self.steps) if str(one) in made), default=-1)
        later = self.steps[last + 1 :]
        for step in later:
            if step.places(page):
                return step
        if later and later[0].opens and last >= 0:
            return later[0]
        for step in self.steps[: last + 1]:
            if str(step) in made and step.places(page):
                return self._again(step, page)
        if not later:
            why = f"all steps are done, but the earner is on {page.told()}"
            kind = "revoke" if self.steps[-1].origin else "consent"
            return Lost(
                f"{why}; it contains: {inventory(page)}", WRONG_SELECTOR.format(recipe=kind)
            )
        missing = next((one for one in later if not one.opens), later[0])
        control = missing.control(page, Act.GRANT)
        return control if isinstance(control, Lost) else Lost()

    def next(self, page: Page, asked: Asked, done: Done) -> Move | Reopen | Lost:
        """The next step whose form is on the page."""
        step = self.found(page, done)
        if isinstance(step, Step) and step.opens:
            return Reopen(str(step))
        return step if isinstance(step, Lost) else step.move(page, asked)

    def is_done(self, done: Done) -> bool:
        """Whether the last step was made."""
        return str(self.steps[-1]) in [one.name for one in done]

    def asks_who(self, page: Page) -> bool:
        """It has the form of a step that comes before the answer."""
        before = takewhile(lambda one: not one.answers, self.steps)
        return any(one.places(page) for one in before)

    def answer(self, page: Page, act: Act, callback: str) -> Control | None:  # noqa: ARG002 - where it leads is not asked
        """What the answering step presses."""
        [step] = [one for one in self.steps if one.answers][:1]
        control = step.control(page, act)
        return None if isinstance(control, Lost) else control

    def _again(self, step: Step, page: Page) -> Lost:
        why = f"{step} was done, but its form appeared again on {page.told()}"
        is_login = not step.answers and "$password" in [
            value for one in self.steps for value in one.fields.values()
        ]
        return Lost(f"{why}: {page.text(160)!r}", WRONG_ACCOUNT if is_login else CAME_AGAIN)


def _with_origin(written: Any, origin: str) -> Any:
    """A part of a recipe with the origin, and its host and port, in place of their names."""
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


def _step(number: int, written: Mapping[str, Any], origin: str) -> Step:
    token = written.get("token")
    usual = "answer" if "grant" in written else "open" if "open" in written else "unnamed"
    return Step(
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


def _written(fields: MultiDict[str], element: Tag, value: object) -> MultiDict[str]:
    """The fields of a form after a text was written into one of them."""
    filled = MultiDict(fields)
    filled[str(element.get("name", ""))] = str(value)
    return filled


def _ticked(fields: MultiDict[str], element: Tag, value: object) -> MultiDict[str]:
    """The fields of a form after a box was ticked or not."""
    box = str(element.get("name", "")), ticked_value(element)
    is_radio = element.get("type") == "radio"
    kept = [one for one in fields.items() if one != box and not (is_radio and one[0] == box[0])]
    return MultiDict([*kept, *([box] if value else [])])


def _with_token(control: Control, token: Token, value: str) -> Control:
    if token.header:
        return evolve(control, headers=((token.header, value),))
    return evolve(control, fields=MultiDict([*control.fields.items(), (token.field or "", value)]))
