"""Read the pages of a Backpack as a person would: its forms, its links, what they are for."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from urllib.parse import urljoin

from attrs import frozen
from bs4 import BeautifulSoup, Tag

ANY_CASE = re.IGNORECASE
GRANTS = re.compile(r"\b(grant|allow|accept|authori[sz]e|approve|yes|permit|agree)", ANY_CASE)
DENIES = re.compile(
    r"\b(deny|cancel|reject|refuse|decline|disallow|no|not|don.?t)\b", re.IGNORECASE
)
ENDS = re.compile(r"\b(log ?out|sign ?out|log ?off)\b", ANY_CASE)
NAMES_EARNER = re.compile(r"e-?mail|user|login|account", ANY_CASE)


class Act(StrEnum):
    """What the earner does on the consent page."""

    GRANT = "grant"
    DENY = "deny"
    LOOK = "look"


@frozen
class Control:
    """Something on a page that can be pressed: a button of a form, or a link."""

    label: str
    """What a person reads on it."""
    hints: str
    """Names, ids and addresses, that a person does not see."""
    method: str
    url: str
    fields: Mapping[str, str]
    """What is sent with it, its own name and value among it."""

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Whether it reads like this; hints count only where nothing can be read."""
        return bool(pattern.search(self.label or self.hints))


@frozen
class LoginForm:
    """A form that asks who the earner is."""

    control: Control
    email_field: str
    password_field: str | None

    def filled(self, email: str, password: str) -> Control:
        """The form with the earner's credentials in it."""
        fields = {**self.control.fields, self.email_field: email}
        if self.password_field:
            fields[self.password_field] = password
        return Control(
            self.control.label, self.control.hints, self.control.method, self.control.url, fields
        )


@frozen
class Page:
    """An HTML page at a URL."""

    url: str
    soup: BeautifulSoup

    @classmethod
    def parse(cls, url: str, body: bytes) -> "Page":
        """Parse a page as leniently as a browser does."""
        return cls(url, BeautifulSoup(body, "html.parser"))

    @property
    def title(self) -> str:
        """The title, or the first heading, or ``""``."""
        found = self.soup.title or self.soup.h1
        return " ".join(found.get_text(" ").split()) if found else ""

    def login_form(self) -> LoginForm | None:
        """The form that asks for an e-mail or a password, if there is one."""
        for form in self.soup.find_all("form"):
            email = next(filter(_asks_who, form.find_all("input")), None)
            if email is None:
                continue
            password = form.find("input", type="password")
            control = next(self._buttons(form))
            return LoginForm(control, _attribute(email, "name"), _name_of(password))
        return None

    def controls(self) -> Iterator[Control]:
        """All buttons of all forms, then all links."""
        for form in self.soup.find_all("form"):
            yield from self._buttons(form)
        for link in self.soup.find_all("a", href=True):
            href = _attribute(link, "href")
            url = urljoin(self.url, href)
            yield Control(link.get_text(" ").strip(), f"{_hints(link)} {href}", "GET", url, {})

    def consent_control(self, act: Act, callback: str) -> Control | None:
        """What the earner presses to grant or to deny; ``None`` when the page has no such thing."""
        usable = [one for one in self.controls() if not one.says(ENDS)]
        denying = [one for one in usable if _denies(one, callback)]
        if act is Act.DENY:
            return denying[0] if denying else None
        granting = [one for one in usable if one not in denying]
        told = [one for one in granting if one.says(GRANTS)]
        posted = [one for one in granting if one.method == "POST"]
        found = [one for one in told if one in posted] or told or posted
        return found[0] if found else None

    def revoking_control(self, origin: str) -> Control | None:
        """What the earner presses on a settings page to take an origin's permission back."""
        for control in self.controls():
            texts = [control.label, control.url, *control.fields.values()]
            if control.method == "POST" and any(origin in text for text in texts):
                return control
        return None

    def _buttons(self, form: Tag) -> Iterator[Control]:
        url = urljoin(self.url, _attribute(form, "action") or self.url)
        method = (_attribute(form, "method") or "get").upper()
        fields = dict(_fields(form))
        pressed = [one for one in form.find_all(["button", "input"]) if _is_submit(one)]
        alone: list[Tag | None] = [None]
        for button in pressed or alone:
            own = {} if button is None else _pressed(button)
            label = "" if button is None else _label(button)
            hints = f"{_hints(form)} {_hints(button) if button else ''} {form.get('action', '')}"
            yield Control(label, hints, method, url, {**fields, **own})


def _denies(control: Control, callback: str) -> bool:
    leads_back = control.method == "GET" and control.url.startswith(callback.partition("?")[0])
    return leads_back or control.says(DENIES)


def _asks_who(field: Tag) -> bool:
    kind = (_attribute(field, "type") or "text").lower()
    name = _attribute(field, "name")
    return bool(name) and (kind == "email" or (kind == "text" and bool(NAMES_EARNER.search(name))))


def _fields(form: Tag) -> Iterator[tuple[str, str]]:
    for field in form.find_all(["input", "select", "textarea"]):
        name = _attribute(field, "name")
        kind = (_attribute(field, "type") or "text").lower()
        if not name or kind in ("submit", "button", "image", "reset", "file"):
            continue
        if kind in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        yield name, _field_value(field)


def _field_value(field: Tag) -> str:
    if field.name == "textarea":
        return field.get_text()
    if field.name == "select":
        chosen = field.find("option", selected=True) or field.find("option")
        return _attribute(chosen, "value") if isinstance(chosen, Tag) else ""
    return _attribute(field, "value")


def _is_submit(button: Tag) -> bool:
    kind = _attribute(button, "type").lower()
    return kind == "submit" or (button.name == "button" and kind not in ("button", "reset"))


def _pressed(button: Tag) -> dict[str, str]:
    name = _attribute(button, "name")
    return {name: _attribute(button, "value")} if name else {}


def _label(button: Tag) -> str:
    said = _attribute(button, "aria-label") or button.get_text(" ") or _attribute(button, "value")
    return " ".join(said.split())


def _hints(element: Tag) -> str:
    return " ".join(_attribute(element, name) for name in ("id", "name", "value", "class"))


def _attribute(element: Tag, name: str) -> str:
    value = element.get(name)
    return " ".join(value) if isinstance(value, list) else str(value or "")


def _name_of(field: object) -> str | None:
    return _attribute(field, "name") or None if isinstance(field, Tag) else None
