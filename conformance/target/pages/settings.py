"""What an earner presses on a settings page to take back the permission of one origin.

The text of the nearest element around a button or link that names just one origin says whose it
is; where a list of grants has no element for each, the heading or line beside it says so.
"""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from bs4 import Tag

from conformance.target.pages.elements import inside, is_shown, kind_of
from conformance.target.pages.flat import beside
from conformance.target.pages.forms import SCRIPT, Control, Page
from conformance.target.pages.inventory import inventory
from conformance.target.pages.names import Names, values_of
from conformance.target.pages.origins import ADDRESS, Origin, in_attribute, joined
from conformance.target.pages.reader import Lost
from conformance.target.pages.words import OTHER, REMOVES, REVOKES

WIDE = ("[document]", "html", "body", "main")
PARTS = ("h1", "nav", "header", "footer")
"""Elements that hold the whole page, and those that only such an element holds."""
ROWS = ("tr", "li", "article", "section", "fieldset", "details")
"""Elements that hold one grant with everything that can be done with it."""
METHODS = ("POST", SCRIPT, "GET")
"""What is rather pressed, where nothing else tells."""
SHOW_ORIGIN = (
    "Show the origin in the row, card or form of its button. Or describe what to press: "
    "[[revoke]] in target.toml; or add revoke() to the adapter."
)


def revoking(page: Page, origin: str) -> list[Control] | Lost:
    """What takes the permission of an origin back: a button or link for each grant of it."""
    controls = [*page.controls(), *page.scripted()]
    usable = [one for one in controls if not one.ends_session and stays(one, page)]
    readings = [Names(page, Origin.of(origin), read) for read in (str, joined)]
    whole = (names for names in readings if names.is_exact(names.of(page.soup)))
    for names in [*whole, *readings]:
        if mentions := list(_mentions(names)):
            return _of_mentions(mentions, names, usable)
    return Lost(
        f"{page.told()} does not name {origin}; it contains: {inventory(page)}", SHOW_ORIGIN
    )


def _of_mentions(
    mentions: Sequence[Tag], names: Names, usable: Sequence[Control]
) -> list[Control] | Lost:
    page, origin = names.page, names.origin
    owned = [one for one in usable if _is_owned(one, names, usable)]
    rows = _rows(mentions, owned, names)
    near = [one for one in owned if any(_holds(row, one) for row in rows)]
    chosen = [_ticked(one, names, usable) for one in _chosen(near, names, usable)]
    chosen = chosen or _of_boxes(names, usable)
    shown = {one for each in mentions for one in names.of(each)}
    is_certain = any(one.scheme or one.port for one in shown)
    if chosen and (is_certain or len(chosen) == 1):
        return chosen
    labels = ", ".join(repr(one.label or one.hints.strip()) for one in near)
    why = (
        f"several buttons or links belong to it: {labels}"
        if near
        else "no button belongs only to it"
    )
    return Lost(
        f"{page.told()} names {origin}, but {why}; it contains: {inventory(page)}", SHOW_ORIGIN
    )


def _of_boxes(names: Names, usable: Sequence[Control]) -> list[Control]:
    """The button of a form that has a box to tick for each grant."""
    ticked = [one for each in usable if (one := _ticked(each, names, usable)).boxes]
    told = [one for one in ticked if speaks(one)] or ticked
    return told if len(told) == 1 else []


def _ticked(control: Control, names: Names, usable: Sequence[Control]) -> Control:
    """A button after the boxes of the origin's grants are ticked, where its form has any."""
    inputs = inside(control.form, "input") if control.form is not None else []
    boxes = [one for one in inputs if kind_of(one) == "checkbox" and not one.has_attr("checked")]
    return control.ticking(
        [one for one in boxes if is_shown(one) and _is_box_of(one, names, usable)]
    )


def _is_box_of(box: Tag, names: Names, usable: Sequence[Control]) -> bool:
    """Whether a box stands in something that names just the origin, and holds no button."""
    for element in [box, *box.parents]:
        if any(_holds(element, one) for one in usable):
            return False
        if named := names.of(element):
            return names.is_sought(named)
    return False


def _mentions(names: Names) -> Iterator[Tag]:
    """The smallest elements that name the origin, as a text or in an attribute."""
    for element in inside(names.page.soup):
        own = names.counted(one for text in values_of(element) for one in in_attribute(text))
        if names.has_sought(own) or (
            names.has_sought(names.in_text(element))
            and not any(
                names.has_sought(names.in_text(one))
                for one in element.children
                if isinstance(one, Tag)
            )
        ):
            yield element


