"""Complaints about a badge: document, member, what was expected, what was seen."""

from typing import Any

from attrs import asdict, frozen

from mock_backpack.core.quoting import SEEN_LENGTH, quoted, shortened

__all__ = [
    "SEEN_LENGTH",
    "Complaint",
    "InvalidBadge",
    "Malformed",
    "Meaningless",
    "Unreachable",
    "invalid",
    "malformed",
    "meaningless",
    "quoted",
    "shortened",
    "unreachable",
]


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

    @property
    def place(self) -> str:
        """Document and member."""
        return f"{self.document}.{self.member}" if self.member else self.document

    def __str__(self) -> str:
        return f"{self.place}: expected {self.expected}, saw {self.saw}"

    def to_wire(self) -> dict[str, Any]:
        """The complaint as a JSON object."""
        return asdict(self)


@frozen
class InvalidBadge(Exception):
    """The pushed badge cannot be accepted."""

    complaints: tuple[Complaint, ...]

    def __str__(self) -> str:
        return "; ".join(map(str, self.complaints))


class Unreachable(InvalidBadge):
    """A document of the badge did not come."""


class Malformed(InvalidBadge):
    """What came is not the document that it should be."""


class Meaningless(InvalidBadge):
    """Something in the badge has no meaning in its contexts, so that no proof would cover it."""


def invalid(document: str, member: str, expected: str, saw: str) -> InvalidBadge:
    """An `InvalidBadge` with one complaint."""
    return InvalidBadge((Complaint(document, member, expected, saw),))


def unreachable(document: str, expected: str, saw: str) -> Unreachable:
    """An `Unreachable` with one complaint."""
    return Unreachable((Complaint(document, "", expected, saw),))


def malformed(document: str, expected: str, saw: str) -> Malformed:
    """A `Malformed` with one complaint."""
    return Malformed((Complaint(document, "", expected, saw),))


def meaningless(document: str, member: str, expected: str, saw: str) -> Meaningless:
    """A `Meaningless` with one complaint."""
    return Meaningless((Complaint(document, member, expected, saw),))
