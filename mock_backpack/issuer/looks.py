"""The inspected documents of a pushed badge, with their complaints."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from mock_backpack.openbadges.complaint import Complaint
from mock_backpack.openbadges.members import Member
from mock_backpack.openbadges.walk import Document


@frozen
class DocumentLook:
    """One document that was looked at."""

    document: str
    url: str
    """Its URL, ``""`` when it was pushed itself."""
    value: Document | None = None
    """Its content, if it is a JSON object."""
    table: Mapping[str, Member] = field(factory=dict)
    """The expected members."""
    complaints: tuple[Complaint, ...] = ()
    notes: tuple[str, ...] = ()
    """Habits that this Backpack accepts and others may not; no errors."""
    picture: bytes = b""
    """The content, if it is a picture instead of JSON."""


@frozen
class Inspection:
    """Everything that was looked at of one pushed badge, in the order of the links."""

    pushed: str
    looks: tuple[DocumentLook, ...]

    @property
    def assertion(self) -> Document | None:
        """The assertion, if it could be read."""
        return self.looks[0].value if self.looks else None

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """All that is wrong."""
        return tuple(complaint for look in self.looks for complaint in look.complaints)

    @property
    def has_wrong_recipient(self) -> bool:
        """Whether the recipient could not be any earner's, or changes."""
        return any(
            complaint.document == "assertion" and complaint.member.startswith("recipient")
            for complaint in self.complaints
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Habits of its site, each with the document that shows it."""
        return tuple(f"{look.document}: {note}" for look in self.looks for note in look.notes)


class Inspections:
    """The newest inspection of each badge that was pushed."""

    def __init__(self) -> None:
        self._found: dict[str, Inspection] = {}

    def add(self, inspection: Inspection) -> None:
        """Keep what was seen; what was wrong once stays wrong."""
        before = self._found.get(inspection.pushed)
        if before is None or not before.complaints:
            self._found[inspection.pushed] = inspection

    def of(self, pushed: Any) -> Inspection | None:
        """The inspection of a pushed badge, if there is one."""
        return self._found.get(pushed) if isinstance(pushed, str) else None

    def clear(self) -> None:
        """Forget everything."""
        self._found.clear()
