"""Profiles that clients meet: with many members, and put later."""

from typing import Any

from aiohttp import web

from mock_backpack.apis.answers import json_answer
from mock_backpack.apis.open_badges_3 import profile
from mock_backpack.apis.open_badges_3.envelope import NO_STORE
from mock_backpack.core.backpack import Earner
from mock_backpack.core.fault import Call
from mock_backpack.core.holdings import OPEN_BADGES_3
from mock_backpack.core.misbehaviours import fault
from mock_backpack.core.seams import Right, wrapping

AT = ("credential-profile",)
MORE = {
    "url": "https://ada.example.org/",
    "description": "Writes programs for engines.",
    "givenName": "Ada",
    "familyName": "Lovelace",
}
LATER = {
    "imsx_codeMajor": "processing",
    "imsx_severity": "status",
    "imsx_description": "the profile will be changed soon",
}


@fault("person.rich", endpoints=AT, stresses=("OB3-CLIENT-13",), since="0.2")
async def has_more_members(call: Call) -> web.StreamResponse:
    """The profile has url, description and names as well, until a client puts another."""

    def shown(right: Right, earner: Earner, url: str) -> dict[str, Any]:
        more = MORE if earner.profile.get(OPEN_BADGES_3) is None else {}
        return {**right(earner, url), **more}

    with wrapping(profile.shown_profile, shown):
        return await call.proceed()


@fault("person.later", endpoints=AT, stresses=("OB3-CLIENT-08",), since="0.2")
async def puts_later(call: Call) -> web.StreamResponse:
    """A profile that is put is answered by 202, and what a client reads stays as it was."""
    if call.request.method != "PUT":
        return await call.proceed()

    def replaced(_right: Right, *_: Any) -> None:
        pass

    with wrapping(profile.replace, replaced):
        answer = await call.proceed()
    if answer.status != 200:
        return answer
    accepted = json_answer(LATER, NO_STORE)
    accepted.set_status(202)
    return accepted
