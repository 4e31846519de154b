"""What a Backpack thinks of one badge without any push: each document, and its answer."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from mock_backpack.api import check_earner, check_hosting, check_origin, refused_assertion
from mock_backpack.backpack import Grant, Tokens
from mock_backpack.clock import Clock
from mock_backpack.errors import ApiError
from mock_backpack.issuer.inspection import inspect, inspect_assertion
from mock_backpack.issuer.looks import Inspection, Look
from mock_backpack.judge.award import Award, Judge
from mock_backpack.judge.complaint import Complaint, InvalidBadge, quoted
from mock_backpack.judge.fetch import Fetcher, json_object
from mock_backpack.judge.members import Member
from mock_backpack.judge.signature import looks_signed
from mock_backpack.origin import web_url

TAKEN = 201


@frozen
class Line:
    """One member of a document: right, or wrong in some way."""

    member: str
    saw: str
    expected: str = ""
    """What it should be; ``""`` when it is right."""


@frozen
class Opinion:
    """All that can be said of a badge."""

    inspection: Inspection
    status: int | None
    """What issue would answer; ``None`` for an assertion that cannot be pushed."""
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
                    "complaints": [one.to_wire() for one in look.complaints],
                    "notes": list(look.notes),
                }
                for look in self.inspection.looks
            ],
            "answer": {"status": self.status, "message": self.message},
        }


def lines_of(look: Look) -> Iterator[Line]:
    """A document member by member, then what is wrong with it as a whole."""
    wrong = {one.member: one for one in look.complaints}
    for place, value in _members(look.value or {}, look.table):
        if complaint := wrong.pop(place, None):
            yield Line(place, complaint.saw, complaint.expected)
        elif value is not None:
            yield Line(place, quoted(value))
    for complaint in wrong.values():
        yield Line(complaint.member, complaint.saw, complaint.expected)


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


async def opinion_of(
    text: str, earner: str | None, origin: str | None, fetcher: Fetcher
) -> Opinion:
    """What a Backpack thinks of an assertion URL, a JWS, or an assertion as JSON.

    ``earner`` is whose grant it would be, ``origin`` for which issuer; unsaid, they fit.

    Raises:
        ValueError: when the text is none of the three.
    """
    judge = Judge(fetcher, Clock())
    if looks_signed(text) or web_url(text) is not None:
        inspection = await inspect(fetcher, text, judge.clock.now())
        return Opinion(inspection, *await _answer(judge, text, earner, origin))
    try:
        assertion = json_object("assertion", text.encode())
    except InvalidBadge as error:
        raise ValueError(f"expected a URL, a JWS or an assertion in JSON: {error}") from error
    return await _opinion_of_assertion(assertion, earner, origin, judge)


async def _opinion_of_assertion(
    assertion: dict[str, Any], earner: str | None, origin: str | None, judge: Judge
) -> Opinion:
    """A copy of an assertion: what counts is what its ``verify.url`` serves."""
    verify = assertion.get("verify")
    said = verify if isinstance(verify, dict) else {}
    at, now = str(said.get("url")), judge.clock.now()
    if web_url(at) is None or said.get("type") == "signed":
        inspection = await inspect_assertion(judge.fetcher, assertion, now)
        return Opinion(inspection, None, "an assertion is pushed by its URL or as a JWS")
    inspection = await inspect(judge.fetcher, at, now)
    looks = inspection.looks
    if inspection.assertion is not None and inspection.assertion != assertion:
        expected = f"the same assertion as at {at}"
        other = Complaint("file", "", expected, "another one")
        looks = (Look("file", "", complaints=(other,)), *looks)
    status, message = await _answer(judge, at, earner, origin)
    return Opinion(Inspection(at, looks), status, message)


async def _answer(
    judge: Judge, pushed: str, earner: str | None, origin: str | None
) -> tuple[int, str]:
    """Status and message of issue, in its order of checks."""
    try:
        award = await judge.award(pushed)
        if earner is not None:
            check_earner(award, earner)
        check_origin(award, _grant(award, origin))
        check_hosting(award)
    except InvalidBadge as error:
        refusal = refused_assertion(str(error), [])
        return refusal.status, refusal.message
    except ApiError as refusal:
        return refusal.status, refusal.message
    return TAKEN, "the badge is taken"


def _grant(award: Award, origin: str | None) -> Grant:
    return Grant(0, "", origin or award.origin, (), Tokens("", "", 0, 0))
