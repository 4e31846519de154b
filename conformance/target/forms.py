"""Read the pages of a Backpack as a person would: its forms, its links, what they are for."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

from attrs import evolve, frozen
from bs4 import BeautifulSoup, Tag
from multidict import MultiDict

ANY_CASE = re.IGNORECASE
GRANTS = re.compile(r"\b(grant|allow|accept|authori[sz]e|approve|yes|permit|agree)", ANY_CASE)
DENIES = re.compile(r"\b(deny|cancel|reject|refuse|decline|disallow|no|not|don.?t)\b", ANY_CASE)
ENDS = re.compile(r"\b(log|sign)[ _-]?(out|off)\b", ANY_CASE)
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
    fields: MultiDict[str]
    """What is sent with it, its own name and value among it."""
    row: str = ""
    """What a person reads in the row of a table or list that it stands in."""
    headers: tuple[tuple[str, str], ...] = ()
    """What a script of the page would send with it."""

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
    email_field: str | None
    password_field: str | None

    def filled(self, email: str, password: str) -> Control:
        """The form with the earner's credentials in it."""
        fields = MultiDict(self.control.fields)
        for name, value in ((self.email_field, email), (self.password_field, password)):
            if name:
                fields[name] = value
        return evolve(self.control, fields=fields)


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
        return _text(found) if found else ""

    def told(self) -> str:
        """Where it is and what it is called."""
        title = f", a page called {self.title!r}" if self.title else ""
        return f"{self.url.partition('?')[0]}{title}"

    def text(self, length: int) -> str:
        """The beginning of what a person reads on it."""
        whole = _text(self.soup)
        return whole if len(whole) <= length else f"{whole[:length]}…"

    def first_control(self, form: Tag) -> Control:
        """The first button of a form, or the form itself."""
        return next(self._buttons(form))

    def control_of(self, pressed: Tag, form: Tag) -> Control:
        """A button of a form, or a link."""
        return self._link(pressed) if pressed.has_attr("href") else self._button(form, pressed)

    def login_form(self) -> LoginForm | None:
        """The form that asks for a password, else one that asks for an e-mail."""
        found = [one for form in _inside(self.soup, "form") if (one := self._login(form))]
        with_password = [one for one in found if one.password_field]
        return next(iter(with_password or found), None)

    def _login(self, form: Tag) -> LoginForm | None:
        """A form that asks who the earner is, and nothing else of them."""
        email, password = _credentials(form)
        if email is None and password is None:
            return None
        buttons = list(self._buttons(form))
        if any(GRANTS.search(button.label) for button in buttons):
            return None
        return LoginForm(buttons[0], email, password)

    def with_credentials(self, control: Control, email: str, password: str) -> Control:
        """A control, filled in where its form asks who the earner is as well."""
        for form in _inside(self.soup, "form"):
            asked = _credentials(form)
            if any(asked) and control in self._buttons(form):
                return LoginForm(control, *asked).filled(email, password)
        return control

    def controls(self) -> Iterator[Control]:
        """All buttons of all forms, then all links."""
        for form in _inside(self.soup, "form"):
            yield from self._buttons(form)
        for link in _inside(self.soup, "a"):
            if link.has_attr("href"):
                yield self._link(link)

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

    def revoking_control(self, origin: str) -> Control | None:
        """What the earner presses on a settings page to take an origin's permission back."""
        posted = self._posted()
        whole = re.compile(re.escape(origin) + r"(?![\w.:-])")
        for where in ("fields", "url", "label", "row"):
            for control in posted:
                found = getattr(control, where)
                texts = found.values() if isinstance(found, Mapping) else [found]
                if any(whole.search(text) for text in texts):
                    return control
        return None

    def confirming_control(self, origin: str) -> Control | None:
        """What the earner presses where a page asks whether they mean it; it has one answer."""
        whole = re.compile(re.escape(origin) + r"(?![\w.:-])")
        yes = [one for one in self._posted() if not one.says(DENIES)]
        asks = whole.search(_text(self.soup)) or self.revoking_control(origin)
        return yes[0] if asks and len(yes) == 1 else None

    def _link(self, link: Tag) -> Control:
        url = urljoin(self.url, _attribute(link, "href"))
        hints = f"{_hints(link)} {url}"
        return Control(_label(link), hints, "GET", url, MultiDict(), _row(link))

    def _posted(self) -> list[Control]:
        return [one for one in self.controls() if one.method == "POST" and not one.ends_session]

    def _buttons(self, form: Tag) -> Iterator[Control]:
        """A control for each button of a form; of a form without one, the form itself."""
        name = _attribute(form, "id")
        anywhere = _inside(self.soup, "button", "input") if name else []
        outside = [one for one in anywhere if _attribute(one, "form") == name]
        inside = _inside(form, "button", "input")
        once = {id(one): one for one in [*inside, *outside]}  # equal buttons are two
        pressed = [one for one in once.values() if _is_submit(one)]
        alone: list[Tag | None] = [None]
        for button in pressed or alone:
            yield self._button(form, button)

    def _button(self, form: Tag, button: Tag | None) -> Control:
        fields = MultiDict(_fields(form))
        own = "" if button is None else _attribute(button, "name")
        if button is not None and own:
            fields.add(own, _attribute(button, "value"))
        action = _of_either(button, "formaction", form, "action")
        hints = f"{_hints(form)} {'' if button is None else _hints(button)} {action}"
        return Control(
            label="" if button is None else _label(button),
            hints=hints,
            method=(_of_either(button, "formmethod", form, "method") or "get").upper(),
            url=urljoin(self.url, action or self.url),
            fields=fields,
            row=_row(form if button is None else button),
        )


