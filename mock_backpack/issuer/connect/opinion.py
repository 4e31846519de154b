"""The opinion of a Backpack on a badge without a push: each document, the answer of issue."""

from typing import Any

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
from mock_backpack.issuer.looks import DocumentLook, Inspection
from mock_backpack.issuer.opinion import NoBadge, Opinion, Question, for_earner, no_badge, text_of
from mock_backpack.openbadges.award import Award, Judge
from mock_backpack.openbadges.baked import PICTURE, is_picture, unbaked
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, quoted
from mock_backpack.openbadges.fetch import BYTE_ORDER_MARK, Fetcher, json_object, once
from mock_backpack.openbadges.pushed import flaw_of
from mock_backpack.openbadges.signature import looks_signed

TAKEN = 201


async def opinion_of(content: bytes, question: Question, fetcher: Fetcher) -> Opinion:
    """The opinion on an assertion URL, a JWS, an assertion as JSON, or a picture.

    Raises:
        ValueError: when the bytes are none of them.
    """
    judge = Judge(fetcher, Clock())
    if is_picture(content):
        return await _opinion_of_picture("", content, question, judge)
    is_marked = content.startswith(BYTE_ORDER_MARK)
    text = text_of(content)
    if looks_signed(text):
        return await _opinion_of_pushed(text, question, judge)
    if web_url(text) is not None:
        return await _opinion_of_url(text, question, judge)
    if why := flaw_of(text):
        raise NoBadge(f"{quoted(text)}: {why}", "a URL or a JWS")
    try:
        assertion = json_object("assertion", text.encode())
    except InvalidBadge as error:
        raise no_badge(error) from error
    opinion = await _opinion_of_assertion(assertion, question, judge)
    if not is_marked:
        return opinion
    marked = Complaint("file", "", "JSON", "a byte order mark before it")
    return opinion.after(DocumentLook("file", "", complaints=(marked,)))


async def _opinion_of_pushed(pushed: str, question: Question, judge: Judge) -> Opinion:
    with once():
        inspection = await inspect(judge.fetcher, pushed, judge.clock)
        answer = await _answer(judge, pushed, question)
    return Opinion(for_earner(inspection, question.earner), *answer)


async def _opinion_of_url(url: str, question: Question, judge: Judge) -> Opinion:
    """The opinion on what is pushed, or on the badge in the picture that is there."""
    opinion = await _opinion_of_pushed(url, question, judge)
    picture = opinion.inspection.looks[0].picture
    return await _opinion_of_picture(url, picture, question, judge) if picture else opinion


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
    return opinion.after(DocumentLook(PICTURE, url))


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
        return Opinion(for_earner(inspection, question.earner), None, message)
    opinion = await _opinion_of_pushed(at, question, judge)
    served = opinion.inspection.assertion
    if served is None or served == assertion:
        return opinion
    expected = f"the same assertion as at {at}"
    other = Complaint("file", "", expected, "another one")
    return opinion.after(DocumentLook("file", "", complaints=(other,)))


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
