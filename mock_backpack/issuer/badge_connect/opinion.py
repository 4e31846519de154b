"""The opinion of a Backpack of Open Badges 2.1 on a badge of Open Badges 2.0 without a push."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from attrs import evolve, frozen

from mock_backpack.apis.badge_connect.envelope import INVALID_BADGE, WRONG_RECIPIENT
from mock_backpack.core.clock import Clock
from mock_backpack.core.origin import web_url
from mock_backpack.issuer.badge_connect.watcher import differences
from mock_backpack.issuer.looks import DocumentLook, Inspection
from mock_backpack.issuer.opinion import (
    BADGE,
    NoBadge,
    Opinion,
    Question,
    for_earner,
    no_badge,
    text_of,
)
from mock_backpack.openbadges.baked import PICTURE, is_picture, unbaked
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, quoted
from mock_backpack.openbadges.fetch import Fetcher, json_object, once
from mock_backpack.openbadges.members import Member
from mock_backpack.openbadges.pushed import flaw_of
from mock_backpack.openbadges.recipient import is_for
from mock_backpack.openbadges.signature import looks_signed, unverified_payload
from mock_backpack.openbadges.two.judge import Document, Judge, Verified
from mock_backpack.openbadges.two.members import ASSERTION, BADGE_CLASS, PROFILE

ENDPOINT = "POST /assertions"
TAKEN, REFUSED = 200, 400
LINKS = (("badge class", "badge", BADGE_CLASS), ("issuer", "issuer", PROFILE))
"""Documents in the order of the links: their name, the member that links to it, its table."""


@frozen
class Pushed:
    """A badge as it would be pushed."""

    text: str
    """A JWS, or the URL of the assertion."""
    posted: Document
    """The assertion: as it is signed, or the copy that was given."""
    is_copy: bool = False
    """Whether a copy was given beside the hosted one."""

    @property
    def is_signed(self) -> bool:
        """Whether it is a JWS."""
        return looks_signed(self.text)


async def opinion_of(content: bytes, question: Question, fetcher: Fetcher) -> Opinion:
    """The opinion on an assertion URL, a JWS, an assertion as JSON, or a picture.

    Raises:
        ValueError: when the bytes are none of them, or the question is of another API.
    """
    if question.origin is not None:
        raise ValueError("--origin: expected with Backpack Connect only, where grants have one")
    with once():
        if is_picture(content):
            return await _of_picture("", content, question, fetcher)
        text = text_of(content)
        if web_url(text) is None:
            return await _of_pushed(_pushed(text), question, fetcher)
        try:
            fetched = await fetcher.get("assertion", text)
        except InvalidBadge:
            fetched = None  # the judge says so, too
        if fetched is not None and is_picture(fetched.content):
            return await _of_picture(text, fetched.content, question, fetcher)
        return await _of_pushed(Pushed(text, {"id": text}), question, fetcher)


def _pushed(text: str) -> Pushed:
    """A JWS, or an assertion in JSON.

    Raises:
        NoBadge: when it is neither.
    """
    if looks_signed(text):
        try:
            return Pushed(text, json_object("assertion", unverified_payload(text)))
        except InvalidBadge:
            return Pushed(text, {})
    if why := flaw_of(text):
        raise NoBadge(f"{quoted(text)}: {why}", "a URL or a JWS")
    try:
        copy = json_object("assertion", text.encode())
    except InvalidBadge as error:
        raise no_badge(error) from error
    return Pushed(str(copy.get("id", "")), copy, is_copy=True)


async def _of_picture(url: str, content: bytes, question: Question, fetcher: Fetcher) -> Opinion:
    """The opinion on the badge in a picture; what counts is what its id serves."""
    try:
        text = unbaked(content)
        pushed = Pushed(text, {"id": text}) if web_url(text) is not None else _pushed(text)
    except InvalidBadge as error:
        look = DocumentLook(PICTURE, url, complaints=error.complaints)
        message = "this image contains no badge"
        return Opinion(Inspection(url, (look,)), None, message, ENDPOINT)
    except NoBadge as error:
        wrong = error.complaint(PICTURE, BADGE)
        look = DocumentLook(PICTURE, url, complaints=(wrong,))
        return Opinion(Inspection(url, (look,)), None, "this image contains no badge", ENDPOINT)
    return (await _of_pushed(pushed, question, fetcher)).after(DocumentLook(PICTURE, url))


async def _of_pushed(pushed: Pushed, question: Question, fetcher: Fetcher) -> Opinion:
    judge = Judge(fetcher, Clock())
    complaints: tuple[Complaint, ...] = ()
    verified: Verified | None = None
    try:
        is_signed = pushed.is_signed
        verified = await (judge.signed(pushed.text) if is_signed else judge.hosted(pushed.posted))
    except InvalidBadge as error:
        complaints = error.complaints
    looks = [look async for look in _looks(pushed, fetcher)]
    inspection = Inspection(pushed.text, tuple(_with(looks, complaints)))
    answer = _answer(verified, complaints, question)
    opinion = Opinion(for_earner(inspection, question.earner), *answer, ENDPOINT)
    if not pushed.is_copy or verified is None:
        return opinion
    others = tuple(evolve(complaint, document="file") for complaint in _unlike(pushed, verified))
    return opinion.after(DocumentLook("file", "", complaints=others)) if others else opinion


def _unlike(pushed: Pushed, verified: Verified) -> list[Complaint]:
    return [] if pushed.is_signed else list(differences(pushed.posted, verified.assertion))


async def _looks(pushed: Pushed, fetcher: Fetcher) -> AsyncIterator[DocumentLook]:
    """The documents of a badge as far as they can be read; they have been fetched before."""
    url = "" if pushed.is_signed else str(pushed.posted.get("id", ""))
    value = pushed.posted if pushed.is_signed else await _read(fetcher, "assertion", url)
    yield DocumentLook("assertion", url, value, ASSERTION)
    for name, member, table in LINKS:
        link = (value or {}).get(member)
        url = str(link.get("id", "") if isinstance(link, dict) else link or "")
        value = await _read(fetcher, name, url)
        if value is not None:
            yield DocumentLook(name, url, value, table)


async def _read(fetcher: Fetcher, name: str, url: str) -> dict[str, Any] | None:
    if web_url(url) is None:
        return None
    try:
        return await fetcher.json_object(name, url)
    except InvalidBadge:
        return None


def _with(looks: list[DocumentLook], complaints: tuple[Complaint, ...]) -> tuple[DocumentLook, ...]:
    """The looks with what is wrong with each; what was not read has a look of its own."""
    by_document: dict[str, list[Complaint]] = {}
    for complaint in complaints:
        by_document.setdefault(complaint.document, []).append(complaint)
    judged = [evolve(look, complaints=tuple(by_document.pop(look.document, ()))) for look in looks]
    table: Mapping[str, Member] = {}
    rest = (DocumentLook(name, "", None, table, tuple(them)) for name, them in by_document.items())
    return (*judged, *rest)


def _answer(
    verified: Verified | None, complaints: tuple[Complaint, ...], question: Question
) -> tuple[int, str]:
    """Status and message of the answer to a push."""
    if verified is None:
        return REFUSED, f"{INVALID_BADGE}: {'; '.join(map(str, complaints))}"
    if question.earner is not None and not is_for(verified.recipient, question.earner):
        return REFUSED, f"{WRONG_RECIPIENT}: the badge is for somebody else"
    return TAKEN, "the badge is taken"
