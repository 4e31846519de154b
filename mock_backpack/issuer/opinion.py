"""The opinion of a Backpack on a badge without a push: each document, the answer to a push."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, TypeAlias

from attrs import evolve, frozen

from mock_backpack.issuer.looks import DocumentLook, Inspection
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, quoted
from mock_backpack.openbadges.fetch import BYTE_ORDER_MARK, Fetcher
from mock_backpack.openbadges.members import Member
from mock_backpack.openbadges.recipient import recipient_of
from mock_backpack.openbadges.slips import misfit

BADGE = "a URL, a JWS, a badge in JSON or a picture with one"
"""What can be validated."""


@frozen
class NoBadge(ValueError):
    """What somebody wants to know about is no badge."""

    saw: str
    expected: str = BADGE

    def __str__(self) -> str:
        return f"expected {self.expected}, saw {self.saw}"

    def complaint(self, document: str, badge: str) -> Complaint:
        """The same about a document, in which only some forms of badges can be."""
        expected = badge if self.expected == BADGE else self.expected
        return Complaint(document, "", expected, self.saw)


@frozen
class MemberLine:
    """One member of a document: right, or wrong in some way."""

    member: str
    saw: str
    expected: str = ""
    """The expected value; ``""`` when it is right."""


@frozen
class Opinion:
    """The judgement of a badge."""

    inspection: Inspection
    status: int | None
    """The status that a push would be answered with; ``None`` if it cannot be pushed."""
    message: str
    endpoint: str = "issue"
    """Where it would be pushed to."""

    @property
    def is_good(self) -> bool:
        """Whether the badge would be taken, and nothing about it is wrong."""
        return self.status in (200, 201) and not self.inspection.complaints

    def to_wire(self) -> dict[str, Any]:
        """The opinion as a JSON object."""
        return {
            "pushed": self.inspection.pushed,
            "documents": [
                {
                    "document": look.document,
                    "url": look.url,
                    "complaints": [complaint.to_wire() for complaint in look.complaints],
                    "notes": list(look.notes),
                }
                for look in self.inspection.looks
            ],
            "answer": {"status": self.status, "message": self.message},
        }

    def after(self, look: DocumentLook) -> "Opinion":
        """The opinion with a look that came before all others."""
        looks = (look, *self.inspection.looks)
        return evolve(self, inspection=evolve(self.inspection, looks=looks))


@frozen
class Question:
    """Whose grant a badge would be pushed with; unsaid, they fit."""

    earner: str | None = None
    origin: str | None = None


OpinionOf: TypeAlias = Callable[[bytes, Question, Fetcher], Awaitable[Opinion]]
"""The opinion on a badge that nobody pushed; raises `ValueError` when it is none."""


def lines_of(look: DocumentLook) -> Iterator[MemberLine]:
    """A document member by member, then what is wrong with it as a whole."""
    wrong = list(look.complaints)
    for place, value in _members(look.value or {}, look.table):
        here = [complaint for complaint in wrong if complaint.member == place]
        if not here and value is not None:
            yield MemberLine(place, quoted(value))
        for complaint in here:
            wrong.remove(complaint)
            yield MemberLine(place, complaint.saw, complaint.expected)
    for complaint in wrong:
        yield MemberLine(complaint.member, complaint.saw, complaint.expected)


def _members(
    value: Mapping[str, Any], table: Mapping[str, Member], path: str = ""
) -> Iterator[tuple[str, Any]]:
    for name, member in table.items():
        found = value.get(name)
        place = f"{path}{name}"
        if member.members is None or not isinstance(found, dict | list):
            yield place, found
            continue
        inner = {place: found} if isinstance(found, dict) else _numbered(place, found)
        for where, inner_value in inner.items():
            if isinstance(inner_value, dict):
                yield from _members(inner_value, member.members, f"{where}.")
            else:
                yield where, inner_value


def _numbered(place: str, values: list[Any]) -> dict[str, Any]:
    return {f"{place}[{number}]": value for number, value in enumerate(values)}


def text_of(content: bytes) -> str:
    """The text of a file, without a byte order mark.

    Raises:
        NoBadge: when it is none.
    """
    try:
        return content.removeprefix(BYTE_ORDER_MARK).decode().strip()
    except UnicodeDecodeError as error:
        saw = f"bytes that are not UTF-8 (byte {error.start + 1})"
        raise NoBadge(saw) from error


def no_badge(error: InvalidBadge) -> NoBadge:
    """The complaint about a text that is no badge; deep nesting has one of its own."""
    wrong = error.complaints[0]
    is_usual = wrong.expected in ("JSON", "a JSON object")
    return NoBadge(wrong.saw) if is_usual else NoBadge(wrong.saw, wrong.expected)


def for_earner(inspection: Inspection, earner: str | None) -> Inspection:
    """With what is wrong when the badge is for somebody else."""
    recipient = recipient_of(inspection.assertion or {}) if earner is not None else None
    wrong = misfit(recipient[0], str(earner), recipient[1], quoted(earner)) if recipient else None
    if wrong is None:
        return inspection
    first, *others = inspection.looks
    judged = evolve(first, complaints=(*first.complaints, wrong))
    return evolve(inspection, looks=(judged, *others))
