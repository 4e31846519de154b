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

from mock_backpack import app
from mock_backpack.apis import parameters
from mock_backpack.apis.connect import api
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Backpack, Badge, Earner, Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.origin import origin_of
from mock_backpack.core.seams import Crash, Right, defect
from mock_backpack.core.strict_json import json_bytes
from mock_backpack.openbadges import award as judging
from mock_backpack.openbadges import fetch, images, signature
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


@defect("issue.stores-nothing", api.keep)
async def stores_nothing(_right: Right, _kept: Backpack, _earner: Earner, _badge: Badge) -> bool:
    return True


@defect("issue.refuses-charset", parameters.is_json)
def refuses_a_charset(right: Right, label: str, media_type: str) -> bool:
    return ";" not in label and bool(right(label, media_type))


@defect("issue.reads-querystring", parameters.read_json)
def reads_a_querystring(right: Right, body: bytes) -> dict[str, Any]:
    text = body.decode(errors="replace")
    return dict(parse_qsl(text)) if text.startswith("badge=") else right(body)


@defect("issue.refuses-signed", api.pushed_badge)
def refuses_signed(right: Right, sent: Mapping[str, Any]) -> str:
    pushed: str = right(sent)
    if signature.looks_signed(pushed):
        raise ApiError(400, "signed badges are not supported")
    return pushed


@defect("issue.exists-true", api.badge_created)
def says_that_it_exists(right: Right, badge: Badge, grant: Grant) -> web.Response:
    response: web.Response = right(badge, grant)
    response.text = json.dumps({**json.loads(str(response.text)), "exists": True})
    return response


def _badge_with(right: Right, award: Award, **change: Any) -> Badge_:
    return {name: value for name, value in {**right(award), **change}.items() if value is not None}


@defect("issue.original-recipient-missing", api.badge_body)
def forgets_the_original_recipient(right: Right, award: Award) -> Badge_:
    return _badge_with(right, award, _originalRecipient=None)


@defect("issue.badge-class-as-url", api.badge_body)
def leaves_the_url(right: Right, award: Award) -> Badge_:
    return _badge_with(right, award, badge=award.assertion["badge"])


@defect("issue.echoes-other-uid", api.badge_body)
def echoes_another_uid(right: Right, award: Award) -> Badge_:
    return _badge_with(right, award, uid=f"own-{award.key[1]}")


@defect("issue.drops-unknown-members", api.badge_body)
def drops_unknown_members(right: Right, award: Award) -> Badge_:
    body: Badge_ = right(award)
    return {name: value for name, value in body.items() if not name.startswith("x-")}


@defect("issue.mangles-unicode", api.badge_body)
def mangles_unicode(right: Right, award: Award) -> Badge_:
    text = json.dumps(right(award), ensure_ascii=False)
    body: Badge_ = json.loads(text.encode("ascii", errors="replace"))
    return body


@defect("issue.skips-signature", signature.verify)
def skips_the_signature(right: Right, text: str, pem: bytes) -> None:
    pass


@defect("issue.skips-revocation", judging.is_revoked)
def skips_revocation(_right: Right, _revoked: Badge_, _ids: set[Any]) -> str:
    return ""


@defect("issue.refuses-tiny-images", images.is_badge_image)
def refuses_tiny_images(right: Right, content: bytes) -> bool:
    return len(content) >= SNIFFED and right(content)


@defect("issue.skips-image", images.is_badge_image)
def skips_the_image(_right: Right, _content: bytes) -> bool:
    return True


@defect("issue.takes-any-xml-as-image", images.is_badge_image)
def takes_any_xml(right: Right, content: bytes) -> bool:
    return bool(right(content)) or content.startswith(b"<")


@defect("issue.trusts-png-signature", images.is_badge_image)
def looks_at_the_signature(right: Right, content: bytes) -> bool:
    return bool(right(content)) or content.startswith(images.PNG_SIGNATURE)


@defect("issue.searches-png", images.is_badge_image)
def searches_a_png(right: Right, content: bytes) -> bool:
    return bool(right(content)) or images.PNG_SIGNATURE in content[1:]


@defect("issue.crashes-on-data-image", judging.pictured)
async def crashes_on_broken_base64(
    right: Right, fetcher: Fetcher, document: str, url: str
) -> Fetched:
    try:
        found: Fetched = await right(fetcher, document, url)
    except InvalidBadge as error:
        if url.startswith("data:"):
            raise Crash("Incorrect padding") from error
        raise
    return found


