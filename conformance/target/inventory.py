"""What there is to fill in and to press on a page, for whoever looks for something else."""

from collections.abc import Iterable

from bs4 import Tag

from conformance.target.forms import Page

MOST_SHOWN = 6
"""Things of a kind that are named."""


def inventory(page: Page) -> str:
    """The forms of a page with their fields and buttons, else its links, in a line."""
    forms = [_form(one) for one in page.soup.select("form")]
    links = [_named(one) for one in page.soup.select("a[href]")]
    return ", ".join([*_some(forms or ["no form"]), *([] if forms else _some(links))])


def _form(form: Tag) -> str:
    fields = form.select("input:not([type=submit],[type=hidden]), select, textarea")
    buttons = form.select("button, input[type=submit]")
    inside = [
        f"with {kind} {', '.join(_some(map(_named, found)))}"
        for kind, found in (("fields", fields), ("buttons", buttons))
        if found
    ]
    return f"{_named(form)} {' and '.join(inside)}".strip()


def _named(element: Tag) -> str:
    """An element as a selector that would find it."""
    if name := element.get("id"):
        return f"{element.name}#{name}"
    for attribute in ("name", "class", "value", "href", "action"):
        value = element.get(attribute)
        if value:
            said = " ".join(value) if isinstance(value, list) else str(value)
            if attribute == "class":
                return f"{element.name}.{said.replace(' ', '.')}"
            return f'{element.name}[{attribute}="{said[:40]}"]'
    return element.name


def _some(found: Iterable[str]) -> list[str]:
    named = list(found)
    more = len(named) - MOST_SHOWN
    return [*named[:MOST_SHOWN], f"and {more} more"] if more > 0 else named
