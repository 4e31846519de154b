"""Which origins the elements of a page name, other than the origin of the page itself."""

from collections.abc import Callable, Iterable, Iterator

from attrs import define, field
from bs4 import Tag

from conformance.target.pages.elements import attribute, inside, running_text
from conformance.target.pages.forms import Control, Page
from conformance.target.pages.origins import Origin, in_attribute, named_in

SILENT = frozenset(("src", "srcset", "style", "class", "rel", "itemtype", "lang", "type"))
"""Attributes that do not tell which origin a button belongs to."""
Normalize = Callable[[str], str]


@define
class NamedOrigins:
    """Which origins the elements of a page name."""

    page: Page
    origin: Origin
    normalize: Normalize = str
    known: dict[int, frozenset[Origin]] = field(factory=dict)

    def of(self, element: Tag) -> frozenset[Origin]:
        """The origins in the text of an element, or else in its attributes."""
        if id(element) not in self.known:
            values = (text for node in [element, *inside(element)] for text in values_of(node))
            self.known[id(element)] = self.in_text(element) or self.filtered(
                origin for text in values for origin in in_attribute(text)
            )
        return self.known[id(element)]

    def in_text(self, *nodes: object) -> frozenset[Origin]:
        """The origins in the text of some nodes."""
        return self.filtered(named_in(self.normalize(running_text(*nodes))))

    def of_control(self, control: Control) -> frozenset[Origin]:
        """The origins in the fields or URL of a button or link."""
        sent = [*control.fields.values(), control.url]
        return self.filtered(origin for text in sent for origin in in_attribute(text))

    def is_only_target(self, named: frozenset[Origin]) -> bool:
        """Whether only the target origin is named, in any spelling."""
        return bool(named) and all(origin.may_be(self.origin) for origin in named)

    def is_exact(self, named: frozenset[Origin]) -> bool:
        """Whether the target origin is named with its scheme."""
        return any(origin.scheme and origin.may_be(self.origin) for origin in named)

    def includes_target(self, named: frozenset[Origin]) -> bool:
        """Whether the target origin is named, possibly among others."""
        return any(origin.may_be(self.origin) for origin in named)

    def filtered(self, origins: Iterable[Origin]) -> frozenset[Origin]:
        """Drop the origin of the page, and origins that are ambiguous about scheme or port."""
        page_origin, named_origins = Origin.of(self.page.url), set(origins)
        with_scheme = self.is_exact(frozenset(named_origins))
        return frozenset(
            origin
            for origin in named_origins
            if origin.may_be(self.origin)
            or not (
                origin.may_be(page_origin)
                or origin.is_part_of(self.origin)
                or origin.is_doubtful
                or (with_scheme and origin.scheme is None and origin.port is None)
            )
        )


def values_of(element: Tag) -> Iterator[str]:
    """The values of its attributes that may name an origin."""
    for name in element.attrs:
        if name not in SILENT and not name.startswith("xmlns"):
            yield attribute(element, name)