@defect("issue.crashes-on-unknown-hash", judging.is_well_hashed)
def crashes_on_an_unknown_hash(right: Right, identity: str) -> bool:
    is_right = bool(right(identity))
    if identity.partition("$")[0] not in hashlib.algorithms_available:
        raise Crash("unsupported hash type")
    return is_right


@defect("issue.skips-verify-type", judging.is_of_kind)
def takes_either_kind(_right: Right, _assertion: Badge_, _kind: str) -> bool:
    return True


@defect("issue.skips-verify-url", judging.is_same_assertion)
def skips_the_copy(_right: Right, _copy: Badge_, _assertion: Badge_) -> bool:
    return True


@defect("issue.skips-optional-members", judging.check)
def checks_required_members_only(
    right: Right, document: str, value: Badge_, table: Mapping[str, Member]
) -> None:
    for name, member in table.items():
        if not member.required and name in value and not member.is_right(value[name]):
            del value[name]
    right(document, value, table)


@defect("issue.accepts-gone", fetch.is_good)
def reads_whatever_comes(_right: Right, status: int) -> bool:
    return 200 <= status < 600


@defect("issue.accepts-no-badge", api.pushed_badge)
def answers_well_without_badge(right: Right, sent: Mapping[str, Any]) -> str:
    if not sent.get("badge"):
        raise ApiError(200, "nothing to do")
    return str(right(sent))


@defect("issue.skips-recipient", is_for)
def skips_the_recipient(_right: Right, _recipient: Recipient, _email: str) -> bool:
    return True


@defect("issue.skips-plain-recipient", is_for)
def skips_plain_recipients(right: Right, recipient: Recipient, email: str) -> bool:
    return not recipient.hashed or bool(right(recipient, email))


@defect("issue.ignores-salt", salt_of)
def ignores_the_salt(_right: Right, _recipient: Recipient) -> str:
    return ""


@defect("issue.skips-origin", api.check_origin)
def skips_the_origin(_right: Right, _award: Award, _grant: Grant) -> None:
    pass


@defect("issue.origin-ignores-port", api.check_origin)
def ignores_the_port(right: Right, award: Award, grant: Grant) -> None:
    if urlsplit(award.origin).hostname != urlsplit(grant.origin).hostname:
        right(award, grant)


@defect("issue.duplicate-as-new", backpack.is_there)
def adds_twice(_right: Right, _earner: Earner, _badge: Badge) -> bool:
    return False


@defect("issue.race-adds-twice", api.keep)
async def looks_and_then_adds(_right: Right, kept: Backpack, earner: Earner, badge: Badge) -> bool:
    found = backpack.is_there(earner, badge)
    await asyncio.sleep(RACE_SECONDS)
    return not found and (kept.add(earner, badge) or True)


@defect("issue.message-missing", app.api_refusal)
def gives_no_message(right: Right, refusal: ApiError) -> web.Response:
    response: web.Response = right(refusal)
    if not refusal.as_text:
        response.text = json.dumps({"error": refusal.status})
    return response


@defect("issue.html-error", app.api_refusal)
def answers_with_a_page(_right: Right, refusal: ApiError) -> web.Response:
    return web.Response(
        text="<!doctype html><h1>Bad Request</h1>",
        content_type="text/html",
        status=refusal.status,
        headers=refusal.headers,
    )


@defect("issue.server-error", api.refused_assertion)
def fails_on_a_bad_assertion(right: Right, message: str, problems: list[Any]) -> ApiError:
    refusal: ApiError = right(message, problems)
    return ApiError(500, refusal.message, refusal.details)


@defect("issue.error-as-200", api.refused_assertion)
def refuses_with_200(right: Right, message: str, problems: list[Any]) -> ApiError:
    refusal: ApiError = right(message, problems)
    return ApiError(200, refusal.message, refusal.details)


@defect("issue.stores-refused", api.judged)
async def stores_what_it_refuses(
    right: Right, judge: Judge, pushed: str, kept: Backpack, grant: Grant
) -> Award:
    try:
        award: Award = await right(judge, pushed, kept, grant)
    except InvalidBadge:
        if not signature.looks_signed(pushed):
            document = await judge.fetcher.json_object("assertion", pushed)
            key = (origin_of(pushed), str(document.get("uid")))
            backpack.put(kept.earner(grant.earner), Badge(key, json_bytes(document)))
        raise
    return award


