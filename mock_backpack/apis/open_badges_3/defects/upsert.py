"""Wrong answers to a push, and wrong things that are kept of it."""

import json
from typing import Any
from weakref import WeakKeyDictionary

from aiohttp import web
from attrs import evolve

from mock_backpack.apis import answers
from mock_backpack.apis.open_badges_3 import collection, handlers
from mock_backpack.apis.open_badges_3.envelope import refusal
from mock_backpack.apis.open_badges_3.handlers import Pushed
from mock_backpack.core.backpack import Backpack, Badge, Earner
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.holdings import OPEN_BADGES_3
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right
from mock_backpack.core.strict_json import json_bytes
from mock_backpack.openbadges.three.judge import Judge, Verified

AT = ("credentials",)
_shocked: WeakKeyDictionary[Backpack, set[str]] = WeakKeyDictionary()
"""Tokens under which something bad has been pushed."""
LARGE = 50_000


@defect(
    "upsert.status-200",
    handlers.pushed_answer,
    endpoints=AT,
    breaks=("OB3-POST-01", "OB3-POST-03"),
    since="0.2",
)
def status_200(right: Right, badge: Badge, kind: str, _status: int) -> web.Response:
    """A new credential is answered with 200."""
    answer: web.Response = right(badge, kind, 200)
    return answer


@defect(
    "upsert.status-201",
    handlers.pushed_answer,
    endpoints=AT,
    breaks=("OB3-POST-07",),
    since="0.2",
)
def status_201(right: Right, badge: Badge, kind: str, _status: int) -> web.Response:
    """A replaced credential is answered with 201."""
    answer: web.Response = right(badge, kind, 201)
    return answer


@defect(
    "upsert.no-answer",
    handlers.pushed_answer,
    endpoints=AT,
    breaks=("OB3-POST-04",),
    since="0.2",
)
def no_answer(right: Right, badge: Badge, kind: str, status: int) -> web.Response:
    """A push is answered with an empty object."""
    empty = evolve(badge, text=b"{}", signed="")
    answer: web.Response = right(empty, kind, status)
    return answer


@defect(
    "upsert.adds-a-member",
    handlers.pushed_answer,
    endpoints=AT,
    breaks=("OB3-POST-04",),
    since="0.2",
)
def adds_a_member(right: Right, badge: Badge, kind: str, status: int) -> web.Response:
    """The answer to a push has a member of the Backpack's own."""
    if badge.signed:
        kept: web.Response = right(badge, kind, status)
        return kept
    more = evolve(badge, text=json_bytes({**badge.document, "createdAt": badge.updated_at}))
    answer: web.Response = right(more, kind, status)
    return answer


@defect(
    "upsert.answers-the-payload",
    handlers.pushed_answer,
    endpoints=AT,
    breaks=("OB3-POST-04", "OB3-POST-05"),
    since="0.2",
)
def answers_the_payload(right: Right, badge: Badge, kind: str, status: int) -> web.Response:
    """A token is answered with the credential that is in it."""
    as_json = "application/json" if badge.signed else kind
    answer: web.Response = right(evolve(badge, signed=""), as_json, status)
    return answer


@defect(
    "upsert.other-type",
    handlers.pushed_answer,
    endpoints=AT,
    breaks=("OB3-POST-05",),
    since="0.2",
)
def other_type(right: Right, badge: Badge, _kind: str, status: int) -> web.Response:
    """The answer to a push is labelled as HTML."""
    answer: web.Response = right(badge, "text/html", status)
    return answer


@defect(
    "upsert.no-vc-type",
    handlers.content_type_of,
    endpoints=AT,
    breaks=("OB3-POST-02",),
    since="0.2",
)
def no_vc_type(right: Right, request: web.Request) -> str:
    """A credential must be labelled as ordinary JSON."""
    kind: str = right(request)
    if kind == "application/vc+ld+json":
        raise refusal(415, f"Content-Type: {kind} is not supported")
    return kind


