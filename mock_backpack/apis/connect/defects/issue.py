"""Wrong ways of taking a badge."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from weakref import WeakKeyDictionary

from aiohttp import web
from attrs import evolve

from mock_backpack.apis import answers, parameters
from mock_backpack.apis.connect import handlers
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Backpack, Badge, Earner, Grant
from mock_backpack.core.catalogue import defect
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.origin import origin_of
from mock_backpack.core.seams import Crash, Right
from mock_backpack.core.strict_json import json_bytes
from mock_backpack.openbadges import award as judging
from mock_backpack.openbadges import fetch, images, signature, walk
from mock_backpack.openbadges.award import Award, Judge
from mock_backpack.openbadges.complaint import InvalidBadge
from mock_backpack.openbadges.fetch import Fetched, Fetcher
from mock_backpack.openbadges.members import Member
from mock_backpack.openbadges.recipient import Recipient, is_for, salt_of

Badge_ = dict[str, Any]

RACE_SECONDS = 0.05
"""How long a careless server takes between a look and a write."""
SNIFFED = 256
"""Bytes that a careless server wants to see before it knows what an image is."""


@defect(
    "issue.stores-nothing",
    handlers.keep,
    endpoints=("issue",),
    breaks=("BC-ISSUE-01", "BC-ISSUE-11", "BC-REVOKE-04"),
    since="0.1",
)
async def stores_nothing(_right: Right, _kept: Backpack, _earner: Earner, _badge: Badge) -> bool:
    """A badge is accepted and forgotten."""
    return True


@defect(
    "issue.refuses-charset",
    parameters.is_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-02",),
    since="0.1",
)
def refuses_a_charset(right: Right, label: str, media_type: str) -> bool:
    """JSON with a charset in its content type is refused."""
    return ";" not in label and bool(right(label, media_type))


@defect(
    "issue.reads-querystring",
    parameters.read_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-04",),
    since="0.1",
)
def reads_a_querystring(right: Right, body: bytes) -> dict[str, Any]:
    """A query string with the content type of JSON is read."""
    text = body.decode(errors="replace")
    return dict(parse_qsl(text)) if text.startswith("badge=") else right(body)


@defect(
    "issue.refuses-signed",
    handlers.pushed_badge,
    endpoints=("issue",),
    breaks=("BC-ISSUE-05",),
    since="0.1",
)
def refuses_signed(right: Right, sent: Mapping[str, Any]) -> str:
    """Signed badges are refused."""
    pushed: str = right(sent)
    if signature.looks_signed(pushed):
        raise ApiError(400, "signed badges are not supported")
    return pushed


@defect(
    "issue.exists-true",
    handlers.badge_created,
    endpoints=("issue",),
    breaks=(
        "BC-ISSUE-01",
        "BC-ISSUE-06",
        "BC-ISSUE-11",
        "BC-ISSUE-12",
        "BC-ISSUE-13",
        "BC-ISSUE-16",
        "BC-ISSUE-21",
        "BC-ISSUE-23",
        "BC-ISSUE-24",
        "BC-ISSUE-26",
        "BC-REVOKE-02",
    ),
    since="0.1",
)
def says_that_it_exists(right: Right, badge: Badge, grant: Grant) -> web.Response:
    """A new badge is reported as already present."""
    response: web.Response = right(badge, grant)
    response.text = json.dumps({**json.loads(str(response.text)), "exists": True})
    return response


def _badge_with(right: Right, award: Award, **change: Any) -> Badge_:
    return {name: value for name, value in {**right(award), **change}.items() if value is not None}


@defect(
    "issue.original-recipient-missing",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-06",),
    since="0.1",
)
def forgets_the_original_recipient(right: Right, award: Award) -> Badge_:
    """The response has no _originalRecipient."""
    return _badge_with(right, award, _originalRecipient=None)


@defect(
    "issue.badge-class-as-url",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-06", "BC-ISSUE-24"),
    since="0.1",
)
def leaves_the_url(right: Right, award: Award) -> Badge_:
    """The response contains the URL of the badge class instead of the badge class."""
    return _badge_with(right, award, badge=award.assertion["badge"])


@defect(
    "issue.echoes-other-uid",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-01", "BC-ISSUE-06"),
    since="0.1",
)
def echoes_another_uid(right: Right, award: Award) -> Badge_:
    """The badge is stored and returned under a uid that the Backpack made up."""
    return _badge_with(right, award, uid=f"own-{award.key[1]}")


@defect(
    "issue.drops-unknown-members",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-24",),
    since="0.1",
)
def drops_unknown_members(right: Right, award: Award) -> Badge_:
    """Unknown members are dropped."""
    body: Badge_ = right(award)
    return {name: value for name, value in body.items() if not name.startswith("x-")}


@defect(
    "issue.mangles-unicode",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-24",),
    since="0.1",
)
def mangles_unicode(right: Right, award: Award) -> Badge_:
    """Characters that are not ASCII become question marks."""
    text = json.dumps(right(award), ensure_ascii=False)
    body: Badge_ = json.loads(text.encode("ascii", errors="replace"))
    return body


@defect(
    "issue.skips-signature",
    signature.verify,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-SAFE-08"),
    since="0.1",
)
def skips_the_signature(right: Right, text: str, pem: bytes) -> None:
    """Signatures are not verified."""


@defect(
    "issue.skips-revocation",
    walk.is_revoked,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.1",
)
def skips_revocation(_right: Right, _revoked: Badge_, _ids: set[Any]) -> str:
    """The issuer's revocation list is not checked."""
    return ""


