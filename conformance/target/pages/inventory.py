"""List the forms, fields, buttons and links of a page for error messages."""

from collections.abc import Iterable

from bs4 import Tag

from conformance.core.plain import shortened
from conformance.target.pages.elements import is_shown, label_of
from conformance.target.pages.forms import Page

MAX_LISTED = 6
"""The most elements of a kind that are listed."""


def inventory(page: Page) -> str:
    """The forms of a page with fields and buttons, other buttons, and links, as one line."""
    forms = [_form(element) for element in page.soup.select("form")]
    buttons = [
        _button(element)
        for element in page.soup.select("button")
        if element.find_parent("form") is None
    ]
    links = [_button(element) for element in page.soup.select("a[href]")]
    return ", ".join([*_some(forms or ["no form"]), *_some(buttons), *_some(links)])


def _form(form: Tag) -> str:
    fields = form.select("input:not([type=submit],[type=hidden]), select, textarea")
    buttons = form.select("button, input[type=submit]")
    inside = [
        f"with {kind} {', '.join(_some(map(describe, elements)))}"
        for kind, elements, describe in (("fields", fields, named), ("buttons", buttons, _button))
        if elements
    ]
    hidden = "" if is_shown(form) else " (hidden)"
    return " ".join([f"{named(form)}{hidden}", *inside])


def _button(button: Tag) -> str:
    """A button or link as a selector, with its label."""
    label = label_of(button)
    return f"{named(button)} {shortened(label, 40)!r}" if label else named(button)


def named(element: Tag) -> str:
    """A CSS selector that finds an element."""
    if name := element.get("id"):
        return f"{element.name}#{name}"
    for attribute in ("name", "class", "value", "href", "action"):
        value = element.get(attribute)
        if value and attribute == "name" and element.get("value") and _is_chosen(element):
            return f'{element.name}[name="{value}"][value="{element["value"]}"]'
        if value:
            if attribute == "class":
                return f"{element.name}.{'.'.join(str(value).split())}"
            return f'{element.name}[{attribute}="{shortened(str(value), 40)}"]'
    return element.name


def _is_chosen(element: Tag) -> bool:
    """Whether its value distinguishes it from others with the same name."""
    return element.name == "button" or element.get("type") in ("submit", "radio", "checkbox")


def _some(texts: Iterable[str]) -> list[str]:
    items = list(texts)
    more = len(items) - MAX_LISTED
    return [*items[:MAX_LISTED], f"and {more} more"] if more > 0 else items