@defect(
    "upsert.no-tokens",
    handlers.content_type_of,
    endpoints=AT,
    breaks=("OB3-POST-03",),
    since="0.2",
)
def no_tokens(right: Right, request: web.Request) -> str:
    """Tokens are not taken."""
    kind: str = right(request)
    if kind == handlers.TEXT:
        raise refusal(415, f"Content-Type: {kind} is not supported")
    return kind


@defect(
    "upsert.any-type",
    handlers.content_type_of,
    endpoints=AT,
    breaks=("OB3-POST-23",),
    since="0.2",
)
def any_type(_right: Right, request: web.Request) -> str:
    """The label of a credential does not matter."""
    return request.content_type


@defect(
    "upsert.dies-on-junk",
    handlers.read_pushed,
    endpoints=AT,
    breaks=("OB3-ERR-06", "OB3-POST-23"),
    since="0.2",
)
def dies_on_junk(_right: Right, request: web.Request, kind: str) -> Pushed:
    """A body that is no JSON is answered with 500."""
    body = exchange_of(request).body
    if kind == handlers.TEXT:
        return body.decode(errors="replace").strip()
    try:
        value: dict[str, Any] = json.loads(body)
    except ValueError as error:
        raise Crash(str(error)) from error
    return value if isinstance(value, dict) else {}


@defect(
    "upsert.small-only", handlers.read_pushed, endpoints=AT, breaks=("OB3-POST-24",), since="0.2"
)
def small_only(right: Right, request: web.Request, kind: str) -> Pushed:
    """A credential with a large image is refused."""
    if len(exchange_of(request).body) > LARGE:
        raise handlers.unfit(f"body: expected at most {LARGE} bytes")
    pushed: Pushed = right(request, kind)
    return pushed


@defect(
    "upsert.keeps-nothing",
    handlers.keep,
    endpoints=AT,
    breaks=("OB3-POST-06", "OB3-POST-07"),
    since="0.2",
)
def keeps_nothing(_right: Right, _store: Backpack, _earner: Earner, _badge: Badge) -> None:
    """A credential that is accepted is not kept."""


