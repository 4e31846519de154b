"""What goes wrong only while many earners are served at the same time."""

from aiohttp import web

from mock_backpack.apis import answers
from mock_backpack.apis.foreign import answer_to_another
from mock_backpack.apis.open_badges_3 import handlers
from mock_backpack.core.backpack import Backpack, Badge, Earner
from mock_backpack.core.crowd import passes_in_a_crowd
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

ONE_IN = 30


@defect(
    "load.credentials-of-another",
    answers.answered,
    endpoints=("credentials",),
    breaks=("OB3-AUTH-06", "OB3-POST-06"),
    since="0.2",
    acts=True,
    needs_load=True,
)
def lists_the_credentials_of_another(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """One list of credentials in thirty is that of another earner, which was read just before."""
    return answer_to_another(request, right(request, response), "credentials", ONE_IN)


@defect(
    "load.keeps-older-versions",
    handlers.keep,
    endpoints=("credentials",),
    breaks=("OB3-POST-07",),
    since="0.2",
    acts=True,
    needs_load=True,
)
def keeps_older_versions_in_a_crowd(
    right: Right, store: Backpack, earner: Earner, badge: Badge
) -> None:
    """While credentials of three earners are pushed, a newer version does not replace the older."""
    is_update = badge.key in earner.badges
    if not (passes_in_a_crowd(store, earner.email) and is_update):
        right(store, earner, badge)
