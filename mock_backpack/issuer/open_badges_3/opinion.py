"""The opinion of a Backpack of Open Badges 3.0 on a credential without a push."""

from collections.abc import Mapping
from typing import Any

from mock_backpack.core.clock import Clock
from mock_backpack.core.origin import web_url
from mock_backpack.issuer.looks import DocumentLook, Inspection
from mock_backpack.issuer.opinion import Opinion, Question, text_of
from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, quoted
from mock_backpack.openbadges.fetch import Fetcher, json_object, once
from mock_backpack.openbadges.three.judge import Judge, Verified
from mock_backpack.openbadges.three.jwt import COMPACT, read_token
from mock_backpack.openbadges.three.members import CREDENTIAL, dates_of
from mock_backpack.openbadges.three.recipient import is_for

ENDPOINT = "POST /credentials"
TAKEN, REFUSED = 201, 422
BADGE = "a URL, a credential in JSON or a compact JWS"


async def opinion_of(content: bytes, question: Question, fetcher: Fetcher) -> Opinion:
    """The opinion on a credential in JSON, a compact JWS, or the URL of one of them.

    Raises:
        ValueError: when the bytes are none of them, or the question is of another API.
    """
    if question.origin is not None:
        raise ValueError("--origin: expected with Backpack Connect only, where grants have one")
    with once():
        text = text_of(content)
        if web_url(text) is None:
            return await _of_pushed(text, "", question, fetcher)
        try:
            served = text_of(await fetcher.good("credential", text))
        except InvalidBadge as error:
            look = DocumentLook("credential", text, complaints=error.complaints)
            return Opinion(Inspection(text, (look,)), None, "there is no credential", ENDPOINT)
        return await _of_pushed(served, text, question, fetcher)


async def _of_pushed(text: str, url: str, question: Question, fetcher: Fetcher) -> Opinion:
    credential = _read(text)
    judge = Judge(fetcher, Clock())
    complaints: tuple[Complaint, ...] = ()
    verified: Verified | None = None
    try:
        is_signed = COMPACT.fullmatch(text) is not None
        verified = await (judge.compact(text) if is_signed else judge.embedded(dict(credential)))
    except InvalidBadge as error:
        complaints = error.complaints
    else:
        complaints = _misfits(verified, question)
    table = {**CREDENTIAL, **dates_of(credential)}
    own = tuple(one for one in complaints if one.document == "credential")
    looks = [DocumentLook("credential", url, dict(credential), table, own)]
    for name in dict.fromkeys(one.document for one in complaints if one not in own):
        wrong = tuple(one for one in complaints if one.document == name)
        looks.append(DocumentLook(name, "", complaints=wrong))
    said = "; ".join(map(str, complaints))
    answer = (REFUSED, f"invalid credential: {said}") if said else (TAKEN, "the badge is taken")
    return Opinion(Inspection(url or text, tuple(looks)), *answer, ENDPOINT)


def _misfits(verified: Verified, question: Question) -> tuple[Complaint, ...]:
    if question.earner is None or is_for(verified.emails, question.earner):
        return ()
    saw = ", ".join(quoted(email.text) for email in verified.emails)
    place = "credentialSubject.identifier"
    return (Complaint("credential", place, f"one of {quoted(question.earner)}", saw),)


def _read(text: str) -> Mapping[str, Any]:
    """The members of a credential, unverified.

    Raises:
        ValueError: when it is none.
    """
    try:
        if COMPACT.fullmatch(text):
            return read_token(text).credential
        return json_object("credential", text.encode())
    except InvalidBadge as error:
        raise ValueError(f"expected {BADGE}, saw {error.complaints[0].saw}") from error
