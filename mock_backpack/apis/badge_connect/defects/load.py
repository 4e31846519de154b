"""What goes wrong only while many earners are served at the same time."""

from itertools import count

from aiohttp import web

from mock_backpack.apis import answers
from mock_backpack.apis.badge_connect import handlers
from mock_backpack.apis.foreign import answer_to_another
from mock_backpack.core.backpack import Backpack, Badge, Earner
from mock_backpack.core.crowd import passes_in_a_crowd
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

LOST_ONE_IN = 10
FOREIGN_ONE_IN = 100
_pushes = count(1)


@defect(
    "load.loses-badges",
    handlers.keep,
    endpoints=("assertions",),
    breaks=("BC21-POST-02",),
    since="0.2",
    acts=True,
    needs_load=True,
)
def loses_badges_in_a_crowd(right: Right, store: Backpack, earner: Earner, badge: Badge) -> None:
    """While badges of three earners are pushed, one of ten is accepted but not stored."""
    if (
        badge.key in earner.badges
        or not passes_in_a_crowd(store, earner.email)
        or next(_pushes) % LOST_ONE_IN
    ):
        right(store, earner, badge)


@defect(
    "load.profile-of-another",
    answers.answered,
    endpoints=("profile",),
    breaks=("BC21-PROF-02",),
    since="0.2",
    acts=True,
    needs_load=True,
)
def tells_the_profile_of_another(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """One profile in a hundred is that of another earner, which was read just before."""
    return answer_to_another(request, right(request, response), "profile", FOREIGN_ONE_IN)
