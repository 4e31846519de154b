"""Wrong ways of taking a badge."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from weakref import WeakKeyDictionary

from aiohttp import web

from mock_backpack import api, app, backpack, parameters
from mock_backpack.backpack import Backpack, Badge, Earner, Grant
from mock_backpack.errors import ApiError
from mock_backpack.judge import award as judging
from mock_backpack.judge import fetch, images, signature
from mock_backpack.judge.award import Award, Judge
from mock_backpack.judge.complaint import InvalidBadge
from mock_backpack.judge.members import Member
from mock_backpack.judge.recipient import Recipient, is_for, salt_of
from mock_backpack.origin import origin_of
from mock_backpack.seams import Crash, Right, defect

Badge_ = dict[str, Any]

RACE_SECONDS = 0.05
"""How long a careless server takes between a look and a write."""


@defect("issue.stores-nothing", api.keep, breaks=("BC-ISSUE-01", "BC-ISSUE-11", "BC-REVOKE-04"))
async def stores_nothing(_right: Right, _kept: Backpack, _earner: Earner, _badge: Badge) -> bool:
    """A badge is accepted and forgotten."""
    return True


@defect("issue.refuses-charset", parameters.is_json, breaks=("BC-ISSUE-02",))
def refuses_a_charset(right: Right, label: str, media_type: str) -> bool:
    """JSON with a charset in its label is refused."""
    return ";" not in label and bool(right(label, media_type))


@defect("issue.reads-querystring", parameters.read_json, breaks=("BC-ISSUE-04",))
def reads_a_querystring(right: Right, body: bytes) -> dict[str, Any]:
    """A querystring under a JSON label is read."""
    text = body.decode(errors="replace")
    return dict(parse_qsl(text)) if text.startswith("badge=") else right(body)


@defect("issue.refuses-signed", api.pushed_badge, breaks=("BC-ISSUE-05",))
def refuses_signed(right: Right, sent: Mapping[str, Any]) -> str:
    """Signed badges are refused."""
    pushed: str = right(sent)
    if signature.looks_signed(pushed):
        raise ApiError(400, "signed badges are not supported")
    return pushed


@defect(
    "issue.exists-true",
    api.badge_created,
    breaks=(
        "BC-ISSUE-06",
        "BC-ISSUE-11",
        "BC-ISSUE-12",
        "BC-ISSUE-13",
        "BC-ISSUE-16",
        "BC-ISSUE-23",
        "BC-ISSUE-26",
    ),
)
def says_that_it_exists(right: Right, badge: Badge, grant: Grant) -> web.Response:
    """A new badge is said to be there already."""
    response: web.Response = right(badge, grant)
    response.text = json.dumps({**json.loads(str(response.text)), "exists": True})
    return response


def _badge_with(right: Right, award: Award, **change: Any) -> Badge_:
    return {name: value for name, value in {**right(award), **change}.items() if value is not None}


@defect("issue.original-recipient-missing", api.badge_body, breaks=("BC-ISSUE-06",))
def forgets_the_original_recipient(right: Right, award: Award) -> Badge_:
    """The answer has no _originalRecipient."""
    return _badge_with(right, award, _originalRecipient=None)


@defect("issue.badge-class-as-url", api.badge_body, breaks=("BC-ISSUE-06", "BC-ISSUE-24"))
def leaves_the_url(right: Right, award: Award) -> Badge_:
    """The answer has the URL of the badge class in place of the badge class."""
    return _badge_with(right, award, badge=award.assertion["badge"])


@defect("issue.echoes-other-uid", api.badge_body, breaks=("BC-ISSUE-01", "BC-ISSUE-06"))
def echoes_another_uid(right: Right, award: Award) -> Badge_:
    """The badge is kept and told under a uid of the Backpack's own."""
    return _badge_with(right, award, uid=f"own-{award.key[1]}")


@defect("issue.drops-unknown-members", api.badge_body, breaks=("BC-ISSUE-24",))
def drops_unknown_members(right: Right, award: Award) -> Badge_:
    """Members that no specification knows are thrown away."""
    body: Badge_ = right(award)
    return {name: value for name, value in body.items() if not name.startswith("x-")}


