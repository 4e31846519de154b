"""Dialogs of the Issuer API that do not end with every badge added."""

from aiohttp import web

from mock_backpack.apis.connect.issuing import dialog, judging
from mock_backpack.apis.connect.issuing.dialog import IN_FRAME
from mock_backpack.apis.connect.issuing.offer import Judgement, Offer, Reason
from mock_backpack.core.fault import Call
from mock_backpack.core.misbehaviours import chosen, fault
from mock_backpack.core.seams import Right, wrapping

AT = ("dialog",)


@fault(
    "dialog.reason",
    endpoints=AT,
    stresses=("BC-PAGE-05", "BC-PAGE-06", "BC-PAGE-07", "BC-PAGE-08"),
    parameters=(chosen("reason", *map(str, Reason)),),
    since="0.2",
)
async def reports_a_reason(call: Call, *, reason: str) -> web.StreamResponse:
    """The first badge of a call is not added, for this reason, whatever it is."""

    def reporting(right: Right, judgements: dict[str, Judgement]) -> dict[str, Judgement]:
        first = dict.fromkeys(list(judgements)[:1], Reason(reason))
        reported: dict[str, Judgement] = right({**judgements, **first})
        return reported

    with wrapping(judging.together, reporting):
        return await call.proceed()


@fault(
    "dialog.word",
    endpoints=AT,
    stresses=("BC-PAGE-07", "BC-PAGE-10"),
    parameters=(chosen("word", "close", "blocked"),),
    since="0.2",
)
async def ends_without_an_answer(call: Call, *, word: str) -> web.StreamResponse:
    """The framed dialog closes at once without an answer, or moves to the full window as if frames
    were blocked."""

    def at_once(right: Right, offer: Offer, view: str) -> str:
        text: str = word if view == IN_FRAME else right(offer, view)
        return text

    with wrapping(dialog.word_at_once, at_once):
        return await call.proceed()
