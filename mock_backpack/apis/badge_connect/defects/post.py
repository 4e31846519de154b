"""Wrong ways of taking pushed assertions."""

import re
from collections.abc import Mapping
from typing import Any
from weakref import WeakSet

import orjson
from aiohttp import web

from mock_backpack.apis import answers
from mock_backpack.apis.answers import json_answer
from mock_backpack.apis.badge_connect import handlers
from mock_backpack.apis.badge_connect.envelope import good, refusal
from mock_backpack.core.backpack import Backpack, Badge, Earner, Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right
from mock_backpack.openbadges.complaint import InvalidBadge
from mock_backpack.openbadges.two.judge import Judge, Verified

AT = ("assertions",)
ODD_ID = re.compile(rb'"id": *[^" ]')
_shocked: WeakSet[Backpack] = WeakSet()
"""Where something bad has been pushed."""


@defect(
    "post.created",
    handlers.pushed_answer,
    endpoints=AT,
    breaks=("BC21-ENV-02", "BC21-POST-01"),
    since="0.2",
)
def created(right: Right) -> web.Response:
    """A push is answered with 201."""
    answer: web.Response = right()
    answer.set_status(201)
    return answer


@defect(
    "post.forgets",
    handlers.keep,
    endpoints=AT,
    breaks=(
        "BC21-GET-01",
        "BC21-GET-06",
        "BC21-GET-08",
        "BC21-GET-10",
        "BC21-GET-11",
        "BC21-POST-02",
        "BC21-POST-04",
        "BC21-REV-03",
    ),
    since="0.2",
)
def forgets(_right: Right, _store: Backpack, _earner: Earner, _badge: Badge) -> None:
    """A pushed badge is not stored."""


@defect(
    "post.answers-the-badge",
    handlers.pushed_answer,
    endpoints=AT,
    breaks=("BC21-POST-03",),
    since="0.2",
)
def answers_the_badge(_right: Right) -> web.Response:
    """The answer has a member of its own."""
    return good({"result": []})


@defect(
    "post.no-signed",
    handlers.pushed_badge,
    endpoints=AT,
    breaks=("BC21-POST-04",),
    since="0.2",
)
def no_signed(right: Right, body: Mapping[str, Any]) -> Any:
    """Signed assertions are refused."""
    if isinstance(body.get("signedAssertion"), str):
        raise refusal(400, "signedAssertion: not supported")
    return right(body)


@defect(
    "post.prefers-unsigned",
    handlers.pushed_badge,
    endpoints=AT,
    breaks=("BC21-POST-05",),
    since="0.2",
)
def prefers_unsigned(right: Right, body: Mapping[str, Any]) -> Any:
    """When both are sent, the unsigned assertion counts."""
    both = isinstance(body.get("assertion"), dict) and body.get("signedAssertion")
    return right({"assertion": body["assertion"]} if both else body)


@defect(
    "post.chokes-on-null",
    handlers.pushed_badge,
    endpoints=AT,
    breaks=("BC21-POST-06",),
    since="0.2",
)
def chokes_on_null(right: Right, body: Mapping[str, Any]) -> Any:
    """A member that is null is refused."""
    if None in body.values():
        raise refusal(400, "null: expected a value", "REQUEST_VALIDATION_ERROR")
    return right(body)


