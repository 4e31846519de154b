"""The findings of earlier situations, so that none is printed twice in full."""

import re
from collections.abc import Sequence

from conformance.core.verdict import Finding

VOLATILE = re.compile(r'"[^"]*"|[0-9a-f]{8,}|\d+', re.IGNORECASE)
"""Values, ports, dates, names of sandboxes: other in each situation, and no news."""


class Repeats:
    """Which findings have been printed, and in which situation first."""

    def __init__(self) -> None:
        self._first: dict[frozenset[str], str] = {}

    def first(self, situation: str, findings: Sequence[Finding]) -> str:
        """The situation in which the same findings were printed; ``""`` when they are news."""
        likeness = frozenset(
            VOLATILE.sub("#", f"{finding.requirement} {finding.expected} {finding.came_back}")
            for finding in findings
        )
        return "" if (seen := self._first.setdefault(likeness, situation)) == situation else seen
