"""The opinion of a Backpack on a badge without a push: each document, the answer of issue."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve, frozen

from mock_backpack.apis.connect.handlers import (
    check_earner,
    check_hosting,
    check_origin,
    refused_assertion,
)
from mock_backpack.core.backpack import Grant, Tokens
from mock_backpack.core.clock import Clock
from mock_backpack.core.errors import ApiError
from mock_backpack.core.origin import web_url
from mock_backpack.issuer.connect.inspection import inspect, inspect_assertion
from mock_backpack.issuer.connect.looks import DocumentLook, Inspection
from mock_backpack.openbadges.award import Award, Judge
from mock_backpack.openbadges.baked import PICTURE, is_picture, unbaked
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, quoted
from mock_backpack.openbadges.fetch import BYTE_ORDER_MARK, Fetcher, json_object, once
from mock_backpack.openbadges.members import Member
from mock_backpack.openbadges.pushed import flaw_of
from mock_backpack.openbadges.recipient import recipient_of
from mock_backpack.openbadges.signature import looks_signed
from mock_backpack.openbadges.slips import misfit

TAKEN = 201


@frozen
class MemberLine:
    """One member of a document: right, or wrong in some way."""

    member: str
    saw: str
    expected: str = ""
    """The expected value; ``""`` when it is right."""


@frozen
class Opinion:
    """All that can be said of a badge."""

    inspection: Inspection
    status: int | None
    """The status that issue would answer; ``None`` if it cannot be pushed."""
    message: str

    @property
    def is_good(self) -> bool:
        """Whether the badge would be taken, and nothing about it is wrong."""
        return self.status == TAKEN and not self.inspection.complaints

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
        if member.members is not None and isinstance(found, dict):
            yield from _members(found, member.members, f"{place}.")
        else:
            yield place, found


@frozen
class Question:
    """Whose grant a badge would be pushed with; unsaid, they fit."""

    earner: str | None = None
    origin: str | None = None


async def opinion_of(content: bytes, question: Question, fetcher: Fetcher) -> Opinion:
    """The opinion on an assertion URL, a JWS, an assertion as JSON, or a picture.

    Raises:
        ValueError: when the bytes are none of them.
    """
    judge = Judge(fetcher, Clock())
    if is_picture(content):
        return await _opinion_of_picture("", content, question, judge)
    is_marked = content.startswith(BYTE_ORDER_MARK)
    text = _text(content)
    if looks_signed(text) or web_url(text) is not None:
        return await _opinion_of_pushed(text, question, judge)
    if why := flaw_of(text):
        raise ValueError(f"expected a URL or a JWS, saw {quoted(text)}: {why}")
    try:
        assertion = json_object("assertion", text.encode())
    except InvalidBadge as error:
        (wrong,) = error.complaints
        expected = "a URL, a JWS, an assertion in JSON or a picture with one"
        raise ValueError(f"expected {expected}, saw {wrong.saw}") from error
    opinion = await _opinion_of_assertion(assertion, question, judge)
    if not is_marked:
        return opinion
    marked = Complaint("file", "", "JSON", "a byte order mark before it")
    return _after(DocumentLook("file", "", complaints=(marked,)), opinion)


def _text(content: bytes) -> str:
    """The text of a file.

    Raises:
        ValueError: when it is none.
    """
    try:
        return content.removeprefix(BYTE_ORDER_MARK).decode().strip()
    except UnicodeDecodeError as error:
        expected = "a URL, a JWS, an assertion in JSON or a picture with one"
        saw = f"bytes that are not UTF-8 (byte {error.start + 1})"
        raise ValueError(f"expected {expected}, saw {saw}") from error


async def _opinion_of_pushed(pushed: str, question: Question, judge: Judge) -> Opinion:
    with once():
        inspection = await inspect(judge.fetcher, pushed, judge.clock)
        first = inspection.looks[0]
        if first.picture:
            return await _opinion_of_picture(pushed, first.picture, question, judge)
        answer = await _answer(judge, pushed, question)
    return Opinion(_for_earner(inspection, question.earner), *answer)


async def _opinion_of_picture(
    url: str, content: bytes, question: Question, judge: Judge
) -> Opinion:
    """The opinion on the badge in a picture; the picture itself cannot be pushed."""
    try:
        text = unbaked(content)
        is_pushed = looks_signed(text) or web_url(text) is not None
        baked = None if is_pushed else json_object("assertion", text.encode())
    except InvalidBadge as error:
        look = DocumentLook(PICTURE, url, complaints=error.complaints)
        return Opinion(Inspection(url, (look,)), None, "this image contains no badge")
    if baked is None:
        opinion = await _opinion_of_pushed(text, question, judge)
    else:
        opinion = await _opinion_of_assertion(baked, question, judge)
    return _after(DocumentLook(PICTURE, url), opinion)


async def _opinion_of_assertion(
    assertion: dict[str, Any], question: Question, judge: Judge
) -> Opinion:
    """A copy of an assertion: what counts is what its ``verify.url`` serves."""
    verify = assertion.get("verify")
    members = verify if isinstance(verify, dict) else {}
    at = str(members.get("url"))
    if web_url(at) is None or members.get("type") == "signed":
        inspection = await inspect_assertion(judge.fetcher, assertion, judge.clock)
        message = "an assertion is pushed by its URL or as a JWS"
        return Opinion(_for_earner(inspection, question.earner), None, message)
    opinion = await _opinion_of_pushed(at, question, judge)
    served = opinion.inspection.assertion
    if served is None or served == assertion:
        return opinion
    expected = f"the same assertion as at {at}"
    other = Complaint("file", "", expected, "another one")
    return _after(DocumentLook("file", "", complaints=(other,)), opinion)


def _after(look: DocumentLook, opinion: Opinion) -> Opinion:
    """An opinion with a look that came before all others."""
    inspection = opinion.inspection
    return evolve(opinion, inspection=evolve(inspection, looks=(look, *inspection.looks)))


def _for_earner(inspection: Inspection, earner: str | None) -> Inspection:
    """With what is wrong when the badge is for somebody else."""
    recipient = recipient_of(inspection.assertion or {}) if earner is not None else None
    wrong = misfit(recipient[0], str(earner), recipient[1], quoted(earner)) if recipient else None
    if wrong is None:
        return inspection
    first, *others = inspection.looks
    judged = evolve(first, complaints=(*first.complaints, wrong))
    return evolve(inspection, looks=(judged, *others))


async def _answer(judge: Judge, pushed: str, question: Question) -> tuple[int, str]:
    """Status and message of issue, in its order of checks."""
    try:
        award = await judge.award(pushed)
        if question.earner is not None:
            check_earner(award, question.earner)
        check_origin(award, _grant(award, question.origin))
        check_hosting(award)
    except InvalidBadge as error:
        refusal = refused_assertion(str(error), [])
        return refusal.status, refusal.message
    except ApiError as refusal:
        return refusal.status, refusal.message
    return TAKEN, "the badge is taken"


def _grant(award: Award, origin: str | None) -> Grant:
    return Grant(0, "", origin or award.origin, (), Tokens("", "", 0, 0))