def _inside(element: Tag, *names: str) -> list[Tag]:
    """The elements of these names in an element; `find_all` takes six times as long."""
    found = (one for one in element.descendants if isinstance(one, Tag))
    return [one for one in found if one.name in names]


def _denies(control: Control, callback: str) -> bool:
    leads_back = control.method == "GET" and control.url.startswith(callback.partition("?")[0])
    return leads_back or control.says(DENIES)


def _credentials(form: Tag) -> tuple[str | None, str | None]:
    """Names of the fields for an e-mail and for a password."""
    inputs = [one for one in _inside(form, "input") if _attribute(one, "name")]
    email = next(filter(_asks_who, inputs), None)
    password = next((one for one in inputs if _kind(one) == "password"), None)
    names = [_attribute(one, "name") if one else None for one in (email, password)]
    return names[0], names[1]


def _asks_who(field: Tag) -> bool:
    kind, name = _kind(field), _attribute(field, "name")
    return kind == "email" or (kind == "text" and bool(NAMES_EARNER.search(name)))


def _fields(form: Tag) -> Iterator[tuple[str, str]]:
    for field in _inside(form, "input", "select", "textarea"):
        name, kind = _attribute(field, "name"), _kind(field)
        if not name or field.has_attr("disabled"):
            continue
        if kind in ("submit", "button", "image", "reset", "file"):
            continue
        if kind in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        value = _field_value(field, kind)
        if value is not None:
            yield name, value


def _field_value(field: Tag, kind: str) -> str | None:
    if field.name == "textarea":
        return field.get_text()
    if field.name == "select":
        chosen = field.find("option", selected=True) or field.find("option")
        if not isinstance(chosen, Tag):
            return None
        return _attribute(chosen, "value") if chosen.has_attr("value") else _text(chosen)
    if kind in ("checkbox", "radio") and not field.has_attr("value"):
        return "on"
    return _attribute(field, "value")


def _is_submit(button: Tag) -> bool:
    if button.has_attr("disabled"):
        return False
    kind = _attribute(button, "type").lower()
    return kind in ("submit", "image") or (
        button.name == "button" and kind not in ("button", "reset")
    )


def _label(element: Tag) -> str:
    """What is read on a link or a button: an ``input`` shows its value or its ``alt``."""
    shown = [_attribute(element, "aria-label"), _text(element)]
    if element.name == "input":
        shown += [_attribute(element, "alt"), _attribute(element, "value")]
    return next(filter(None, shown), "")


def _row(element: Tag) -> str:
    row = next((one for one in element.parents if one.name in ("tr", "li")), None)
    return _text(row) if row else ""


def _hints(element: Tag) -> str:
    return " ".join(_attribute(element, name) for name in ("id", "name", "value", "class"))


def _of_either(button: Tag | None, own: str, form: Tag, name: str) -> str:
    """An attribute of the button, which wins, or of its form."""
    return (_attribute(button, own) if button is not None else "") or _attribute(form, name)


def _kind(field: Tag) -> str:
    return (_attribute(field, "type") or "text").lower()


def _text(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())


def _attribute(element: Tag, name: str) -> str:
    value = element.get(name)
    return " ".join(value) if isinstance(value, list) else str(value or "")
