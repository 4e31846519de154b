"""What there is to fill in and to press on a page, for whoever looks for something else."""

from collections.abc import Iterable

from bs4 import Tag

from conformance.core.plain import shortened
from conformance.target.pages.elements import is_shown, label_of
from conformance.target.pages.forms import Page

MOST_SHOWN = 6
"""Things of a kind that are named."""


def inventory(page: Page) -> str:
    """The forms of a page with their fields and buttons, other buttons, and links, in a line."""
    forms = [_form(one) for one in page.soup.select("form")]
    buttons = [
        _button(one) for one in page.soup.select("button") if one.find_parent("form") is None
    ]
    links = [_button(one) for one in page.soup.select("a[href]")]
    return ", ".join([*_some(forms or ["no form"]), *_some(buttons), *_some(links)])


def _form(form: Tag) -> str:
    fields = form.select("input:not([type=submit],[type=hidden]), select, textarea")
    buttons = form.select("button, input[type=submit]")
    inside = [
        f"with {kind} {', '.join(_some(map(told, found)))}"
        for kind, found, told in (("fields", fields, named), ("buttons", buttons, _button))
        if found
    ]
    hidden = "" if is_shown(form) else " (hidden)"
    return " ".join([f"{named(form)}{hidden}", *inside])


def _button(button: Tag) -> str:
    """A button or link as a selector, and with what is read on it."""
    label = label_of(button)
    return f"{named(button)} {shortened(label, 40)!r}" if label else named(button)


def named(element: Tag) -> str:
    """An element as a selector that would find it."""
    if name := element.get("id"):
        return f"{element.name}#{name}"
    for attribute in ("name", "class", "value", "href", "action"):
        value = element.get(attribute)
        if value and attribute == "name" and element.get("value") and _is_chosen(element):
            return f'{element.name}[name="{value}"][value="{element["value"]}"]'
        if value:
            said = " ".join(value) if isinstance(value, list) else str(value)
            if attribute == "class":
                return f"{element.name}.{said.replace(' ', '.')}"
            return f'{element.name}[{attribute}="{shortened(said, 40)}"]'
    return element.name


def _is_chosen(element: Tag) -> bool:
    """Whether its value tells it apart from others of its name."""
    return element.name == "button" or element.get("type") in ("submit", "radio", "checkbox")


def _some(found: Iterable[str]) -> list[str]:
    told = list(found)
    more = len(told) - MOST_SHOWN
    return [*told[:MOST_SHOWN], f"and {more} more"] if more > 0 else told