@defect("issue.refuses-05", api.judged)
async def refuses_05(
    right: Right, judge: Judge, pushed: str, kept: Backpack, grant: Grant
) -> Award:
    award: Award = await right(judge, pushed, kept, grant)
    if not award.key[0]:
        raise ApiError(400, "Open Badges 0.5 is not supported")
    return award


@defect("issue.crashes-on-object", api.pushed_badge)
def crashes_on_an_object(right: Right, sent: Mapping[str, Any]) -> str:
    if isinstance(sent.get("badge"), dict):
        raise Crash("unhashable type: 'dict'")
    return str(right(sent))


_shocked: WeakKeyDictionary[Backpack, set[str]] = WeakKeyDictionary()
"""Credentials under which something bad has been pushed."""


@defect("issue.dies-on-bad-input", app.answered)
def dies_on_bad_input(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    shocked = _shocked.setdefault(exchange_of(request).sandbox.backpack, set())
    credentials = request.headers.get("Authorization", "")
    if credentials in shocked:
        return web.Response(status=500, text="worker died")
    if request.path.endswith("/issue") and response.status == 400:
        shocked.add(credentials)
    answer: web.StreamResponse = right(request, response)
    return answer


@defect("issue.get-adds-badge", api.check_method)
def takes_any_method(right: Right, request: web.Request, allowed: str) -> None:
    if not request.path.endswith("/issue"):
        right(request, allowed)


@defect("issue.same-uid-collides", backpack.is_there)
def compares_uids_only(_right: Right, earner: Earner, badge: Badge) -> bool:
    return any(uid == badge.key[1] for _, uid in earner.badges)


@defect("issue.adds-again-after-refresh", api.keep)
async def forgets_after_a_refresh(
    right: Right, kept: Backpack, earner: Earner, badge: Badge
) -> bool:
    refreshed = any(one.tokens.generation for one in kept.grants_of(earner.email))
    return await right(kept, earner, badge) or refreshed


@defect("issue.follows-no-redirects", fetch.limits)
def follows_nothing(right: Right, policy: FetchPolicy) -> FetchPolicy:
    bounds: FetchPolicy = right(policy)
    return evolve(bounds, redirects=0)


@defect("issue.crashes-on-redirect-loop", fetch.got)
async def crashes_on_a_loop(right: Right, fetcher: Fetcher, document: str, url: str) -> Fetched:
    try:
        found: Fetched = await right(fetcher, document, url)
    except InvalidBadge as error:
        if "redirects" in str(error):
            raise Crash("maximum call stack size exceeded") from error
        raise
    return found


@defect("issue.accepts-expired-badge", judging.is_over)
def accepts_expired(_right: Right, _expires: Any, _now: float) -> bool:
    return False


@defect("issue.hosted-anywhere", api.check_hosting)
def takes_badges_from_anywhere(right: Right, award: Award) -> None:
    right(evolve(award, hosted_at=()))


@defect("issue.verify-url-anywhere", api.check_hosting)
def verifies_anywhere(right: Right, award: Award) -> None:
    right(evolve(award, hosted_at=award.hosted_at[:1]))


@defect("issue.short-documents-only", fetch.limits)
def reads_the_beginning(right: Right, policy: FetchPolicy) -> FetchPolicy:
    bounds: FetchPolicy = right(policy)
    return evolve(bounds, most_bytes=48_000)


@defect("issue.wrong-status", api.badge_created)
def answers_that_it_waits(right: Right, badge: Badge, grant: Grant) -> web.Response:
    response: web.Response = right(badge, grant)
    response.set_status(302)
    response.headers["Location"] = "/badges"
    return response


@defect("issue.origin-ignores-scheme", api.judged)
async def ignores_the_scheme(
    right: Right, judge: Judge, pushed: str, kept: Backpack, grant: Grant
) -> Award:
    award: Award = await right(judge, pushed, kept, grant)
    scheme = grant.origin.partition("://")[0]
    return evolve(award, origin=f"{scheme}://{award.origin.partition('://')[2]}")
