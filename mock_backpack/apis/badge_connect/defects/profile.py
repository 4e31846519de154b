"""Wrong profiles."""

from typing import Any

from mock_backpack.apis.badge_connect import handlers
from mock_backpack.core.backpack import Earner
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

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