@defect(
    "upsert.drops-proofs",
    handlers.keep,
    endpoints=AT,
    breaks=("OB3-GET-04", "OB3-POST-06"),
    since="0.2",
)
def drops_proofs(right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """A credential is kept without its proof."""
    plain = {name: value for name, value in badge.document.items() if name != "proof"}
    right(store, earner, badge if badge.signed else evolve(badge, text=json_bytes(plain)))


@defect(
    "upsert.keeps-the-payload",
    handlers.keep,
    endpoints=AT,
    breaks=("OB3-GET-03", "OB3-GET-04", "OB3-POST-06"),
    since="0.2",
)
def keeps_the_payload(right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """Of a token the credential is kept that is in it."""
    right(store, earner, evolve(badge, signed=""))


@defect(
    "upsert.mangles-unicode",
    handlers.keep,
    endpoints=AT,
    breaks=("OB3-GET-04", "OB3-POST-06"),
    since="0.2",
)
def mangles_unicode(right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """Letters beyond ASCII are encoded twice."""
    twice = badge.text.decode("latin-1").encode()
    right(store, earner, evolve(badge, text=twice))


@defect(
    "upsert.expands-values",
    handlers.keep,
    endpoints=AT,
    breaks=("OB3-POST-06",),
    since="0.2",
)
def expands_values(right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """Single values become arrays."""
    document = badge.document
    proof = document.get("proof")
    if badge.signed or not isinstance(proof, dict):
        right(store, earner, badge)
        return
    right(store, earner, evolve(badge, text=json_bytes({**document, "proof": [proof]})))


@defect(
    "upsert.adds-twice",
    handlers.keep,
    endpoints=AT,
    breaks=("OB3-POST-07",),
    since="0.2",
)
def adds_twice(right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """A newer credential stands beside the older one."""
    _set_aside(earner, badge)
    right(store, earner, badge)


def _set_aside(earner: Earner, badge: Badge) -> None:
    """Keep what has the key of a badge under another key."""
    old = earner.badges.pop(badge.key, None)
    if old is not None:
        earner.badges[OPEN_BADGES_3, f"{old.key[1]} {old.updated_at}"] = old


@defect(
    "upsert.adds-twice-after-a-refresh",
    handlers.keep,
    endpoints=AT,
    breaks=("OB3-POST-07",),
    since="0.2",
)
def adds_twice_after_a_refresh(right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """After a refresh, a newer credential stands beside the older one."""
    if any(grant.tokens.generation for grant in store.grants_of(earner.email)):
        _set_aside(earner, badge)
    right(store, earner, badge)


@defect(
    "upsert.keeps-the-old",
    handlers.keep,
    endpoints=AT,
    breaks=("OB3-POST-07",),
    since="0.2",
)
def keeps_the_old(right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """A newer credential does not replace the older one."""
    if badge.key not in earner.badges:
        right(store, earner, badge)


@defect(
    "upsert.never-newer", collection.is_newer, endpoints=AT, breaks=("OB3-POST-07",), since="0.2"
)
def never_newer(_right: Right, _badge: Badge, _old: Badge) -> bool:
    """A credential that is there is never replaced."""
    return False


@defect(
    "upsert.ignores-issuers", collection.key_of, endpoints=AT, breaks=("OB3-POST-08",), since="0.2"
)
def ignores_issuers(right: Right, _issuer: str, identifier: str) -> tuple[str, str]:
    """Credentials of two issuers are the same when their ids are."""
    key: tuple[str, str] = right("", identifier)
    return key


@defect(
    "upsert.as-written", collection.compared, endpoints=AT, breaks=("OB3-POST-09",), since="0.2"
)
def as_written(_right: Right, identifier: str) -> str:
    """Ids are compared as they are written."""
    return identifier


@defect(
    "upsert.older-wins", collection.is_newer, endpoints=AT, breaks=("OB3-POST-10",), since="0.2"
)
def older_wins(_right: Right, _badge: Badge, _old: Badge) -> bool:
    """The credential that came last counts, however old it is."""
    return True


@defect(
    "upsert.single-values-refused",
    handlers.judged,
    endpoints=AT,
    breaks=("OB3-POST-21",),
    since="0.2",
)
async def single_values_refused(right: Right, judge: Judge, pushed: Pushed) -> Verified:
    """A proof that is in no array is refused."""
    if isinstance(pushed, dict) and isinstance(pushed.get("credentialSubject"), dict):
        kind = pushed["credentialSubject"].get("type")
        if isinstance(kind, str):
            raise handlers.invalid_credential("credentialSubject.type: expected an array")
    verified: Verified = await right(judge, pushed)
    return verified


@defect(
    "upsert.new-model-only",
    handlers.judged,
    endpoints=AT,
    breaks=("OB3-POST-20",),
    since="0.2",
)
async def new_model_only(right: Right, judge: Judge, pushed: Pushed) -> Verified:
    """Credentials of the older data model are refused."""
    if isinstance(pushed, dict) and "issuanceDate" in pushed:
        raise handlers.invalid_credential("issuanceDate: expected validFrom")
    verified: Verified = await right(judge, pushed)
    return verified


@defect(
    "upsert.dies-on-bad-input",
    answers.answered,
    endpoints=("credentials", "credential-profile"),
    breaks=("OB3-POST-25",),
    since="0.2",
)
def dies_on_bad_input(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """After an invalid credential the Backpack answers this client with server errors only."""
    shocked = _shocked.setdefault(exchange_of(request).sandbox.backpack, set())
    token = request.headers.get("Authorization", "")
    if token in shocked:
        return web.Response(status=500, text="worker died")
    if response.status in (413, 415, 422):
        shocked.add(token)
    answer: web.StreamResponse = right(request, response)
    return answer
