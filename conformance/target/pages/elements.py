"""Elements of a page: the data that a form submits, labels of buttons, visibility."""

import re
from collections.abc import Iterator

from bs4 import Tag
from bs4.element import CData, NavigableString

HIDES = re.compile(r"(display\s*:\s*none|visibility\s*:\s*(hidden|collapse))", re.IGNORECASE)
INLINE = re.compile(
    "a|abbr|b|bdi|bdo|cite|code|dfn|em|font|i|kbd|mark|q|s|samp|small|span|strong|sub|sup|tt|u|var|wbr"
)
"""Elements that add no space between their text and the adjacent text."""
SOFT = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Invisible characters that allow a line break."""


def inside(element: Tag, *names: str) -> list[Tag]:
    """The descendants with these names, or all; `find_all` takes six times as long."""
    tags = (node for node in element.descendants if isinstance(node, Tag))
    return [tag for tag in tags if not names or tag.name in names]


def is_shown(element: Tag) -> bool:
    """Whether no attribute of an element or its ancestors hides it."""
    return not any(_hides(ancestor) for ancestor in [element, *element.parents])


def _hides(element: Tag) -> bool:
    is_closed = element.name == "dialog" and not element.has_attr("open")
    by_attribute = element.has_attr("hidden") or bool(HIDES.search(attribute(element, "style")))
    return element.name == "template" or is_closed or by_attribute


def fields(form: Tag) -> Iterator[tuple[str, str]]:
    """Names and values that a form submits, without those of the pressed button."""
    for field in inside(form, "input", "select", "textarea"):
        name, kind = attribute(field, "name"), kind_of(field)
        if not name or field.has_attr("disabled"):
            continue
        if kind in ("submit", "button", "image", "reset", "file"):
            continue
        if kind in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        value = _value(field, kind)
        if value is not None:
            yield name, value


def _value(field: Tag, kind: str) -> str | None:
    if field.name == "textarea":
        return field.get_text()
    if field.name == "select":
        chosen = field.find("option", selected=True) or field.find("option")
        if not isinstance(chosen, Tag):
            return None
        return attribute(chosen, "value") if chosen.has_attr("value") else text_of(chosen)
    return ticked_value(field) if kind in ("checkbox", "radio") else attribute(field, "value")


def ticked_value(box: Tag) -> str:
    """The value that a checkbox or radio button submits when it is checked."""
    return attribute(box, "value") if box.has_attr("value") else "on"


def is_submit(button: Tag) -> bool:
    """Whether a button submits its form."""
    if button.has_attr("disabled"):
        return False
    kind = attribute(button, "type").lower()
    return kind in ("submit", "image") or (
        button.name == "button" and kind not in ("button", "reset")
    )


def label_of(element: Tag) -> str:
    """The label of a link or button; an ``input`` shows its value or its ``alt``."""
    labels = [attribute(element, "aria-label"), text_of(element)]
    if element.name == "input":
        labels += [attribute(element, "alt"), attribute(element, "value")]
    labels += [attribute(image, "alt") for image in inside(element, "img")]
    return next(filter(None, [*labels, attribute(element, "title")]), "")


def hints_of(element: Tag) -> str:
    """The id, name, value and class of an element, which a person does not see."""
    return " ".join(attribute(element, name) for name in ("id", "name", "value", "class"))


def of_either(button: Tag | None, own: str, form: Tag, name: str) -> str:
    """An attribute of the button, which takes precedence, or of its form."""
    return (attribute(button, own) if button is not None else "") or attribute(form, name)


def kind_of(field: Tag) -> str:
    """The type of a field; ``text`` by default."""
    return (attribute(field, "type") or "text").lower()


def text_of(element: Tag) -> str:
    """The text of an element, with whitespace collapsed."""
    return " ".join(element.get_text(" ").split())


def running_text(*nodes: object) -> str:
    """The text of some nodes, without spaces between inline elements."""
    return SOFT.sub("", "".join(piece for node in nodes for piece in _pieces(node)))


def _pieces(node: object) -> Iterator[str]:
    if isinstance(node, Tag):
        gap = "" if INLINE.fullmatch(node.name) else " "
        yield gap
        for child in node.children:
            yield from _pieces(child)
        yield gap
    elif type(node) in (NavigableString, CData):
        yield str(node)


def attribute(element: Tag, name: str) -> str:
    """An attribute as a string; ``""`` if it is missing."""
    return str(element.get(name) or "")
