"""Wrong ways of keeping badges: too soon, or under another name."""

import json
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

from aiohttp import web
from attrs import evolve

from mock_backpack.apis import answers
from mock_backpack.apis.connect import handlers
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Backpack, Badge, Earner, Grant
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right
from mock_backpack.core.strict_json import json_bytes
from mock_backpack.openbadges.award import Award, Judge
from mock_backpack.openbadges.recipient import is_for

COLUMN = 255
"""Characters that a careless database has room for."""


async def _stored_if(
    right: Right, judge: Judge, pushed: str, store: Backpack, grant: Grant, *, wrong: str
) -> Award:
    """Keep a badge before one of the checks that come after it was judged."""
    award: Award = await right(judge, pushed, store, grant)
    refused = {
        "earner": not is_for(award.recipient, grant.earner),
        "signed earner": bool(award.key_at) and not is_for(award.recipient, grant.earner),
        "origin": award.origin != grant.origin,
    }
    if refused[wrong]:
        badge = Badge(award.key, json_bytes(handlers.badge_body(award)))
        backpack.put(store.earner(grant.earner), badge)
    return award


@defect(
    "store.before-the-earner-is-checked",
    handlers.judged,
    endpoints=("issue",),
    breaks=("BC-ISSUE-16",),
    since="0.2",
)
async def stores_before_the_earner(
    right: Right, judge: Judge, pushed: str, store: Backpack, grant: Grant
) -> Award:
    """A badge for somebody else is refused, but stored anyway."""
    return await _stored_if(right, judge, pushed, store, grant, wrong="earner")


@defect(
    "store.signed-before-the-earner-is-checked",
    handlers.judged,
    endpoints=("issue",),
    breaks=("BC-ISSUE-16",),
    since="0.2",
)
async def stores_signed_before_the_earner(
    right: Right, judge: Judge, pushed: str, store: Backpack, grant: Grant
) -> Award:
    """A signed badge for somebody else is refused, but stored anyway."""
    return await _stored_if(right, judge, pushed, store, grant, wrong="signed earner")


@defect(
    "store.before-the-origin-is-checked",
    handlers.judged,
    endpoints=("issue",),
    breaks=("BC-ISSUE-16",),
    since="0.2",
)
async def stores_before_the_origin(
    right: Right, judge: Judge, pushed: str, store: Backpack, grant: Grant
) -> Award:
    """A badge of another issuer is refused, but stored anyway."""
    return await _stored_if(right, judge, pushed, store, grant, wrong="origin")


_pushed: WeakKeyDictionary[Backpack, set[str]] = WeakKeyDictionary()
"""The badges of refused requests, which are stored anyway."""


def _badge_in(request: web.Request) -> str:
    """The badge of a request, from its body or its query."""
    try:
        body = json.loads(exchange_of(request).body or b"{}")
    except ValueError:
        body = {}
    sent = body.get("badge") if isinstance(body, dict) else None
    return str(sent or "".join(parse_qs(request.query_string).get("badge", [])))


def _after(
    right: Right, request: web.Request, response: web.StreamResponse, *, stored: bool
) -> web.StreamResponse:
    """The answer of a Backpack that keeps what some requests push, whatever it answers them."""
    answer: web.StreamResponse = right(request, response)
    if not request.path.endswith("/issue"):
        return answer
    pushed = _pushed.setdefault(exchange_of(request).sandbox.backpack, set())
    badge = _badge_in(request)
    if stored:
        pushed.add(badge)
    elif answer.status == 201 and badge in pushed:
        return web.Response(status=304)
    return answer


