"""Find the control on a settings page that revokes the grant of one origin.

The nearest element around a button or link that names exactly one origin decides which grant the
control belongs to. In a list without an element for each grant, the adjacent heading or line does.
"""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from bs4 import Tag

from conformance.target.pages.elements import inside, is_shown, kind_of
from conformance.target.pages.flat import beside
from conformance.target.pages.forms import SCRIPT, Control, Page
from conformance.target.pages.inventory import inventory
from conformance.target.pages.names import NamedOrigins, values_of
from conformance.target.pages.origins import ADDRESS, Origin, in_attribute, joined
from conformance.target.pages.reader import DeadEnd
from conformance.target.pages.words import OTHER, REMOVES, REVOKES

WIDE = ("[document]", "html", "body", "main")
PARTS = ("h1", "nav", "header", "footer")
"""``WIDE`` elements contain the whole page; ``PARTS`` only appear inside such elements."""
ROWS = ("tr", "li", "article", "section", "fieldset", "details")
"""Elements that contain one grant and all of its controls."""
METHODS = ("POST", SCRIPT, "GET")
"""Preferred kinds of controls, when the labels do not decide."""
SHOW_ORIGIN = (
    "Show the origin in the row, card or form of its button. Or describe what to press: "
    "[[revoke]] in target.toml; or add revoke() to the adapter."
)


def revoke_controls(page: Page, origin: str) -> list[Control] | DeadEnd:
    """The controls that revoke access of an origin: one button or link for each of its grants."""
    controls = [*page.controls(), *page.scripted()]
    usable = [
        control for control in controls if not control.ends_session and stays_on_site(control, page)
    ]
    views = [NamedOrigins(page, Origin.of(origin), normalize) for normalize in (str, joined)]
    whole = (names for names in views if names.is_exact(names.of(page.soup)))
    for names in [*whole, *views]:
        if mentions := list(_mentions(names)):
            return _controls_near(mentions, names, usable)
    return DeadEnd(
        f"{page.described()} does not name {origin}; it contains: {inventory(page)}", SHOW_ORIGIN
    )


def _controls_near(
    mentions: Sequence[Tag], names: NamedOrigins, usable: Sequence[Control]
) -> list[Control] | DeadEnd:
    page, origin = names.page, names.origin
    owned = [control for control in usable if _is_owned(control, names, usable)]
    rows = _rows(mentions, owned, names)
    nearby = [control for control in owned if any(_contains(row, control) for row in rows)]
    selected = [_ticked(control, names, usable) for control in _select(nearby, names, usable)]
    selected = selected or _checkbox_controls(names, usable)
    named = {each for element in mentions for each in names.of(element)}
    is_exact_origin = any(each.scheme or each.port for each in named)
    if selected and (is_exact_origin or len(selected) == 1):
        return selected
    labels = ", ".join(repr(control.label or control.hints.strip()) for control in nearby)
    why = (
        f"several buttons or links belong to it: {labels}"
        if nearby
        else "no button belongs only to it"
    )
    return DeadEnd(
        f"{page.described()} names {origin}, but {why}; it contains: {inventory(page)}", SHOW_ORIGIN
    )


def _checkbox_controls(names: NamedOrigins, usable: Sequence[Control]) -> list[Control]:
    """The button of a form that has a checkbox for each grant."""
    boxed = [ticked for control in usable if (ticked := _ticked(control, names, usable)).boxes]
    labelled = [control for control in boxed if is_labelled_revoke(control)] or boxed
    return labelled if len(labelled) == 1 else []


def _ticked(control: Control, names: NamedOrigins, usable: Sequence[Control]) -> Control:
    """A button after checking the boxes of the origin's grants in its form, if there are any."""
    inputs = inside(control.form, "input") if control.form is not None else []
    boxes = [box for box in inputs if kind_of(box) == "checkbox" and not box.has_attr("checked")]
    return control.ticking(
        [box for box in boxes if is_shown(box) and _is_box_of(box, names, usable)]
    )


def _is_box_of(box: Tag, names: NamedOrigins, usable: Sequence[Control]) -> bool:
    """Whether the nearest element that names an origin names only this one and has no button."""
    for element in [box, *box.parents]:
        if any(_contains(element, control) for control in usable):
            return False
        if named := names.of(element):
            return names.is_only_target(named)
    return False


def _mentions(names: NamedOrigins) -> Iterator[Tag]:
    """The innermost elements that name the origin in their text or attributes."""
    for element in inside(names.page.soup):
        in_attributes = names.filtered(
            origin for text in values_of(element) for origin in in_attribute(text)
        )
        if names.includes_target(in_attributes) or (
            names.includes_target(names.in_text(element))
            and not any(
                names.includes_target(names.in_text(child))
                for child in element.children
                if isinstance(child, Tag)
            )
        ):
            yield element


