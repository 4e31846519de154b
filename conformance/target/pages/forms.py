"""Read the pages of a Backpack as a person would: forms, links, and their purpose."""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any
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
SOUP: Mapping[str, Any] = MappingProxyType(
    {"features": "html.parser", "multi_valued_attributes": None}  # an attribute is a text
)
SCRIPT = "SCRIPT"


class Act(StrEnum):
    """What the earner does on the consent page."""

    GRANT = "grant"
    DENY = "deny"
    LOOK = "look"


@frozen
class Control:
    """Something on a page that can be pressed: a form button, a link, or a button for a script."""

    label: str
    """The visible label."""
    hints: str
    """Names, ids and addresses, which a person does not see."""
    method: str
    """``GET``, ``POST``, or ``SCRIPT`` if only a script of the page knows what to send."""
    url: str
    fields: MultiDict[str]
    """The submitted fields, with the name and value of the control and all entries."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers that a script of the page would add."""
    element: Tag | None = field(default=None, eq=False, repr=False)
    """The element to press; ``None`` for a form without a button."""
    form: Tag | None = field(default=None, eq=False, repr=False)
    boxes: tuple[Tag, ...] = field(default=(), eq=False, repr=False)
    """Checkboxes to check first."""

    def ticking(self, boxes: Iterable[Tag]) -> "Control":
        """The control after checking these checkboxes of its form."""
        sent = MultiDict(self.fields)
        for box in boxes:
            sent.add(attribute(box, "name"), ticked_value(box))
        return evolve(self, fields=sent, boxes=(*self.boxes, *boxes))

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Whether the label matches; without a label, whether the hints match."""
        return bool(pattern.search(self.label or self.hints))

    @property
    def is_guessed(self) -> bool:
        """Whether its label does not say that it grants or denies."""
        return not (GRANTS.search(self.label) or DENIES.search(self.label))

    @property
    def ends_session(self) -> bool:
        """Whether it logs the earner out."""
        return self.says(ENDS) or bool(ENDS.search(urlsplit(self.url).path))


@frozen
class LoginForm:
    """A form that asks for the earner's e-mail, password, or both."""

    control: Control
    email: Tag | None = field(eq=False)
    password: Tag | None = field(eq=False)

    @property
    def email_field(self) -> str | None:
        """The name of the e-mail field."""
        return attribute(self.email, "name") if self.email else None

    @property
    def password_field(self) -> str | None:
        """The name of the password field."""
        return attribute(self.password, "name") if self.password else None

    def entries(self, email: str, password: str) -> tuple[tuple[Tag, str], ...]:
        """Each field with the value to enter."""
        both = ((self.email, email), (self.password, password))
        return tuple((element, value) for element, value in both if element)

    def filled(self, email: str, password: str) -> Control:
        """The control with the earner's credentials in its fields."""
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
        """Parse a page as leniently as a browser; ``encoding`` is from the Content-Type header."""
        return _parsed(url, body, encoding)

    @classmethod
    def of_text(cls, url: str, html: str) -> "Page":
        """A page from decoded HTML."""
        return cls(url, BeautifulSoup(html, **SOUP))

    @property
    def title(self) -> str:
        """The title, or the first heading, or ``""``."""
        heading = self.soup.title or self.soup.h1
        return text_of(heading) if heading else ""

    def described(self) -> str:
        """The URL without its query, and the title."""
        title = f", a page called {self.title!r}" if self.title else ""
        return f"{self.url.partition('?')[0]}{title}"

    def text(self, length: int) -> str:
        """The visible text, cut to a length."""
        whole = text_of(self.soup)
        return whole if len(whole) <= length else f"{whole[:length]}…"

    def find(self, selector: str) -> Tag | None:
        """The first visible element that matches a selector."""
        return next(filter(is_shown, self.soup.select(selector)), None)

    def first_control(self, form: Tag) -> Control:
        """The first button of a form, or the form itself."""
        return next(self.buttons(form))

    def control_of(self, pressed: Tag, form: Tag | None) -> Control:
        """The control of an element: a link, a form button, or a button for a script."""
        if pressed.name == "a" and pressed.has_attr("href"):
            return self._link(pressed)
        if form is None or not (is_submit(pressed) or pressed.name not in ("button", "input")):
            return self._of_script(pressed)
        return self._button(form, pressed)

    def login_form(self) -> LoginForm | None:
        """The form that asks for a password, else one that asks for an e-mail."""
        logins = [login for form in self.forms() if (login := self._login(form))]
        with_password = [login for login in logins if login.password]
        return next(iter(with_password or logins), None)

    def _login(self, form: Tag) -> LoginForm | None:
        """A form that asks for e-mail or password and is not a consent form."""
        email, password = _credentials(form)
        if email is None and password is None:
            return None
        buttons = list(self.buttons(form))
        if any(GRANTS.search(button.label) for button in buttons):
            return None
        return LoginForm(buttons[0], email, password)

    def login_of(self, control: Control) -> LoginForm | None:
        """The form of a control, if it also asks for e-mail or password."""
        credentials = _credentials(control.form) if control.form else (None, None)
        return LoginForm(control, *credentials) if any(credentials) else None

    def forms(self) -> list[Tag]:
        """The visible forms."""
        return list(filter(is_shown, inside(self.soup, "form")))

    def controls(self) -> Iterator[Control]:
        """All visible buttons of forms, then all visible links."""
        for form in self.forms():
            yield from self.buttons(form)
        for link in inside(self.soup, "a"):
            if link.has_attr("href") and is_shown(link):
                yield self._link(link)

    def scripted(self) -> Iterator[Control]:
        """Buttons and similar elements that do nothing without a script."""
        in_forms = {id(button.element) for form in self.forms() for button in self.buttons(form)}
        for element in filter(_may_need_script, inside(self.soup)):
            if id(element) not in in_forms and not element.has_attr("disabled"):
                yield self._of_script(element)

    def consent_control(self, act: Act, callback: str) -> Control | None:
        """The control that grants or denies; ``None`` if the page has none."""
        usable = [control for control in self.controls() if not control.ends_session]
        denying = [control for control in usable if _denies(control, callback)]
        if act is Act.DENY:
            return denying[0] if denying else None
        granting = [control for control in usable if control not in denying]
        labelled = [control for control in granting if control.says(GRANTS)]
        posted = [control for control in granting if control.method == "POST"]
        preferred = [control for control in labelled if control in posted] or labelled or posted
        return preferred[0] if preferred else None

    def _link(self, link: Tag) -> Control:
        url = urljoin(self.url, attribute(link, "href"))
        hints = f"{hints_of(link)} {url}"
        return Control(label_of(link), hints, "GET", url, MultiDict(), element=link)

    def _of_script(self, element: Tag) -> Control:
        hints = hints_of(element)
        return Control(label_of(element), hints, SCRIPT, self.url, MultiDict(), element=element)

    def buttons(self, form: Tag) -> Iterator[Control]:
        """A control for each visible button of a form; without a button, the form itself."""
        name = attribute(form, "id")
        candidates = inside(self.soup, "button", "input") if name else []
        associated = [button for button in candidates if attribute(button, "form") == name]
        descendants = [
            button for button in inside(form, "button", "input") if not button.has_attr("form")
        ]
        buttons_by_id = {
            id(button): button for button in [*descendants, *associated]
        }  # equal buttons are two
        submit_buttons = [
            button for button in buttons_by_id.values() if is_submit(button) and is_shown(button)
        ]
        alone: list[Tag | None] = [None]
        for button in submit_buttons or alone:
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


