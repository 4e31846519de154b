"""Defects of the miniatures: mistakes that somebody who writes a Backpack could really make."""

import re
from collections.abc import Callable
from typing import TypeVar

Part = TypeVar("Part", bound=type)


class Defects(dict[str, type]):
    """The wrong parts of one miniature; each stands in for the right part that it extends."""

    def breaks(self, *requirements: str) -> Callable[[Part], Part]:
        """Name the part after its class, and say what must fail with it."""

        def enter(part: Part) -> Part:
            part.breaks = frozenset(requirements)
            self[re.sub(r"(?<=.)(?=[A-Z])", "-", part.__name__).lower()] = part
            return part

        return enter

    def part(self, right: Part, defect: str | None) -> Part:
        """The wrong part where the defect is one of this part, else the right one."""
        wrong = self[defect] if defect else right
        return wrong if issubclass(wrong, right) else right
