"""Lists of grants without an element for each: a heading or a line, then a button, and so on."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from attrs import frozen
from bs4 import Tag

from conformance.target.pages.elements import inside
from conformance.target.pages.forms import Control
from conformance.target.pages.names import Names
from conformance.target.pages.origins import Origin

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "th", "legend", "summary", "caption")
"""Elements that speak of what comes after them."""
NOTHING = frozenset[Origin]()


@frozen(eq=False)
class Run:
    """Neighbours below one element: a child with buttons in it, or a line between two of those."""

    nodes: Sequence[object]
    named: frozenset[Origin]
    labels: tuple[str, ...] = ()
    """Of its buttons; a line has none."""

    @property
    def is_heading(self) -> bool:
        """Whether what names an origin here speaks of what comes after it."""
        tags = [one for one in self.nodes if isinstance(one, Tag)]
        return any(one.name in HEADINGS or inside(one, *HEADINGS) for one in tags)


def beside(element: Tag, child: Tag, names: Names, pressed: Sequence[Control]) -> frozenset[Origin]:
    """What the line that belongs to a child with a button names; nothing when that is not sure.

    Lines and buttons have to take turns: whether a line speaks of the button before or after it
    is told by what comes first and last, or by its being a heading.
    """
    runs = list(_runs(element, names, pressed))
    own = next((one for one in runs if one.nodes[0] is child), None)
    lines = [one for one in runs if one.named and not one.labels]
    cells = _cells([one for one in runs if one.labels and not one.named], len(lines))
    if not lines or own is None or own not in cells:
        return NOTHING
    turns = [one for one in runs if one in lines or one in cells]
    begins, ends = turns[0] in lines, turns[-1] in lines
    has_headings = any(one.is_heading for one in lines)
    if begins == ends and not has_headings:
        return NOTHING
    at = runs.index(own)
    side = runs[:at][::-1] if begins or has_headings else runs[at + 1 :]
    found = next((one for one in side if one.named), None)
    return found.named if found in lines and found is not None else NOTHING


def _cells(found: Sequence[Run], lines: int) -> Sequence[Run]:
    """Those whose buttons read alike, one for each line, if there are such; else all of them."""
    counts = Counter(one.labels for one in found)
    repeated = [labels for labels, count in counts.items() if count == lines]
    return [one for one in found if one.labels in repeated] if len(repeated) == 1 else found


def _runs(element: Tag, names: Names, pressed: Sequence[Control]) -> Iterator[Run]:
    labels = {id(one.element or one.form): one.label for one in pressed}

    def within(node: object) -> tuple[str, ...]:
        tags = [node, *inside(node)] if isinstance(node, Tag) else []
        return tuple(labels[id(one)] for one in tags if id(one) in labels)

    for is_cell, found in groupby(element.children, lambda node: bool(within(node))):
        nodes = list(found)
        if is_cell:
            yield from (Run([one], _named(one, names), within(one)) for one in nodes)
        else:
            yield from (Run(part, names.in_text(*part)) for part in _lines(nodes, names))


def _named(node: object, names: Names) -> frozenset[Origin]:
    return names.of(node) if isinstance(node, Tag) else NOTHING


def _lines(nodes: Sequence[object], names: Names) -> Iterator[Sequence[object]]:
    """Neighbours, each on its own where more than one of them names an origin."""
    alone = [isinstance(one, Tag) and bool(names.in_text(one)) for one in nodes]
    yield from ([nodes] if sum(alone) < 2 else ([one] for one in nodes))