@defect("issue.mangles-unicode", api.badge_body, breaks=("BC-ISSUE-24",))
def mangles_unicode(right: Right, award: Award) -> Badge_:
    """Characters that are not ASCII become question marks."""
    text = json.dumps(right(award), ensure_ascii=False)
    body: Badge_ = json.loads(text.encode("ascii", errors="replace"))
    return body


@defect("issue.skips-signature", signature.verify, breaks=("BC-ISSUE-07", "BC-SAFE-08"))
def skips_the_signature(right: Right, text: str, pem: bytes) -> None:
    """Signatures are not verified."""


@defect("issue.skips-revocation", judging.is_revoked, breaks=("BC-ISSUE-07",))
def skips_revocation(_right: Right, _revoked: Badge_, _ids: set[Any]) -> str:
    """The issuer's revocation list is not looked at."""
    return ""


@defect("issue.skips-image", images.is_badge_image, breaks=("BC-ISSUE-07",))
def skips_the_image(_right: Right, _content: bytes) -> bool:
    """Anything goes for an image."""
    return True


@defect("issue.skips-verify-url", judging.is_same_assertion, breaks=("BC-ISSUE-07",))
def skips_the_copy(_right: Right, _copy: Badge_, _assertion: Badge_) -> bool:
    """Another assertion at verify.url does not matter."""
    return True


@defect("issue.skips-optional-members", judging.check, breaks=("BC-ISSUE-07",))
def checks_required_members_only(
    right: Right, document: str, value: Badge_, table: Mapping[str, Member]
) -> None:
    """Members that a document may lack are dropped when they are wrong."""
    for name, member in table.items():
        if not member.required and name in value and not member.is_right(value[name]):
            del value[name]
    right(document, value, table)


@defect("issue.accepts-gone", fetch.is_good, breaks=("BC-ISSUE-07",))
def reads_whatever_comes(_right: Right, status: int) -> bool:
    """A document is read whatever the status with which it came."""
    return 200 <= status < 600


@defect("issue.accepts-no-badge", api.pushed_badge, breaks=("BC-ISSUE-08",))
def answers_well_without_badge(right: Right, sent: Mapping[str, Any]) -> str:
    """A push without a badge is answered with 200."""
    if not sent.get("badge"):
        raise ApiError(200, "nothing to do")
    return str(right(sent))


@defect("issue.skips-recipient", is_for, breaks=("BC-ISSUE-09",))
def skips_the_recipient(_right: Right, _recipient: Recipient, _email: str) -> bool:
    """A badge may be anybody's."""
    return True


@defect("issue.skips-plain-recipient", is_for, breaks=("BC-ISSUE-09",))
def skips_plain_recipients(right: Right, recipient: Recipient, email: str) -> bool:
    """Only hashed recipients are compared."""
    return not recipient.hashed or bool(right(recipient, email))


@defect(
    "issue.ignores-salt",
    salt_of,
    breaks=("BC-ISSUE-01", "BC-ISSUE-05", "BC-ISSUE-17", "BC-IDENT-05"),
)
def ignores_the_salt(_right: Right, _recipient: Recipient) -> str:
    """The salt of a recipient is not used."""
    return ""


@defect("issue.skips-origin", api.check_origin, breaks=("BC-ISSUE-10",))
def skips_the_origin(_right: Right, _award: Award, _grant: Grant) -> None:
    """A badge may be of any origin."""


@defect("issue.origin-ignores-port", api.check_origin, breaks=("BC-ISSUE-10",))
def ignores_the_port(right: Right, award: Award, grant: Grant) -> None:
    """Origins that differ in their port are the same."""
    if urlsplit(award.origin).hostname != urlsplit(grant.origin).hostname:
        right(award, grant)


@defect("issue.duplicate-as-new", backpack.is_there, breaks=("BC-ISSUE-11", "BC-REVOKE-04"))
def adds_twice(_right: Right, _earner: Earner, _badge: Badge) -> bool:
    """A badge that is there is added again."""
    return False


@defect("issue.race-adds-twice", api.keep, breaks=("BC-ISSUE-11",))
async def looks_and_then_adds(_right: Right, kept: Backpack, earner: Earner, badge: Badge) -> bool:
    """Between looking for a badge and adding it, others may add it too."""
    found = backpack.is_there(earner, badge)
    await asyncio.sleep(RACE_SECONDS)
    return not found and (kept.add(earner, badge) or True)