@defect(
    "issue.skips-image",
    images.is_badge_image,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.1",
)
def skips_the_image(_right: Right, _content: bytes) -> bool:
    """Anything is accepted as an image."""
    return True


@defect(
    "issue.takes-any-xml-as-image",
    images.is_badge_image,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def takes_any_xml(right: Right, content: bytes) -> bool:
    """Any XML document is accepted as an SVG image."""
    return bool(right(content)) or content.startswith(b"<")


@defect(
    "issue.trusts-png-signature",
    images.is_badge_image,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def looks_at_the_signature(right: Right, content: bytes) -> bool:
    """Only the first bytes of a PNG image are checked."""
    return bool(right(content)) or content.startswith(images.PNG_SIGNATURE)


@defect(
    "issue.searches-png",
    images.is_badge_image,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def searches_a_png(right: Right, content: bytes) -> bool:
    """A PNG signature is accepted anywhere in an image."""
    return bool(right(content)) or images.PNG_SIGNATURE in content[1:]


@defect(
    "issue.crashes-on-data-image",
    judging.pictured,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-15"),
    since="0.2",
)
async def crashes_on_broken_base64(
    right: Right, fetcher: Fetcher, document: str, url: str
) -> Fetched:
    """Broken base64 in a data: image causes a server error."""
    try:
        fetched: Fetched = await right(fetcher, document, url)
    except InvalidBadge as error:
        if url.startswith("data:"):
            raise Crash("Incorrect padding") from error
        raise
    return fetched


@defect(
    "issue.crashes-on-unknown-hash",
    walk.is_well_hashed,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07", "BC-ISSUE-15"),
    since="0.2",
)
def crashes_on_an_unknown_hash(right: Right, identity: str) -> bool:
    """A hashed recipient whose algorithm is missing or unknown causes a server error."""
    is_right = bool(right(identity))
    if identity.partition("$")[0] not in hashlib.algorithms_available:
        raise Crash("unsupported hash type")
    return is_right


@defect(
    "issue.skips-verify-type",
    walk.is_of_kind,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.2",
)
def takes_either_kind(_right: Right, _assertion: Badge_, _kind: str) -> bool:
    """A hosted badge may have the verify type signed, and a signed badge the type hosted."""
    return True


@defect(
    "issue.skips-verify-url",
    walk.is_same_assertion,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.1",
)
def skips_the_copy(_right: Right, _copy: Badge_, _assertion: Badge_) -> bool:
    """A different assertion at verify.url is accepted."""
    return True


@defect(
    "issue.skips-optional-members",
    judging.check,
    endpoints=("issue",),
    breaks=("BC-ISSUE-07",),
    since="0.1",
)
def checks_required_members_only(
    right: Right, document: str, value: Badge_, table: Mapping[str, Member]
) -> None:
    """Invalid optional members are dropped."""
    for name, member in table.items():
        if not member.required and name in value and not member.is_right(value[name]):
            del value[name]
    right(document, value, table)


@defect(
    "issue.accepts-gone", fetch.is_good, endpoints=("issue",), breaks=("BC-ISSUE-07",), since="0.1"
)
def reads_whatever_comes(_right: Right, status: int) -> bool:
    """A document is read whatever the status of its response."""
    return 200 <= status < 600


@defect(
    "issue.accepts-no-badge",
    handlers.pushed_badge,
    endpoints=("issue",),
    breaks=("BC-ISSUE-08",),
    since="0.1",
)
def answers_well_without_badge(right: Right, sent: Mapping[str, Any]) -> str:
    """A push without a badge gets 200."""
    if not sent.get("badge"):
        raise ApiError(200, "nothing to do")
    return str(right(sent))


@defect("issue.skips-recipient", is_for, endpoints=("issue",), breaks=("BC-ISSUE-09",), since="0.1")
def skips_the_recipient(_right: Right, _recipient: Recipient, _email: str) -> bool:
    """A badge for another person is accepted."""
    return True


@defect(
    "issue.skips-plain-recipient",
    is_for,
    endpoints=("issue",),
    breaks=("BC-ISSUE-09",),
    since="0.1",
)
def skips_plain_recipients(right: Right, recipient: Recipient, email: str) -> bool:
    """Only hashed recipients are compared."""
    return not recipient.hashed or bool(right(recipient, email))


@defect(
    "issue.ignores-salt",
    salt_of,
    endpoints=("issue",),
    breaks=("BC-ISSUE-01", "BC-ISSUE-05", "BC-ISSUE-17", "BC-IDENT-05", "BC-ISSUE-18"),
    since="0.1",
)
def ignores_the_salt(_right: Right, _recipient: Recipient) -> str:
    """The salt of a recipient is not used."""
    return ""


@defect(
    "issue.skips-origin",
    handlers.check_origin,
    endpoints=("issue",),
    breaks=("BC-ISSUE-10",),
    since="0.1",
)
def skips_the_origin(_right: Right, _award: Award, _grant: Grant) -> None:
    """A badge of any origin is accepted."""


@defect(
    "issue.origin-ignores-port",
    handlers.check_origin,
    endpoints=("issue",),
    breaks=("BC-ISSUE-10",),
    since="0.1",
)
def ignores_the_port(right: Right, award: Award, grant: Grant) -> None:
    """Origins that differ only in their port are the same."""
    if urlsplit(award.origin).hostname != urlsplit(grant.origin).hostname:
        right(award, grant)


@defect(
    "issue.duplicate-as-new",
    backpack.is_there,
    endpoints=("issue",),
    breaks=("BC-ISSUE-11", "BC-REVOKE-04"),
    since="0.1",
)
def adds_twice(_right: Right, _earner: Earner, _badge: Badge) -> bool:
    """A badge that is already present is added again."""
    return False


@defect(
    "issue.race-adds-twice",
    handlers.keep,
    endpoints=("issue",),
    breaks=("BC-ISSUE-11",),
    since="0.1",
)
async def looks_and_then_adds(_right: Right, store: Backpack, earner: Earner, badge: Badge) -> bool:
    """Two simultaneous pushes of one badge add it twice."""
    is_there = backpack.is_there(earner, badge)
    await asyncio.sleep(RACE_SECONDS)
    return not is_there and (store.add(earner, badge) or True)


@defect(
    "issue.message-missing",
    answers.api_refusal,
    endpoints=("issue", "token", "identity"),
    breaks=("BC-ISSUE-04", "BC-ISSUE-14"),
    since="0.1",
)
def gives_no_message(right: Right, refusal: ApiError) -> web.Response:
    """Errors have no message."""
    response: web.Response = right(refusal)
    if not refusal.as_text:
        response.text = json.dumps({"error": refusal.status})
    return response


@defect(
    "issue.html-error",
    answers.api_refusal,
    endpoints=("issue", "token", "identity"),
    breaks=("BC-ISSUE-04", "BC-ISSUE-14"),
    since="0.1",
)
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
    handlers.refused_assertion,
    endpoints=("issue",),
    breaks=(
        "BC-ISSUE-07",
        "BC-ISSUE-15",
        "BC-ISSUE-19",
        "BC-SAFE-08",
        "BC-ISSUE-21",
        "BC-ISSUE-22",
        "BC-SAFE-06",
        "BC-SAFE-07",
        "BC-ISSUE-09",
    ),
    since="0.1",
)
def fails_on_a_bad_assertion(right: Right, message: str, problems: list[Any]) -> ApiError:
    """An invalid assertion causes a server error."""
    refusal: ApiError = right(message, problems)
    return ApiError(500, refusal.message, refusal.details)


@defect(
    "issue.error-as-200",
    handlers.refused_assertion,
    endpoints=("issue",),
    breaks=(
        "BC-ISSUE-07",
        "BC-ISSUE-19",
        "BC-SAFE-08",
        "BC-ISSUE-21",
        "BC-ISSUE-22",
        "BC-SAFE-06",
        "BC-SAFE-07",
        "BC-ISSUE-09",
    ),
    since="0.1",
)
def refuses_with_200(right: Right, message: str, problems: list[Any]) -> ApiError:
    """An invalid assertion gets 200 and a message."""
    refusal: ApiError = right(message, problems)
    return ApiError(200, refusal.message, refusal.details)


@defect(
    "issue.stores-refused",
    handlers.judged,
    endpoints=("issue",),
    breaks=("BC-ISSUE-16",),
    since="0.1",
)
async def stores_what_it_refuses(
    right: Right, judge: Judge, pushed: str, store: Backpack, grant: Grant
) -> Award:
    """A refused hosted badge is stored anyway."""
    try:
        award: Award = await right(judge, pushed, store, grant)
    except InvalidBadge:
        if not signature.looks_signed(pushed):
            document = await judge.fetcher.json_object("assertion", pushed)
            key = (origin_of(pushed), str(document.get("uid")))
            backpack.put(store.earner(grant.earner), Badge(key, json_bytes(document)))
        raise
    return award


@defect(
    "issue.refuses-tiny-images",
    images.is_badge_image,
    endpoints=("issue",),
    breaks=("BC-ISSUE-01",),
    since="0.1",
)
def refuses_tiny_images(right: Right, content: bytes) -> bool:
    """A badge whose image has fewer than 256 bytes is refused."""
    return len(content) >= SNIFFED and right(content)


@defect(
    "issue.refuses-05", handlers.judged, endpoints=("issue",), breaks=("BC-ISSUE-18",), since="0.1"
)
async def refuses_05(
    right: Right, judge: Judge, pushed: str, store: Backpack, grant: Grant
) -> Award:
    """Badges of Open Badges 0.5 are refused."""
    award: Award = await right(judge, pushed, store, grant)
    if not award.key[0]:
        raise ApiError(400, "Open Badges 0.5 is not supported")
    return award


@defect(
    "issue.crashes-on-object",
    handlers.pushed_badge,
    endpoints=("issue",),
    breaks=("BC-ISSUE-15", "BC-ISSUE-19"),
    since="0.1",
)
def crashes_on_an_object(right: Right, sent: Mapping[str, Any]) -> str:
    """An assertion object instead of its URL causes a server error."""
    if isinstance(sent.get("badge"), dict):
        raise Crash("unhashable type: 'dict'")
    return str(right(sent))


_shocked: WeakKeyDictionary[Backpack, set[str]] = WeakKeyDictionary()
"""Credentials under which something bad has been pushed."""


@defect(
    "issue.dies-on-bad-input",
    answers.answered,
    endpoints=(
        "script",
        "access",
        "accept",
        "login",
        "settings",
        "revoke",
        "issue",
        "token",
        "identity",
    ),
    breaks=(
        "BC-ISSUE-07",
        "BC-ISSUE-09",
        "BC-ISSUE-14",
        "BC-ISSUE-15",
        "BC-ISSUE-16",
        "BC-ISSUE-19",
        "BC-ISSUE-20",
    ),
    since="0.1",
)
def dies_on_bad_input(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """After an invalid badge the Backpack answers this issuer with server errors only."""
    shocked = _shocked.setdefault(exchange_of(request).sandbox.backpack, set())
    credentials = request.headers.get("Authorization", "")
    if credentials in shocked:
        return web.Response(status=500, text="worker died")
    if request.path.endswith("/issue") and response.status == 400:
        shocked.add(credentials)
    answer: web.StreamResponse = right(request, response)
    return answer


@defect(
    "issue.get-adds-badge",
    handlers.check_method,
    endpoints=("issue", "token", "identity"),
    breaks=("BC-ISSUE-23",),
    since="0.1",
)
def takes_any_method(right: Right, request: web.Request, allowed: str) -> None:
    """A badge can be pushed with any method."""
    if not request.path.endswith("/issue"):
        right(request, allowed)


@defect(
    "issue.same-uid-collides",
    backpack.is_there,
    endpoints=("issue",),
    breaks=("BC-ISSUE-26",),
    since="0.1",
)
def compares_uids_only(_right: Right, earner: Earner, badge: Badge) -> bool:
    """Badges of different issuers with the same uid count as one badge."""
    return any(uid == badge.key[1] for _, uid in earner.badges)


@defect(
    "issue.adds-again-after-refresh",
    handlers.keep,
    endpoints=("issue",),
    breaks=("BC-ISSUE-11",),
    since="0.2",
)
async def forgets_after_a_refresh(
    right: Right, store: Backpack, earner: Earner, badge: Badge
) -> bool:
    """After a refresh, a badge that is already present is added again."""
    refreshed = any(grant.tokens.generation for grant in store.grants_of(earner.email))
    return await right(store, earner, badge) or refreshed


@defect(
    "issue.follows-no-redirects",
    fetch.limits,
    endpoints=("issue",),
    breaks=("BC-ISSUE-21",),
    since="0.2",
)
def follows_nothing(right: Right, policy: FetchPolicy) -> FetchPolicy:
    """A hosted document that redirects is refused."""
    bounds: FetchPolicy = right(policy)
    return evolve(bounds, redirects=0)


@defect(
    "issue.crashes-on-redirect-loop",
    fetch.got,
    endpoints=("issue",),
    breaks=("BC-ISSUE-21",),
    since="0.2",
)
async def crashes_on_a_loop(right: Right, fetcher: Fetcher, document: str, url: str) -> Fetched:
    """A redirect loop causes a server error."""
    try:
        fetched: Fetched = await right(fetcher, document, url)
    except fetch.TooManyRedirects as error:
        raise Crash("maximum call stack size exceeded") from error
    return fetched


@defect(
    "issue.accepts-expired-badge",
    walk.is_over,
    endpoints=("issue",),
    breaks=("BC-ISSUE-22",),
    since="0.2",
)
def accepts_expired(_right: Right, _expires: Any, _now: float) -> bool:
    """An expired badge is accepted."""
    return False


@defect(
    "issue.hosted-anywhere",
    handlers.check_hosting,
    endpoints=("issue",),
    breaks=("BC-ISSUE-25",),
    since="0.2",
)
def takes_badges_from_anywhere(right: Right, award: Award) -> None:
    """A hosted assertion may be on any site."""
    right(evolve(award, hosted_at=()))


@defect(
    "issue.verify-url-anywhere",
    handlers.check_hosting,
    endpoints=("issue",),
    breaks=("BC-ISSUE-25",),
    since="0.2",
)
def verifies_anywhere(right: Right, award: Award) -> None:
    """The pushed URL must be on the issuer's origin, but verify.url may be on any origin."""
    right(evolve(award, hosted_at=award.hosted_at[:1]))


@defect(
    "issue.short-documents-only",
    fetch.limits,
    endpoints=("issue",),
    breaks=("BC-ISSUE-24",),
    since="0.2",
)
def reads_the_beginning(right: Right, policy: FetchPolicy) -> FetchPolicy:
    """Documents of more than 48,000 bytes are refused."""
    bounds: FetchPolicy = right(policy)
    return evolve(bounds, most_bytes=48_000)


@defect(
    "issue.wrong-status",
    handlers.badge_created,
    endpoints=("issue",),
    breaks=(
        "BC-ISSUE-01",
        "BC-ISSUE-02",
        "BC-ISSUE-03",
        "BC-ISSUE-05",
        "BC-ISSUE-17",
        "BC-ISSUE-18",
        "BC-IDENT-05",
        "BC-REVOKE-06",
    ),
    since="0.2",
)
def answers_that_it_waits(right: Right, badge: Badge, grant: Grant) -> web.Response:
    """A successful push gets a redirect to the collection."""
    response: web.Response = right(badge, grant)
    response.set_status(302)
    response.headers["Location"] = "/badges"
    return response


@defect(
    "issue.origin-ignores-scheme",
    handlers.judged,
    endpoints=("issue",),
    breaks=("BC-ISSUE-10",),
    since="0.2",
)
async def ignores_the_scheme(
    right: Right, judge: Judge, pushed: str, store: Backpack, grant: Grant
) -> Award:
    """http and https of one host are one origin."""
    award: Award = await right(judge, pushed, store, grant)
    scheme = grant.origin.partition("://")[0]
    return evolve(award, origin=f"{scheme}://{award.origin.partition('://')[2]}")
