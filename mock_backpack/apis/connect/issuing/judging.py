"""Which of the offered badges an earner can accept, and why not the others."""

import asyncio

from mock_backpack.apis.connect.handlers import check_hosting
from mock_backpack.apis.connect.issuing.offer import Judgement, Offer, Reason
from mock_backpack.core.backpack import Backpack
from mock_backpack.core.errors import ApiError
from mock_backpack.core.observer import Judging
from mock_backpack.core.origin import web_url
from mock_backpack.core.seams import seam
from mock_backpack.openbadges import signature
from mock_backpack.openbadges.award import Award
from mock_backpack.openbadges.complaint import InvalidBadge, Malformed, Unreachable
from mock_backpack.openbadges.recipient import is_for

ASSERTION = "assertion"


async def judge_all(judge: Judging, offer: Offer, backpack: Backpack, earner: str) -> None:
    """Judge each badge of an offer that was not judged before; each alone."""
    left = [pushed for pushed in offer.assertions if pushed not in offer.judgements]
    judgements = await asyncio.gather(*(judged(judge, pushed, backpack, earner) for pushed in left))
    if offer.judgements:  # the same page was opened twice, and the other was quicker
        return
    offer.judgements.update(together(dict(zip(left, judgements, strict=True))))
    for pushed, judgement in offer.judgements.items():
        if isinstance(judgement, Reason):
            offer.settle(pushed, judgement)


@seam
def together(judgements: dict[str, Judgement]) -> dict[str, Judgement]:
    """The judgements of one offer, by assertion; no bad badge hinders another."""
    return judgements


async def judged(judge: Judging, pushed: str, backpack: Backpack, earner: str) -> Judgement:
    """Fetch and judge one badge for an earner."""
    try:
        award = await fetched(judge, pushed)
    except InvalidBadge as error:
        return reason_of(pushed, error)
    if not is_acceptable(award, earner):
        return invalid_reason()
    return existing(award) if award.key in backpack.earner(earner).badges else award


@seam
async def fetched(judge: Judging, pushed: str) -> Award:
    """Fetch a badge with all its documents.

    Raises:
        InvalidBadge: when it is wrong.
    """
    award: Award = await judge.award(pushed)
    return award


@seam
def reason_of(pushed: str, error: InvalidBadge) -> Reason:
    """Why a badge cannot be accepted whose documents are wrong."""
    if signature.looks_signed(pushed):
        return signed_reason(pushed, error)
    if web_url(pushed) is None:
        return inaccessible_reason()
    is_about_assertion = error.complaints[0].document == ASSERTION
    if isinstance(error, Unreachable) and is_about_assertion:
        return inaccessible_reason()
    if isinstance(error, Malformed) and is_about_assertion:
        return malformed_reason()
    return invalid_reason()


def signed_reason(pushed: str, error: InvalidBadge) -> Reason:
    """The same, of a signed assertion."""
    try:
        signature.unverified_payload(pushed)
    except InvalidBadge:
        return malformed_reason()
    is_malformed = isinstance(error, Malformed) and error.complaints[0].document == ASSERTION
    return malformed_reason() if is_malformed else invalid_reason()


@seam
def inaccessible_reason() -> Reason:
    """The reason that an issuer receives for a URL that could not be fetched."""
    return Reason.INACCESSIBLE


@seam
def malformed_reason() -> Reason:
    """The reason that an issuer receives for a document that is no assertion."""
    return Reason.MALFORMED


@seam
def invalid_reason() -> Reason:
    """The reason that an issuer receives for an assertion that is not valid for the earner."""
    return Reason.INVALID


@seam
def denied_reason() -> Reason:
    """The reason that an issuer receives for a badge that the earner refused."""
    return Reason.DENIED


@seam
def existing(_award: Award) -> Judgement:
    """A badge that is in the Backpack already is not asked for again."""
    return Reason.EXISTS


@seam
def is_acceptable(award: Award, earner: str) -> bool:
    """Whether a valid badge is the earner's, and served by its issuer."""
    try:
        check_hosting(award)
    except ApiError:
        return False
    return is_for(award.recipient, earner)
