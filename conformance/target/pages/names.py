"""Which origins the elements of a page name, beside the one that is sought."""

from collections.abc import Callable, Iterable, Iterator

from attrs import define, field
from bs4 import Tag

from conformance.target.pages.elements import attribute, inside, running_text
from conformance.target.pages.forms import Control, Page
from conformance.target.pages.origins import Origin, in_attribute, named_in

SILENT = frozenset(("src", "srcset", "style", "class", "rel", "itemtype", "lang", "type"))
"""Attributes that say nothing of whose a button is."""
Reading = Callable[[str], str]


@define
class Names:
    """Which origins the elements of a page name."""

    page: Page
    origin: Origin
    read: Reading = str
    known: dict[int, frozenset[Origin]] = field(factory=dict)

    def of(self, element: Tag) -> frozenset[Origin]:
        """Those that are read in an element; else those that stand in its attributes."""
        if id(element) not in self.known:
            values = (text for one in [element, *inside(element)] for text in values_of(one))
            self.known[id(element)] = self.in_text(element) or self.counted(
                origin for text in values for origin in in_attribute(text)
            )
        return self.known[id(element)]

    def in_text(self, *nodes: object) -> frozenset[Origin]:
        """Those that are read in some nodes."""
        return self.counted(named_in(self.read(running_text(*nodes))))

    def of_control(self, control: Control) -> frozenset[Origin]:
        """Those that a button or link sends or has in its own address."""
        sent = [*control.fields.values(), control.url]
        return self.counted(one for text in sent for one in in_attribute(text))

    def is_sought(self, named: frozenset[Origin]) -> bool:
        """Whether just the origin in question is named, in one way or in several."""
        return bool(named) and all(one.may_be(self.origin) for one in named)

    def is_exact(self, named: frozenset[Origin]) -> bool:
        """Whether the origin in question is named with its scheme."""
        return any(one.scheme and one.may_be(self.origin) for one in named)

    def has_sought(self, named: frozenset[Origin]) -> bool:
        """Whether the origin in question is named, perhaps beside others."""
        return any(one.may_be(self.origin) for one in named)

    def counted(self, found: Iterable[Origin]) -> frozenset[Origin]:
        """Without the page's own, and without what leaves out which of two ports it means."""
        own, named = Origin.of(self.page.url), set(found)
        with_scheme = self.is_exact(frozenset(named))
        return frozenset(
            one
            for one in named
            if one.may_be(self.origin)
            or not (
                one.may_be(own)
                or one.is_part_of(self.origin)
                or one.is_doubtful
                or (with_scheme and one.scheme is None and one.port is None)
            )
        )


def values_of(element: Tag) -> Iterator[str]:
    """The values of its attributes that may say whose it is."""
    for name in element.attrs:
        if name not in SILENT and not name.startswith("xmlns"):
            yield attribute(element, name)