@defect(
    "store.before-the-token-is-checked",
    answers.answered,
    endpoints=("issue",),
    breaks=("BC-ISSUE-13", "BC-REVOKE-02"),
    since="0.2",
)
def stores_before_the_token(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """A badge that is pushed with an unknown token is refused, but stored anyway."""
    stored = response.status == 401 and "hint" in str(getattr(response, "text", ""))
    return _after(right, request, response, stored=stored)


@defect(
    "store.before-expiry-is-checked",
    answers.answered,
    endpoints=("issue",),
    breaks=("BC-ISSUE-12",),
    since="0.2",
)
def stores_before_expiry(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """A badge that is pushed with an expired token is refused, but stored anyway."""
    stored = response.status == 401 and "expired" in str(getattr(response, "text", ""))
    return _after(right, request, response, stored=stored)


@defect(
    "store.before-revocation-is-checked",
    answers.answered,
    endpoints=("issue",),
    breaks=("BC-REVOKE-02",),
    since="0.2",
)
def stores_before_revocation(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """A badge that is pushed with a revoked token is refused, but stored anyway."""
    stored = response.status == 401 and "has revoked" in str(getattr(response, "text", ""))
    return _after(right, request, response, stored=stored)


@defect(
    "store.by-head", answers.answered, endpoints=("issue",), breaks=("BC-ISSUE-23",), since="0.2"
)
def stores_by_head(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """HEAD on the issue endpoint adds the badge in its query or body."""
    return _after(right, request, response, stored=request.method == "HEAD")


@defect(
    "store.uid-in-any-case",
    backpack.is_there,
    endpoints=("issue",),
    breaks=("BC-ISSUE-01",),
    since="0.2",
)
def knows_uids_in_any_case(right: Right, earner: Earner, badge: Badge) -> bool:
    """Two uids that differ only in letter case count as one badge."""
    origin, uid = badge.key
    known = {(badge, other.lower()) for badge, other in earner.badges}
    return bool(right(earner, badge)) or (origin, uid.lower()) in known


@defect(
    "store.uid-trimmed",
    backpack.is_there,
    endpoints=("issue",),
    breaks=("BC-ISSUE-01",),
    since="0.2",
)
def trims_uids(right: Right, earner: Earner, badge: Badge) -> bool:
    """Two uids that differ only in a space at the end count as one badge."""
    origin, uid = badge.key
    return bool(right(earner, badge)) or (origin, uid.strip()) in earner.badges


@defect(
    "store.uid-cut", backpack.is_there, endpoints=("issue",), breaks=("BC-ISSUE-01",), since="0.2"
)
def cuts_uids(right: Right, earner: Earner, badge: Badge) -> bool:
    """Two uids that differ only after 255 characters count as one badge."""
    origin, uid = badge.key
    known = {(badge, other[:COLUMN]) for badge, other in earner.badges}
    return bool(right(earner, badge)) or (origin, uid[:COLUMN]) in known


@defect(
    "store.signed-twice",
    backpack.is_there,
    endpoints=("issue",),
    breaks=("BC-ISSUE-11",),
    since="0.2",
)
def keeps_signed_ones_twice(right: Right, earner: Earner, badge: Badge) -> bool:
    """A signed badge is added as often as it is pushed."""
    is_signed = badge.document["verify"]["type"] == "signed"
    return not is_signed and bool(right(earner, badge))


@defect(
    "store.old-twice", backpack.is_there, endpoints=("issue",), breaks=("BC-ISSUE-11",), since="0.2"
)
def keeps_old_ones_twice(right: Right, earner: Earner, badge: Badge) -> bool:
    """A 0.5 badge is added as often as it is pushed."""
    return badge.key[0] != "" and bool(right(earner, badge))


@defect(
    "store.409-without-message",
    handlers.already_added,
    endpoints=("issue",),
    breaks=("BC-ISSUE-14",),
    since="0.2",
)
def conflicts_in_silence(_right: Right, _badge: Badge, _grant: Grant) -> web.Response:
    """A badge that is already present gets 409 without a message."""
    return web.json_response({"error": "conflict"}, status=409)


@defect(
    "store.409-as-text",
    handlers.already_added,
    endpoints=("issue",),
    breaks=("BC-ISSUE-14",),
    since="0.2",
)
def conflicts_in_plain_text(_right: Right, _badge: Badge, _grant: Grant) -> web.Response:
    """A badge that is already present gets 409 with plain text."""
    return web.Response(text="already there", status=409)


@defect(
    "store.counts-signed-apart",
    handlers.keep,
    endpoints=("issue",),
    breaks=("BC-ISSUE-11",),
    since="0.2",
)
async def counts_signed_apart(right: Right, store: Backpack, earner: Earner, badge: Badge) -> bool:
    """A hosted and a signed badge with the same uid count as two."""
    origin, uid = badge.key
    is_signed = badge.document["verify"]["type"] == "signed"
    kept = evolve(badge, key=(origin, f"signed {uid}")) if is_signed else badge
    is_new: bool = await right(store, earner, kept)
    return is_new
