"""Answers to a pushed credential that clients meet: refusals, and good ones of other kinds."""

from aiohttp import web

from mock_backpack.apis.open_badges_3 import handlers
from mock_backpack.apis.open_badges_3.envelope import NO_STORE, refusal
from mock_backpack.core.errors import ApiError
from mock_backpack.core.fault import Call
from mock_backpack.core.misbehaviours import chosen, fault, within

AT = ("credentials",)
ODD = {
    "imsx_codeMajor": "failure",
    "imsx_severity": "error",
    "imsx_description": "the monthly quota of the school is used up",
    "imsx_codeMinor": {
        "imsx_codeMinorField": [
            {
                "imsx_codeMinorFieldName": "TargetEndSystem",
                "imsx_codeMinorFieldValue": "quota_exceeded",
            }
        ]
    },
}
"""A refusal whose minor code is in no vocabulary."""


@fault(
    "upsert.answered",
    endpoints=AT,
    stresses=("OB3-CLIENT-08",),
    parameters=(chosen("how", "replaced", "unchanged"),),
    since="0.2",
)
async def answers_as_known(call: Call, *, how: str) -> web.StreamResponse:
    """A good push is answered as if the credential had been there: by 200, or by 304."""
    answer = await call.proceed()
    if call.request.method != "POST" or answer.status != 201:
        return answer
    if how == "unchanged":
        return handlers.unchanged_answer()
    answer.set_status(200)
    return answer


@fault(
    "upsert.refused",
    endpoints=AT,
    stresses=("OB3-CLIENT-16",),
    parameters=(
        within("status", 400, 400, 499, "a status"),
        chosen("codes", "known", "odd"),
    ),
    since="0.2",
)
async def refuses_a_credential(call: Call, *, status: int, codes: str) -> web.StreamResponse:
    """A push is refused for good; with odd codes, the minor one is in no vocabulary."""
    if call.request.method != "POST":
        return await call.proceed()
    if codes == "odd":
        raise ApiError(status, str(ODD["imsx_description"]), headers=NO_STORE, body=ODD)
    raise refusal(status, "this Backpack does not take the credential")