@defect("issue.message-missing", app.api_refusal, breaks=("BC-ISSUE-04", "BC-ISSUE-14"))
def gives_no_message(right: Right, refusal: ApiError) -> web.Response:
    """Errors have no message."""
    response: web.Response = right(refusal)
    if not refusal.as_text:
        response.text = json.dumps({"error": refusal.status})
    return response


@defect("issue.html-error", app.api_refusal, breaks=("BC-ISSUE-04", "BC-ISSUE-14"))
def answers_with_a_page(_right: Right, refusal: ApiError) -> web.Response:
    """Errors are HTML pages."""
    return web.Response(
        text="<!doctype html><h1>Bad Request</h1>",
        content_type="text/html",
        status=refusal.status,
        headers=refusal.headers,
    )


@defect(
    "issue.server-error",
    api.refused_assertion,
    breaks=("BC-ISSUE-07", "BC-ISSUE-15", "BC-ISSUE-19", "BC-SAFE-08"),
)
def fails_on_a_bad_assertion(right: Right, message: str, problems: list[Any]) -> ApiError:
    """An invalid assertion ends in a server error."""
    refusal: ApiError = right(message, problems)
    return ApiError(500, refusal.message, refusal.details)


@defect(
    "issue.error-as-200",
    api.refused_assertion,
    breaks=("BC-ISSUE-07", "BC-ISSUE-19", "BC-SAFE-08"),
)
def refuses_with_200(right: Right, message: str, problems: list[Any]) -> ApiError:
    """An invalid assertion is answered with 200 and a message."""
    refusal: ApiError = right(message, problems)
    return ApiError(200, refusal.message, refusal.details)


@defect("issue.stores-refused", api.judged, breaks=("BC-ISSUE-16",))
async def stores_what_it_refuses(
    right: Right, judge: Judge, pushed: str, kept: Backpack, grant: Grant
) -> Award:
    """A refused hosted badge is kept all the same."""
    try:
        award: Award = await right(judge, pushed, kept, grant)
    except InvalidBadge:
        if not signature.looks_signed(pushed):
            document = await judge.fetcher.json_object("assertion", pushed)
            key = (origin_of(pushed), str(document.get("uid")))
            backpack.put(kept.earner(grant.earner), Badge(key, document))
        raise
    return award


@defect("issue.refuses-05", api.judged, breaks=("BC-ISSUE-18",))
async def refuses_05(
    right: Right, judge: Judge, pushed: str, kept: Backpack, grant: Grant
) -> Award:
    """Badges of Open Badges 0.5 are refused."""
    award: Award = await right(judge, pushed, kept, grant)
    if not award.key[0]:
        raise ApiError(400, "Open Badges 0.5 is not supported")
    return award


@defect("issue.crashes-on-object", api.pushed_badge, breaks=("BC-ISSUE-19",))
def crashes_on_an_object(right: Right, sent: Mapping[str, Any]) -> str:
    """An assertion object in place of its URL ends in a server error."""
    if isinstance(sent.get("badge"), dict):
        raise Crash("unhashable type: 'dict'")
    return str(right(sent))


_shocked: WeakKeyDictionary[web.Application, set[str]] = WeakKeyDictionary()
"""Credentials under which something bad has been pushed."""


@defect("issue.dies-on-bad-input", app.answered, breaks=("BC-ISSUE-16", "BC-ISSUE-20"))
def dies_on_bad_input(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """After an invalid badge the Backpack answers this issuer with server errors only."""
    shocked = _shocked.setdefault(request.app, set())
    credentials = request.headers.get("Authorization", "")
    if credentials in shocked:
        return web.Response(status=500, text="worker died")
    if request.path.endswith("/issue") and response.status == 400:
        shocked.add(credentials)
    answer: web.StreamResponse = right(request, response)
    return answer


@defect("issue.get-adds-badge", api.check_method, breaks=("BC-ISSUE-23",))
def takes_any_method(right: Right, request: web.Request, allowed: str) -> None:
    """A badge can be pushed with any method."""
    if not request.path.endswith("/issue"):
        right(request, allowed)


@defect("issue.same-uid-collides", backpack.is_there, breaks=("BC-ISSUE-26",))
def compares_uids_only(_right: Right, earner: Earner, badge: Badge) -> bool:
    """Badges of different issuers with the same uid are taken for one."""
    return any(uid == badge.key[1] for _, uid in earner.badges)
