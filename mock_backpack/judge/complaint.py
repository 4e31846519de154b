"""What is wrong with a badge: which member of which document, what was expected, what was seen."""

import json
from typing import Any

from attrs import asdict, frozen

SEEN_LENGTH = 120


@frozen
class Complaint:
    """One thing that is wrong with one of the documents of a badge."""

    document: str
    """Which document: ``assertion``, ``badge class``, ``issuer``, ``image``, ``key``, …"""
    member: str
    """Dotted path of the member, ``""`` for the document as a whole."""
    expected: str
    saw: str
    """A value as JSON, or in words what was there in place of a value."""

    def __str__(self) -> str:
        place = f"{self.document}.{self.member}" if self.member else self.document
        return f"{place}: expected {self.expected}, saw {self.saw}"

    def to_wire(self) -> dict[str, Any]:
        """The complaint as a JSON object."""
        return asdict(self)


@frozen
class InvalidBadge(Exception):
    """The pushed badge cannot be accepted."""

    complaints: tuple[Complaint, ...]

    def __str__(self) -> str:
        return "; ".join(map(str, self.complaints))


def invalid(document: str, member: str, expected: str, saw: str) -> InvalidBadge:
    """An `InvalidBadge` with one complaint."""
    return InvalidBadge((Complaint(document, member, expected, saw),))


def quoted(value: object) -> str:
    """A value as JSON, bounded in length: so ``"true"``, ``true`` and ``""`` look different."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return shortened(text.encode(errors="backslashreplace").decode())


def shortened(text: str) -> str:
    """A text that is bounded in length."""
    return text if len(text) <= SEEN_LENGTH else f"{text[:SEEN_LENGTH]}…"
