"""Read the pages of a Backpack as a person would: its forms, its links, what they are for."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from attrs import evolve, field, frozen
from bs4 import BeautifulSoup, Tag
from multidict import MultiDict

from conformance.target.pages.elements import (
    attribute,
    fields,
    hints_of,
    inside,
    is_shown,
    is_submit,
    kind_of,
    label_of,
    of_either,
    text_of,
    ticked_value,
)

ANY_CASE = re.IGNORECASE
GRANTS = re.compile(r"\b(grant|allow|accept|authori[sz]e|approve|yes|permit|agree)", ANY_CASE)
DENIES = re.compile(r"\b(deny|cancel|reject|refuse|decline|disallow|no|not|don.?t)\b", ANY_CASE)
ENDS = re.compile(r"\b(log|sign)[ _-]?(out|off)\b", ANY_CASE)
NAMES_EARNER = re.compile(r"e-?mail|user|login|account", ANY_CASE)
SCRIPT = "SCRIPT"
SCRIPTED = "button, input[type=button], [role=button], [onclick], a:not([href]), a[href^='#']"


class Act(StrEnum):
    """What the earner does on the consent page."""

    GRANT = "grant"
    DENY = "deny"
    LOOK = "look"


@frozen
class Control:
    """Something on a page that can be pressed: a button of a form, a link, a button of a script."""

    label: str
    """What a person reads on it."""
    hints: str
    """Names, ids and addresses, that a person does not see."""
    method: str
    """``GET``, ``POST``, or ``SCRIPT`` where only a script of the page knows what is sent."""
    url: str
    fields: MultiDict[str]
    """What is sent with it, its own name and value among it, and what was filled in or ticked."""
    headers: tuple[tuple[str, str], ...] = ()
    """What a script of the page would send with it."""
    element: Tag | None = field(default=None, eq=False, repr=False)
    """What is pressed; ``None`` for a form without a button."""
    form: Tag | None = field(default=None, eq=False, repr=False)
    boxes: tuple[Tag, ...] = field(default=(), eq=False, repr=False)
    """Checkboxes that are ticked before."""

    def ticking(self, boxes: Iterable[Tag]) -> "Control":
        """The control after these checkboxes of its form were ticked."""
        sent = MultiDict(self.fields)
        for box in boxes:
            sent.add(attribute(box, "name"), ticked_value(box))
        return evolve(self, fields=sent, boxes=(*self.boxes, *boxes))

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Whether it reads like this; hints count only where nothing can be read."""
        return bool(pattern.search(self.label or self.hints))

    @property
    def is_guessed(self) -> bool:
        """Whether nothing that a person reads on it tells what it is for."""
        return not (GRANTS.search(self.label) or DENIES.search(self.label))

    @property
    def ends_session(self) -> bool:
        """Whether it logs the earner out."""
        return self.says(ENDS) or bool(ENDS.search(urlsplit(self.url).path))


@frozen
class LoginForm:
    """A form that asks who the earner is, or for their password, or for both."""

    control: Control
    email: Tag | None = field(eq=False)
    password: Tag | None = field(eq=False)

    @property
    def email_field(self) -> str | None:
        """The name of the field for the e-mail."""
        return attribute(self.email, "name") if self.email else None

    @property
    def password_field(self) -> str | None:
        """The name of the field for the password."""
        return attribute(self.password, "name") if self.password else None

    def entries(self, email: str, password: str) -> tuple[tuple[Tag, str], ...]:
        """What is written into which field."""
        both = ((self.email, email), (self.password, password))
        return tuple((element, value) for element, value in both if element)

    def filled(self, email: str, password: str) -> Control:
        """The form with the earner's credentials in it."""
        fields = MultiDict(self.control.fields)
        for element, value in self.entries(email, password):
            fields[attribute(element, "name")] = value
        return evolve(self.control, fields=fields)


