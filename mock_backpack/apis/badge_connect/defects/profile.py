"""Wrong profiles."""

from typing import Any

from aiohttp import web

from mock_backpack.apis.badge_connect import handlers
from mock_backpack.apis.badge_connect.envelope import good
from mock_backpack.core.backpack import Backpack, Earner
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right

AT = ("profile",)


@defect(
    "profile.no-type",
    handlers.shown_profile,
    endpoints=AT,
    breaks=("BC21-PROF-01",),
    since="0.2",
)
def no_type(right: Right, earner: Earner, url: str) -> dict[str, Any]:
    """The profile has no type."""
    profile: dict[str, Any] = right(earner, url)
    return {name: value for name, value in profile.items() if name != "type"}


@defect(
    "profile.no-email",
    handlers.shown_profile,
    endpoints=AT,
    breaks=("BC21-PROF-02",),
    since="0.2",
)
def no_email(right: Right, earner: Earner, url: str) -> dict[str, Any]:
    """The profile has no e-mail address."""
    profile: dict[str, Any] = right(earner, url)
    return {name: value for name, value in profile.items() if name != "email"}


@defect(
    "profile.new-id",
    handlers.shown_profile,
    endpoints=AT,
    breaks=("BC21-PROF-05",),
    since="0.2",
)
def new_id(right: Right, earner: Earner, url: str) -> dict[str, Any]:
    """A profile that was added to has another id."""
    profile: dict[str, Any] = right(earner, url)
    return {**profile, "id": f"{profile['id']}-2"} if earner.profile else profile


@defect(
    "profile.list",
    handlers.profile_answer,
    endpoints=AT,
    breaks=("BC21-PROF-01", "BC21-PROF-04"),
    since="0.2",
)
def in_a_list(_right: Right, profile: dict[str, Any]) -> web.Response:
    """The profile is in an array."""
    return good({"results": [profile]})


@defect(
    "profile.crashes",
    handlers.add_members,
    endpoints=AT,
    breaks=("BC21-PROF-04",),
    since="0.2",
)
def crashes(_right: Right, _store: Backpack, _earner: Earner, _members: dict[str, Any]) -> None:
    """Adding to a profile is a server error."""
    raise Crash("no such column: telephone")


@defect(
    "profile.other-email",
    handlers.shown_profile,
    endpoints=AT,
    breaks=("BC21-PROF-02",),
    since="0.2",
)
def other_email(right: Right, earner: Earner, url: str) -> dict[str, Any]:
    """The e-mail address of the profile is another one."""
    return {**right(earner, url), "email": f"hidden+{earner.email}"}
