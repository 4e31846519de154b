"""Pages that ask an earner whether they mean it, after something was pressed on another page."""

from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from conformance.target.pages.forms import Control, Page
from conformance.target.pages.inventory import inventory
from conformance.target.pages.names import Names
from conformance.target.pages.origins import Origin
from conformance.target.pages.reader import Lost
from conformance.target.pages.settings import METHODS, SHOW_ORIGIN, stays
from conformance.target.pages.words import CONFIRMS, KEEPS, REMOVES, REVOKES

Key: TypeAlias = tuple[str, ...]
"""What is the same of a button when its page is shown again, whatever its token is by then."""


def keys_of(page: Page) -> frozenset[Key]:
    """Everything that can be pressed on a page."""
    return frozenset(map(_key, [*page.controls(), *page.scripted()]))


def confirming(page: Page, known: frozenset[Key], origin: str) -> Control | Lost | None:
    """What says yes on a page; ``None`` when it asks nothing.

    Only what was not on the page before can be meant, and nothing on a page that names another
    origin: whoever revokes must not press a button of somebody else.
    """
    names = Names(page, Origin.of(origin))
    named = names.of(page.soup)
    if named and not names.is_sought(named):
        return None
    fresh = [
        one
        for one in [*page.controls(), *page.scripted()]
        if _key(one) not in known and not one.ends_session and stays(one, page)
    ]
    willing = [one for one in fresh if one.element and not one.says(KEEPS)]
    told = [one for one in willing if any(one.says(w) for w in (CONFIRMS, REVOKES, REMOVES))]
    for method in METHODS:
        found = [one for one in willing if one.method == method]
        certain = [one for one in found if one in told]
        if method != "POST" or len(found) != 1:
            found = certain
        if len(found) == 1:
            return found[0]
        if method == "POST" and len([one for one in willing if one.method == method]) > 1:
            why = f"{page.told()} asks for confirmation, but it is unclear which button confirms"
            return Lost(f"{why}; it contains: {inventory(page)}", SHOW_ORIGIN)
    return None


def _key(control: Control) -> Key:
    parts = urlsplit(control.url)
    names = sorted({*control.fields, *(name for name, _ in parse_qsl(parts.query))})
    return (control.method, parts.path, control.label, *names)