def _may_need_script(element: Tag) -> bool:
    """Whether it is a button, or is pressed like one.

    Without a CSS selector: its parser takes a quarter of a second to start, in every process.
    """
    if element.name == "a":
        is_button = not element.has_attr("href") or attribute(element, "href").startswith("#")
    else:
        is_input = element.name == "input" and kind_of(element) == "button"
        is_button = is_input or element.name == "button"
    return is_button or attribute(element, "role") == "button" or element.has_attr("onclick")


def _denies(control: Control, callback: str) -> bool:
    leads_back = control.method == "GET" and control.url.startswith(callback.partition("?")[0])
    return leads_back or control.says(DENIES)


def _credentials(form: Tag) -> tuple[Tag | None, Tag | None]:
    """The fields for e-mail and password."""
    inputs = [field for field in inside(form, "input") if attribute(field, "name")]
    email = next(filter(_is_login_field, inputs), None)
    return email, next((field for field in inputs if kind_of(field) == "password"), None)


def _is_login_field(field: Tag) -> bool:
    kind, name = kind_of(field), attribute(field, "name")
    return kind == "email" or (kind == "text" and bool(NAMES_EARNER.search(name)))


@lru_cache(maxsize=16)
def _parsed(url: str, body: bytes, encoding: str | None) -> Page:
    """A parsed page; it can be cached because nobody changes it."""
    return Page(url, BeautifulSoup(body, from_encoding=encoding, **SOUP))