def _rows(mentions: Sequence[Tag], owned: Sequence[Control], names: Names) -> list[Tag]:
    """Around each mention the smallest element with a button in it; of nested ones the inner."""
    found = [row for one in mentions if (row := _row(one, owned, names)) is not None]
    rows = {id(one): one for one in found}
    around = {id(parent) for one in rows.values() for parent in one.parents}
    return [one for one in rows.values() if id(one) not in around]


def _row(mention: Tag, owned: Sequence[Control], names: Names) -> Tag | None:
    """A row whose cell has only a link that says nothing of revoking is looked at as a whole."""
    telling = [one for one in owned if not _is_address(one)] or owned
    around = [mention, *mention.parents]
    row = _smallest(around, telling)
    if row is not None and _holds_the_page(row):
        row = _smallest(around, owned)
    if row is None or any(
        _holds(row, each) and (_is_button(each) or speaks(each)) for each in owned
    ):
        return row
    whole = next((one for one in around if one.name in ROWS), None)
    if whole is not None and names.is_sought(names.of(whole)):
        has_button = any(_holds(whole, each) for each in owned if _is_button(each))
        return whole if has_button else row
    return row


def _smallest(around: Sequence[Tag], controls: Sequence[Control]) -> Tag | None:
    return next((one for one in around if any(_holds(one, each) for each in controls)), None)


def speaks(control: Control) -> bool:
    """Whether it says that it takes something back."""
    return control.says(REVOKES) or control.says(REMOVES)


def _holds(row: Tag, control: Control) -> bool:
    place = control.element or control.form
    return place is not None and any(one is row for one in [place, *place.parents])


def stays(control: Control, page: Page) -> bool:
    """Whether a link leads to another page of the Backpack."""
    if control.method != "GET" or control.form is not None:
        return True
    parts = urlsplit(control.url)
    leads_on = control.url.partition("#")[0] != page.url.partition("#")[0]
    return parts.netloc == urlsplit(page.url).netloc and leads_on


def _is_owned(control: Control, names: Names, usable: Sequence[Control]) -> bool:
    """Whether the nearest thing that names an origin names just the one that is sought."""
    place = control.element or control.form
    if place is None:
        return False
    own = names.of_control(control)
    if own:
        return names.is_sought(own)
    for element in [place, *place.parents]:
        named = names.of(element)
        if named:
            return names.is_sought(named) or _is_beside(control, names, usable)
    return False


def _is_beside(control: Control, names: Names, usable: Sequence[Control]) -> bool:
    """Whether the line before or after a control names the origin, in a list without rows."""
    place = control.element or control.form
    below = place
    for element in place.parents if place is not None else ():
        if below is not None and names.has_sought(names.of(element)):
            return names.is_sought(beside(element, below, names, main(usable)))
        below = element
    return False


def main(usable: Sequence[Control]) -> Sequence[Control]:
    """The buttons, where there are any: links lead everywhere."""
    return [one for one in usable if _is_button(one)] or usable


def _is_button(control: Control) -> bool:
    """Whether it is no link, and not just an address that unfolds something."""
    is_of_script = control.method == SCRIPT and not _is_address(control)
    return control.form is not None or is_of_script


def _is_address(control: Control) -> bool:
    """Whether nothing is read on it but an address."""
    is_link = control.form is None
    return is_link and bool(control.label) and not ADDRESS.sub("", control.label).strip()


def _chosen(near: Sequence[Control], names: Names, usable: Sequence[Control]) -> list[Control]:
    """Those that are alike, one for each grant; of several kinds the one that revokes."""
    for words, other in ((REVOKES, None), (REMOVES, OTHER)):
        told = [one for one in near if one.says(words) and not (other and one.says(other))]
        if told:
            return told
    kinds = ([one for one in near if one.method == method] for method in METHODS)
    found = next(filter(None, kinds), [])
    if alike(found) and not _is_wide(found, names):
        return found
    return alike([one for one in found if _is_beside(one, names, usable)])


def _is_wide(found: Sequence[Control], names: Names) -> bool:
    """Whether only the whole page says whose a control is: it may be for something else."""
    for one in found:
        place = one.element or one.form
        around = [place, *place.parents] if place is not None else []
        owner = next((each for each in around if names.of(each)), None)
        if not names.of_control(one) and (owner is None or _holds_the_page(owner)):
            return True
    return False


def _holds_the_page(element: Tag) -> bool:
    return element.name in WIDE or bool(inside(element, *PARTS))


def alike(found: Sequence[Control]) -> list[Control]:
    """All of them, if they read the same."""
    return list(found) if len({one.label for one in found}) == 1 else []
