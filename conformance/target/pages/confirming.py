"""Pages that ask an earner for confirmation after they pressed something on another page."""

from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from conformance.target.pages.forms import Control, Page
from conformance.target.pages.inventory import inventory
from conformance.target.pages.names import NamedOrigins
from conformance.target.pages.origins import Origin
from conformance.target.pages.reader import DeadEnd
from conformance.target.pages.settings import METHODS, SHOW_ORIGIN, stays_on_site
from conformance.target.pages.words import CONFIRMS, KEEPS, REMOVES, REVOKES

ControlKey: TypeAlias = tuple[str, ...]
"""Identifies a control when its page is loaded again, independent of changing tokens."""


def control_keys(page: Page) -> frozenset[ControlKey]:
    """The keys of all controls on a page."""
    return frozenset(map(_key, [*page.controls(), *page.scripted()]))


def confirm_control(
    page: Page, known: frozenset[ControlKey], origin: str
) -> Control | DeadEnd | None:
    """The control that confirms on a page; ``None`` when the page asks nothing.

    Only controls that were not on the previous page count, and none on a page that names another
    origin, so that no grant of another issuer is revoked.
    """
    names = NamedOrigins(page, Origin.of(origin))
    named = names.of(page.soup)
    if named and not names.is_only_target(named):
        return None
    new_controls = [
        control
        for control in [*page.controls(), *page.scripted()]
        if _key(control) not in known and not control.ends_session and stays_on_site(control, page)
    ]
    candidates = [
        control for control in new_controls if control.element and not control.says(KEEPS)
    ]
    labelled = [
        control
        for control in candidates
        if any(control.says(words) for words in (CONFIRMS, REVOKES, REMOVES))
    ]
    for method in METHODS:
        of_method = [control for control in candidates if control.method == method]
        labelled_of_method = [control for control in of_method if control in labelled]
        if method != "POST" or len(of_method) != 1:
            of_method = labelled_of_method
        if len(of_method) == 1:
            return of_method[0]
        if method == "POST" and sum(control.method == method for control in candidates) > 1:
            why = (
                f"{page.described()} asks for confirmation, but it is unclear which button confirms"
            )
            return DeadEnd(f"{why}; it contains: {inventory(page)}", SHOW_ORIGIN)
    return None


def _key(control: Control) -> ControlKey:
    parts = urlsplit(control.url)
    names = sorted({*control.fields, *(name for name, _ in parse_qsl(parts.query))})
    return (control.method, parts.path, control.label, *names)
