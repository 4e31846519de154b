"""The profile of an earner, which clients read, and replace as a whole."""

import hashlib
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from mock_backpack.apis.answers import json_answer
from mock_backpack.apis.open_badges_3.envelope import NO_STORE, refusal
from mock_backpack.core.backpack import Backpack, Earner
from mock_backpack.core.errors import ApiError
from mock_backpack.core.holdings import OPEN_BADGES_3
from mock_backpack.core.quoting import quoted
from mock_backpack.core.seams import seam
from mock_backpack.openbadges.three.contexts import CREDENTIALS_2, OPEN_BADGES
from mock_backpack.openbadges.three.members import is_of_type

OWN = ("@context", "id", "type", "email")
"""Members that stay as they are, whatever a client puts."""
OTHERS = (
    *("name", "url", "phone", "description", "endorsement", "endorsementJwt", "image", "address"),
    *("otherIdentifier", "official", "parentOrg", "familyName", "givenName", "additionalName"),
    *("patronymicName", "honorificPrefix", "honorificSuffix", "familyNamePrefix", "dateOfBirth"),
)
"""The members that a client may put."""
REQUIREMENT = "OB3-CLIENT-13"


@seam
def shown_profile(earner: Earner, url: str) -> dict[str, Any]:
    """The profile of an earner; by its e-mail the Backpack matches recipients."""
    put = earner.profile.get(OPEN_BADGES_3)
    usual = {"name": earner.email.partition("@")[0]}
    return {**own_members(earner, url), **(usual if put is None else put)}


@seam
def own_members(earner: Earner, url: str) -> dict[str, Any]:
    """The members that the Backpack answers for."""
    mark = hashlib.sha256(earner.email.encode()).hexdigest()[:16]
    return {
        "@context": [CREDENTIALS_2, OPEN_BADGES[0]],
        "id": f"{url}#{mark}",
        "type": ["Profile"],
        "email": earner.email,
    }


@seam
def read_profile(body: Mapping[str, Any], earner: Earner, url: str) -> dict[str, Any]:
    """What a client puts in place of a profile.

    Raises:
        ApiError: 422 ``invalid_data`` when it is no profile, is somebody else's, or has a member
            that profiles do not have.
    """
    if not is_of_type("Profile")(body.get("type")):
        raise unfit(f'type: expected "Profile" in it, saw {quoted(body.get("type"))}')
    check_owner(body, own_members(earner, url))
    for name in body:
        if name not in (*OWN, *OTHERS):
            raise unfit(f"profile: expected {', '.join(OTHERS)}, saw {quoted(name)}")
    name = body.get("name", "")
    if not isinstance(name, str):
        raise unfit(f"name: expected a text, saw {quoted(name)}")
    return {name: value for name, value in body.items() if name in OTHERS}


@seam
def check_owner(body: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    """A profile keeps its id, and its e-mail address: that of another person is not theirs.

    Raises:
        ApiError: 422 ``invalid_data`` when it does not.
    """
    if body.get("id") != own["id"]:
        raise unfit(f"id: expected {quoted(own['id'])}, saw {quoted(body.get('id'))}")
    if body.get("email", own["email"]) != own["email"]:
        expected = "that of the earner, which no client can change"
        raise unfit(f"email: expected {expected}, saw {quoted(body['email'])}")


def unfit(message: str) -> ApiError:
    """The refusal of a profile."""
    return refusal(422, message, requirement=REQUIREMENT)


@seam
def replace(backpack: Backpack, earner: Earner, members: dict[str, Any]) -> None:
    """Keep a profile in place of the one before."""
    backpack.add_to_profile(earner, {OPEN_BADGES_3: members})


@seam
def profile_answer(profile: dict[str, Any]) -> web.Response:
    """The good answer of the profile."""
    return json_answer(profile, NO_STORE)
