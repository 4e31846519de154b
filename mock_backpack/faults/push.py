"""Answers to a push that consumers meet: refusals, and good answers that look odd."""

from typing import Any

from aiohttp import web

from mock_backpack.apis.badge_connect import envelope
from mock_backpack.apis.badge_connect.envelope import INVALID_BADGE, WRONG_RECIPIENT, refusal
from mock_backpack.core.errors import ApiError
from mock_backpack.core.fault import Call
from mock_backpack.core.misbehaviours import chosen, fault
from mock_backpack.core.seams import Right, wrapping

AT = ("assertions",)
DUPLICATE = [
    {
        "name": "DUPLICATE_BADGE",
        "description": "this badge is in the Backpack already",
        "result": None,
    }
]
"""An array, where the specification has a text: what one family of Backpacks answers."""
REFUSALS = {
    "invalid": (INVALID_BADGE, "invalid badge: this Backpack does not trust the issuer"),
    "recipient": (WRONG_RECIPIENT, "the badge is for somebody else than the earner"),
}


@fault(
    "push.refused",
    endpoints=AT,
    stresses=("BC21-CLIENT-15",),
    parameters=(chosen("how", "invalid", "recipient", "duplicate"),),
    since="0.2",
)
async def refuses_a_push(call: Call, *, how: str) -> web.StreamResponse:
    """A push is refused for good with 400; for a duplicate, error is an array."""
    if call.request.method != "POST":
        return await call.proceed()
    if how == "duplicate":
        status = {"error": DUPLICATE, "statusCode": 400, "statusText": "BAD_REQUEST"}
        message = str(DUPLICATE[0]["description"])
        raise ApiError(400, message, headers=envelope.NO_STORE, body={"status": status})
    text, message = REFUSALS[how]
    raise refusal(400, message, text)


@fault(
    "push.odd_status",
    endpoints=AT,
    stresses=("BC21-CLIENT-14",),
    parameters=(chosen("how", "words", "created"),),
    since="0.2",
)
async def words_success_oddly(call: Call, *, how: str) -> web.StreamResponse:
    """A good push is answered with an unusual status, or with 201 and the statusCode 200."""

    def status_of(right: Right, status: int, text: str, error: str | None) -> dict[str, Any]:
        members: dict[str, Any] = right(status, text, error)
        if status != 200 or how != "words":
            return members
        return {**members, "error": "", "statusText": "Badge accepted", "warnings": []}

    with wrapping(envelope.status_of, status_of):
        answer = await call.proceed()
    if how == "created" and answer.status == 200 and call.request.method == "POST":
        answer.set_status(201)
    return answer