@frozen
class Page:
    """An HTML page at a URL."""

    url: str
    soup: BeautifulSoup

    @classmethod
    def parse(cls, url: str, body: bytes, encoding: str | None = None) -> "Page":
        """Parse a page as leniently as a browser does; ``encoding`` is that of its header."""
        return _parsed(url, body, encoding)

    @classmethod
    def of_text(cls, url: str, html: str) -> "Page":
        """A page whose characters are known."""
        return cls(url, BeautifulSoup(html, "html.parser"))

    @property
    def title(self) -> str:
        """The title, or the first heading, or ``""``."""
        found = self.soup.title or self.soup.h1
        return text_of(found) if found else ""

    def told(self) -> str:
        """Where it is and what it is called."""
        title = f", a page called {self.title!r}" if self.title else ""
        return f"{self.url.partition('?')[0]}{title}"

    def text(self, length: int) -> str:
        """The beginning of what a person reads on it."""
        whole = text_of(self.soup)
        return whole if len(whole) <= length else f"{whole[:length]}…"

    def find(self, selector: str) -> Tag | None:
        """The first element of a selector that is shown."""
        return next(filter(is_shown, self.soup.select(selector)), None)

    def first_control(self, form: Tag) -> Control:
        """The first button of a form, or the form itself."""
        return next(self.buttons(form))

    def control_of(self, pressed: Tag, form: Tag | None) -> Control:
        """A button of a form, a link, or something that only a script knows."""
        if pressed.name == "a" and pressed.has_attr("href"):
            return self._link(pressed)
        if form is None or not (is_submit(pressed) or pressed.name not in ("button", "input")):
            return self._of_script(pressed)
        return self._button(form, pressed)

    def login_form(self) -> LoginForm | None:
        """The form that asks for a password, else one that asks for an e-mail."""
        found = [one for form in self.forms() if (one := self._login(form))]
        with_password = [one for one in found if one.password]
        return next(iter(with_password or found), None)

    def _login(self, form: Tag) -> LoginForm | None:
        """A form that asks who the earner is, and nothing else of them."""
        email, password = _credentials(form)
        if email is None and password is None:
            return None
        buttons = list(self.buttons(form))
        if any(GRANTS.search(button.label) for button in buttons):
            return None
        return LoginForm(buttons[0], email, password)

    def login_of(self, control: Control) -> LoginForm | None:
        """The form of a control, where it asks who the earner is as well."""
        asked = _credentials(control.form) if control.form else (None, None)
        return LoginForm(control, *asked) if any(asked) else None

    def forms(self) -> list[Tag]:
        """The forms that are shown."""
        return list(filter(is_shown, inside(self.soup, "form")))

    def controls(self) -> Iterator[Control]:
        """All buttons of all forms, then all links; none that is hidden."""
        for form in self.forms():
            yield from self.buttons(form)
        for link in inside(self.soup, "a"):
            if link.has_attr("href") and is_shown(link):
                yield self._link(link)

    def scripted(self) -> Iterator[Control]:
        """Buttons, and what looks like one, that do nothing without a script."""
        in_forms = {id(one.element) for form in self.forms() for one in self.buttons(form)}
        for element in self.soup.select(SCRIPTED):
            if id(element) not in in_forms and not element.has_attr("disabled"):
                yield self._of_script(element)

    def consent_control(self, act: Act, callback: str) -> Control | None:
        """What the earner presses to grant or to deny; ``None`` when the page has no such thing."""
        usable = [one for one in self.controls() if not one.ends_session]
        denying = [one for one in usable if _denies(one, callback)]
        if act is Act.DENY:
            return denying[0] if denying else None
        granting = [one for one in usable if one not in denying]
        told = [one for one in granting if one.says(GRANTS)]
        posted = [one for one in granting if one.method == "POST"]
        found = [one for one in told if one in posted] or told or posted
        return found[0] if found else None

    def _link(self, link: Tag) -> Control:
        url = urljoin(self.url, attribute(link, "href"))
        hints = f"{hints_of(link)} {url}"
        return Control(label_of(link), hints, "GET", url, MultiDict(), element=link)

    def _of_script(self, element: Tag) -> Control:
        hints = hints_of(element)
        return Control(label_of(element), hints, SCRIPT, self.url, MultiDict(), element=element)

    def buttons(self, form: Tag) -> Iterator[Control]:
        """A control for each button of a form that is shown; without one, the form itself."""
        name = attribute(form, "id")
        anywhere = inside(self.soup, "button", "input") if name else []
        outside = [one for one in anywhere if attribute(one, "form") == name]
        within = [one for one in inside(form, "button", "input") if not one.has_attr("form")]
        once = {id(one): one for one in [*within, *outside]}  # equal buttons are two
        pressed = [one for one in once.values() if is_submit(one) and is_shown(one)]
        alone: list[Tag | None] = [None]
        for button in pressed or alone:
            yield self._button(form, button)

    def _button(self, form: Tag, button: Tag | None) -> Control:
        sent = MultiDict(fields(form))
        own = "" if button is None else attribute(button, "name")
        if button is not None and own:
            sent.add(own, attribute(button, "value"))
        action = of_either(button, "formaction", form, "action")
        method = (of_either(button, "formmethod", form, "method") or "get").upper()
        return Control(
            label="" if button is None else label_of(button),
            hints=f"{hints_of(form)} {'' if button is None else hints_of(button)} {action}",
            method=SCRIPT if method == "DIALOG" else method,
            url=urljoin(self.url, action or self.url),
            fields=sent,
            element=button,
            form=form,
        )


def _denies(control: Control, callback: str) -> bool:
    leads_back = control.method == "GET" and control.url.startswith(callback.partition("?")[0])
    return leads_back or control.says(DENIES)


def _credentials(form: Tag) -> tuple[Tag | None, Tag | None]:
    """The fields for an e-mail and for a password."""
    inputs = [one for one in inside(form, "input") if attribute(one, "name")]
    email = next(filter(_asks_who, inputs), None)
    return email, next((one for one in inputs if kind_of(one) == "password"), None)


def _asks_who(field: Tag) -> bool:
    kind, name = kind_of(field), attribute(field, "name")
    return kind == "email" or (kind == "text" and bool(NAMES_EARNER.search(name)))


@lru_cache(maxsize=16)
def _parsed(url: str, body: bytes, encoding: str | None) -> Page:
    """A page as it came: several look at the same one, and nobody changes it."""
    return Page(url, BeautifulSoup(body, "html.parser", from_encoding=encoding))