def _rows(mentions: Sequence[Tag], owned: Sequence[Control], names: NamedOrigins) -> list[Tag]:
    """The smallest element with a button around each mention; only the innermost of nested ones."""
    nested = [row for mention in mentions if (row := _row(mention, owned, names)) is not None]
    rows = {id(row): row for row in nested}
    ancestors = {id(parent) for row in rows.values() for parent in row.parents}
    return [row for row in rows.values() if id(row) not in ancestors]


def _row(mention: Tag, owned: Sequence[Control], names: NamedOrigins) -> Tag | None:
    """The row of a mention; the whole row if the cell has only a link unrelated to revoking."""
    revoking_controls = [control for control in owned if not _is_address(control)] or owned
    ancestors = [mention, *mention.parents]
    row = _smallest(ancestors, revoking_controls)
    if row is not None and _contains_the_page(row):
        row = _smallest(ancestors, owned)
    if row is None or any(
        _contains(row, control) and (_is_button(control) or is_labelled_revoke(control))
        for control in owned
    ):
        return row
    whole = next((element for element in ancestors if element.name in ROWS), None)
    if whole is not None and names.is_only_target(names.of(whole)):
        has_button = any(_contains(whole, control) for control in owned if _is_button(control))
        return whole if has_button else row
    return row


def _smallest(ancestors: Sequence[Tag], controls: Sequence[Control]) -> Tag | None:
    return next(
        (
            element
            for element in ancestors
            if any(_contains(element, control) for control in controls)
        ),
        None,
    )


def is_labelled_revoke(control: Control) -> bool:
    """Whether the label of a control says that it revokes or removes something."""
    return control.says(REVOKES) or control.says(REMOVES)


def _contains(row: Tag, control: Control) -> bool:
    place = control.element or control.form
    return place is not None and any(element is row for element in [place, *place.parents])


def stays_on_site(control: Control, page: Page) -> bool:
    """Whether a control stays on the host; a link must also lead to another page."""
    if control.method != "GET" or control.form is not None:
        return True
    parts = urlsplit(control.url)
    leads_on = control.url.partition("#")[0] != page.url.partition("#")[0]
    return parts.netloc == urlsplit(page.url).netloc and leads_on


def _is_owned(control: Control, names: NamedOrigins, usable: Sequence[Control]) -> bool:
    """Whether the nearest element that names an origin names only the target origin."""
    place = control.element or control.form
    if place is None:
        return False
    own = names.of_control(control)
    if own:
        return names.is_only_target(own)
    for element in [place, *place.parents]:
        named = names.of(element)
        if named:
            return names.is_only_target(named) or _is_beside(control, names, usable)
    return False


def _is_beside(control: Control, names: NamedOrigins, usable: Sequence[Control]) -> bool:
    """Whether the line before or after a control names the origin, in a list without rows."""
    place = control.element or control.form
    below = place
    for element in place.parents if place is not None else ():
        if below is not None and names.includes_target(names.of(element)):
            return names.is_only_target(beside(element, below, names, main(usable)))
        below = element
    return False


def main(usable: Sequence[Control]) -> Sequence[Control]:
    """The buttons, if there are any, else the links, which may lead anywhere."""
    return [control for control in usable if _is_button(control)] or usable


def _is_button(control: Control) -> bool:
    """Whether it is not a link, and not just an address that expands a section."""
    is_of_script = control.method == SCRIPT and not _is_address(control)
    return control.form is not None or is_of_script


def _is_address(control: Control) -> bool:
    """Whether its label is only an address."""
    is_link = control.form is None
    return is_link and bool(control.label) and not ADDRESS.sub("", control.label).strip()


def _select(
    nearby: Sequence[Control], names: NamedOrigins, usable: Sequence[Control]
) -> list[Control]:
    """The controls of one kind, one for each grant; of several kinds the one that revokes."""
    for words, other in ((REVOKES, None), (REMOVES, OTHER)):
        labelled = [
            control
            for control in nearby
            if control.says(words) and not (other and control.says(other))
        ]
        if labelled:
            return labelled
    kinds = ([control for control in nearby if control.method == method] for method in METHODS)
    candidates = next(filter(None, kinds), [])
    if alike(candidates) and not _is_wide(candidates, names):
        return candidates
    return alike([control for control in candidates if _is_beside(control, names, usable)])


def _is_wide(controls: Sequence[Control], names: NamedOrigins) -> bool:
    """Whether only the whole page names the owner of a control, which may have another purpose."""
    for control in controls:
        place = control.element or control.form
        ancestors = [place, *place.parents] if place is not None else []
        owner = next((element for element in ancestors if names.of(element)), None)
        if not names.of_control(control) and (owner is None or _contains_the_page(owner)):
            return True
    return False


def _contains_the_page(element: Tag) -> bool:
    return element.name in WIDE or bool(inside(element, *PARTS))


def alike(controls: Sequence[Control]) -> list[Control]:
    """All controls if they have the same label, else none."""
    return list(controls) if len({control.label for control in controls}) == 1 else []
