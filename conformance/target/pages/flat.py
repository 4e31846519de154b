"""Lists of grants without an element for each: a heading or line, then a button, and so on."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from attrs import frozen
from bs4 import Tag

from conformance.target.pages.elements import inside
from conformance.target.pages.forms import Control
from conformance.target.pages.names import NamedOrigins
from conformance.target.pages.origins import Origin

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "th", "legend", "summary", "caption")
"""Elements that describe what follows them."""
NOTHING = frozenset[Origin]()


@frozen(eq=False)
class Segment:
    """Sibling nodes: a child that contains buttons, or the line between two such children."""

    nodes: Sequence[object]
    named: frozenset[Origin]
    labels: tuple[str, ...] = ()
    """Labels of its buttons; a line has none."""

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading, which describes what follows it."""
        tags = [tag for tag in self.nodes if isinstance(tag, Tag)]
        return any(tag.name in HEADINGS or inside(tag, *HEADINGS) for tag in tags)


def beside(
    element: Tag, child: Tag, names: NamedOrigins, pressed: Sequence[Control]
) -> frozenset[Origin]:
    """The origins named by the line of a child with a button; none if that is ambiguous.

    Lines and buttons must alternate. A line describes the button after it if the list starts with a
    line or the lines are headings, else the button before it.
    """
    segments = list(_segments_of(element, names, pressed))
    child_segment = next((segment for segment in segments if segment.nodes[0] is child), None)
    lines = [segment for segment in segments if segment.named and not segment.labels]
    cells = _cells(
        [segment for segment in segments if segment.labels and not segment.named], len(lines)
    )
    if not lines or child_segment is None or child_segment not in cells:
        return NOTHING
    alternation = [segment for segment in segments if segment in lines or segment in cells]
    starts_with_line, ends_with_line = alternation[0] in lines, alternation[-1] in lines
    has_headings = any(segment.is_heading for segment in lines)
    if starts_with_line == ends_with_line and not has_headings:
        return NOTHING
    index = segments.index(child_segment)
    side = segments[:index][::-1] if starts_with_line or has_headings else segments[index + 1 :]
    line = next((segment for segment in side if segment.named), None)
    return line.named if line in lines and line is not None else NOTHING


def _cells(segments: Sequence[Segment], lines: int) -> Sequence[Segment]:
    """The segments whose buttons have the same labels, one for each line; else all segments."""
    counts = Counter(segment.labels for segment in segments)
    repeated = [labels for labels, count in counts.items() if count == lines]
    return (
        [segment for segment in segments if segment.labels in repeated]
        if len(repeated) == 1
        else segments
    )


def _segments_of(
    element: Tag, names: NamedOrigins, pressed: Sequence[Control]
) -> Iterator[Segment]:
    labels = {id(control.element or control.form): control.label for control in pressed}

    def within(node: object) -> tuple[str, ...]:
        tags = [node, *inside(node)] if isinstance(node, Tag) else []
        return tuple(labels[id(tag)] for tag in tags if id(tag) in labels)

    for is_cell, group in groupby(element.children, lambda node: bool(within(node))):
        nodes = list(group)
        if is_cell:
            yield from (Segment([node], _named(node, names), within(node)) for node in nodes)
        else:
            yield from (Segment(part, names.in_text(*part)) for part in _lines(nodes, names))


def _named(node: object, names: NamedOrigins) -> frozenset[Origin]:
    return names.of(node) if isinstance(node, Tag) else NOTHING


def _lines(nodes: Sequence[object], names: NamedOrigins) -> Iterator[Sequence[object]]:
    """Sibling nodes, separated if more than one of them names an origin."""
    alone = [isinstance(node, Tag) and bool(names.in_text(node)) for node in nodes]
    yield from ([nodes] if sum(alone) < 2 else ([node] for node in nodes))
