"""Wrong ways of taking pushed assertions."""

from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from mock_backpack.apis.badge_connect import handlers
from mock_backpack.apis.badge_connect.envelope import good, refusal
from mock_backpack.core.backpack import Backpack, Badge, Earner, Grant
from mock_backpack.core.errors import ApiError
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right
from mock_backpack.openbadges.two.judge import Verified

AT = ("assertions",)


@defect(
    "post.created",
    handlers.pushed_answer,
    endpoints=AT,
    breaks=(
        "BC21-ENV-02",
        "BC21-ENV-03",
        "BC21-POST-01",
        "BC21-POST-04",
        "BC21-POST-05",
        "BC21-POST-06",
        "BC21-POST-08",
        "BC21-POST-14",
        "BC21-POST-18",
    ),
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
        "BC21-AUTH-06",
        "BC21-GET-01",
        "BC21-GET-06",
        "BC21-GET-08",
        "BC21-GET-10",
        "BC21-GET-11",
        "BC21-POST-02",
        "BC21-POST-04",
        "BC21-POST-05",
        "BC21-POST-08",
        "BC21-POST-09",
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
    breaks=("BC21-POST-04", "BC21-POST-05", "BC21-POST-14"),
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
    key = (badge.key[0], f"{badge.key[1]}#{len(earner.badges)}")
    store.update(earner, Badge(key, badge.text, badge.signed, badge.updated_at))


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
    breaks=("BC21-POST-10", "BC21-POST-12"),
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
