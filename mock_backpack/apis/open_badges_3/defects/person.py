"""Wrong profiles."""

from typing import Any

from aiohttp import web

from mock_backpack.apis.answers import json_answer
from mock_backpack.apis.open_badges_3 import profile
from mock_backpack.core.backpack import Backpack, Earner
from mock_backpack.core.holdings import OPEN_BADGES_3
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right

AT = ("credential-profile",)
Members = dict[str, Any]


@defect("person.no-id", profile.profile_answer, endpoints=AT, breaks=("OB3-PROF-01",), since="0.2")
def no_id(right: Right, shown: Members) -> web.Response:
    """A profile has no id."""
    answer: web.Response = right({name: shown[name] for name in shown if name != "id"})
    return answer


@defect(
    "person.no-type", profile.profile_answer, endpoints=AT, breaks=("OB3-PROF-01",), since="0.2"
)
def no_type(right: Right, shown: Members) -> web.Response:
    """A profile has no type."""
    answer: web.Response = right({name: shown[name] for name in shown if name != "type"})
    return answer


@defect(
    "person.other-type", profile.profile_answer, endpoints=AT, breaks=("OB3-PROF-01",), since="0.2"
)
def other_type(right: Right, shown: Members) -> web.Response:
    """A profile is of another type."""
    answer: web.Response = right({**shown, "type": ["Person"]})
    return answer


@defect(
    "person.wrapped",
    profile.profile_answer,
    endpoints=AT,
    breaks=("OB3-PROF-01", "OB3-PROF-02"),
    since="0.2",
)
def wrapped(right: Right, shown: Members) -> web.Response:
    """A profile is inside another object."""
    answer: web.Response = right({"profile": shown})
    return answer


@defect(
    "person.status-204", profile.profile_answer, endpoints=AT, breaks=("OB3-PROF-01",), since="0.2"
)
def status_204(_right: Right, _shown: Members) -> web.Response:
    """A profile is answered with nothing."""
    return web.Response(status=204)


@defect(
    "person.no-email", profile.profile_answer, endpoints=AT, breaks=("OB3-PROF-02",), since="0.2"
)
def no_email(right: Right, shown: Members) -> web.Response:
    """A profile does not say by which address recipients are matched."""
    answer: web.Response = right({name: shown[name] for name in shown if name != "email"})
    return answer


@defect("person.no-put", profile.replace, endpoints=AT, breaks=("OB3-PROF-03",), since="0.2")
def no_put(_right: Right, _store: Backpack, _earner: Earner, _members: Members) -> None:
    """A profile that is put ends in an error."""
    raise Crash("the profile cannot be replaced")


@defect(
    "person.put-201",
    profile.profile_answer,
    endpoints=AT,
    breaks=("OB3-PROF-01", "OB3-PROF-03"),
    since="0.2",
)
def put_201(_right: Right, shown: Members) -> web.Response:
    """A profile is answered with 201."""
    return json_answer(shown, {}, status=201)


@defect(
    "person.forgets",
    profile.shown_profile,
    endpoints=AT,
    breaks=("OB3-PROF-04",),
    since="0.2",
    acts=True,
)
def forgets(right: Right, earner: Earner, url: str) -> Members:
    """What a client puts is answered, and not kept."""
    shown: Members = right(earner, url)
    earner.profile.pop(OPEN_BADGES_3, None)
    return shown


@defect(
    "person.takes-any-email",
    profile.read_profile,
    endpoints=AT,
    breaks=("OB3-PROF-05",),
    since="0.2",
)
def takes_any_email(right: Right, body: Members, earner: Earner, url: str) -> Members:
    """Who puts another e-mail address gets the badges for it."""
    email = body.get("email")
    members: Members = right({**body, "email": earner.email}, earner, url)
    if isinstance(email, str):
        earner.email = email
    return members