@defect(
    "post.duplicates",
    handlers.keep,
    endpoints=AT,
    breaks=("BC21-POST-08",),
    since="0.2",
)
def duplicates(_right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """A badge that comes again is stored again."""
    store.update(earner, _another(earner, badge))


def _another(earner: Earner, badge: Badge) -> Badge:
    """A badge under a key of its own."""
    key = (badge.key[0], f"{badge.key[1]}#{len(earner.badges)}")
    return Badge(key, badge.text, badge.signed, badge.updated_at)


@defect(
    "post.duplicates-after-a-refresh",
    handlers.keep,
    endpoints=AT,
    breaks=("BC21-POST-08",),
    since="0.2",
)
def duplicates_after_a_refresh(right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """After a refresh, a badge that comes again is stored again."""
    is_refreshed = any(grant.tokens.generation for grant in store.grants_of(earner.email))
    right(store, earner, _another(earner, badge) if is_refreshed else badge)


@defect(
    "post.keeps-the-first",
    handlers.keep,
    endpoints=AT,
    breaks=("BC21-GET-10", "BC21-POST-09"),
    since="0.2",
)
def keeps_the_first(right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """An update of a badge is not stored."""
    if badge.key not in earner.badges:
        right(store, earner, badge)


@defect(
    "post.any-recipient",
    handlers.check_recipient,
    endpoints=AT,
    breaks=("BC21-POST-10",),
    since="0.2",
)
def any_recipient(_right: Right, _verified: Verified, _grant: Grant) -> None:
    """Badges of anybody are stored."""


@defect(
    "post.drops-members",
    handlers.keep,
    endpoints=AT,
    breaks=("BC21-POST-09", "BC21-POST-15"),
    since="0.2",
)
def drops_members(right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """Members that are not in the specification are lost."""
    known = ("@context", "id", "type", "recipient", "badge", "verification", "verify", "issuedOn")
    document = {name: value for name, value in badge.document.items() if name in known}
    right(store, earner, Badge(badge.key, orjson.dumps(document), badge.signed, badge.updated_at))


@defect(
    "post.crashes",
    handlers.unfit,
    endpoints=AT,
    breaks=("BC21-ENV-01", "BC21-POST-19"),
    since="0.2",
)
def crashes(_right: Right, message: str) -> ApiError:
    """A body of another shape is a server error."""
    raise Crash(message)


@defect(
    "post.for-everybody",
    handlers.keep,
    endpoints=AT,
    breaks=("BC21-AUTH-06",),
    since="0.2",
)
def for_everybody(right: Right, store: Backpack, _earner: Earner, badge: Badge) -> None:
    """A pushed badge is stored for every earner."""
    for earner in store.earners():
        right(store, earner, badge)


@defect(
    "post.status-text-created",
    handlers.pushed_answer,
    endpoints=AT,
    breaks=("BC21-ENV-03",),
    since="0.2",
)
def text_created(_right: Right) -> web.Response:
    """The status text of a push is one of its own."""
    return json_answer({"status": {"error": None, "statusCode": 200, "statusText": "CREATED"}}, {})


@defect(
    "post.no-null-beside-signed",
    handlers.pushed_badge,
    endpoints=AT,
    breaks=("BC21-POST-06",),
    since="0.2",
)
def no_null_beside_signed(right: Right, body: Mapping[str, Any]) -> Any:
    """Beside a signed assertion null is refused."""
    if body.get("signedAssertion") and "assertion" in body and body["assertion"] is None:
        raise refusal(400, "assertion: expected an object", "REQUEST_VALIDATION_ERROR")
    return right(body)


@defect(
    "post.nothing-404",
    handlers.pushed_badge,
    endpoints=AT,
    breaks=("BC21-POST-07",),
    since="0.2",
)
def nothing_404(right: Right, body: Mapping[str, Any]) -> Any:
    """A body without an assertion is a 404."""
    if not body.get("assertion") and not body.get("signedAssertion"):
        raise refusal(404, "no assertion")
    return right(body)


@defect(
    "post.duplicate-400",
    handlers.keep,
    endpoints=AT,
    breaks=("BC21-POST-08",),
    since="0.2",
)
def duplicate_400(right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """A badge that comes again is refused."""
    if badge.key in earner.badges:
        raise refusal(400, "DUPLICATE_BADGE")
    right(store, earner, badge)


@defect(
    "post.mismatch-as-invalid",
    handlers.check_recipient,
    endpoints=AT,
    breaks=("BC21-POST-10",),
    since="0.2",
)
def mismatch_as_invalid(right: Right, verified: Verified, grant: Grant) -> None:
    """A badge of somebody else is an INVALID_BADGE."""
    try:
        right(verified, grant)
    except ApiError as error:
        raise handlers.invalid_badge(error.message) from error


@defect(
    "post.invalid-404",
    handlers.judged,
    endpoints=AT,
    breaks=("BC21-POST-11",),
    since="0.2",
)
async def invalid_404(right: Right, judging: Judge, pushed: Any) -> Verified:
    """A document that cannot be read makes a 404."""
    try:
        verified: Verified = await right(judging, pushed)
    except InvalidBadge as error:
        raise refusal(404, str(error)) from error
    return verified


@defect(
    "post.dies-on-bad-input",
    answers.answered,
    endpoints=("manifest", *AT),
    breaks=("BC21-POST-20",),
    since="0.2",
)
def dies_on_bad_input(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """After an assertion whose id is no text the next manifest is a server error."""
    backpack = exchange_of(request).sandbox.backpack
    if request.path.endswith("/assertions") and ODD_ID.search(exchange_of(request).body):
        _shocked.add(backpack)
    if request.path.endswith("badgeconnect.json") and backpack in _shocked:
        _shocked.discard(backpack)
        return web.Response(status=500, text="worker died")
    answer: web.StreamResponse = right(request, response)
    return answer


@defect(
    "post.crashes-on-signatures",
    handlers.judged,
    endpoints=AT,
    breaks=("BC21-POST-19",),
    since="0.2",
)
async def crashes_on_signatures(right: Right, judging: Judge, pushed: Any) -> Verified:
    """A signed assertion that is not valid is a server error."""
    try:
        verified: Verified = await right(judging, pushed)
    except InvalidBadge as error:
        if isinstance(pushed, str):
            raise Crash(str(error)) from error
        raise
    return verified


@defect(
    "post.loses-unicode",
    handlers.keep,
    endpoints=AT,
    breaks=("BC21-POST-15",),
    since="0.2",
)
def loses_unicode(right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """Characters that are not ASCII are lost."""
    text = badge.text.decode().encode("ascii", "replace")
    right(store, earner, Badge(badge.key, text, badge.signed, badge.updated_at))


@defect(
    "post.signs-as-hosted",
    handlers.keep,
    endpoints=AT,
    breaks=("BC21-POST-04",),
    since="0.2",
)
def signed_as_hosted(right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """A signed assertion is listed as one that is hosted."""
    right(store, earner, Badge(badge.key, badge.text, "", badge.updated_at))
