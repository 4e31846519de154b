"""What goes wrong only while many earners are served at the same time."""

import asyncio

from aiohttp import web

from mock_backpack.apis import answers
from mock_backpack.apis.connect import handlers
from mock_backpack.apis.foreign import answer_to_another
from mock_backpack.core.backpack import Backpack, Badge, Earner, Grant
from mock_backpack.core.crowd import among_others, is_crowded
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right

RACE_SECONDS = 0.1
"""Between a look and what is done because of it."""
REFRESH_SECONDS = 0.4
"""A refresh that takes so long is in progress when the settings page revokes."""
SECONDS_FOR_EACH_BADGE = 0.01
ONE_IN = 1000


@defect(
    "load.race-adds-twice",
    handlers.keep,
    endpoints=("issue",),
    breaks=("BC-ISSUE-11",),
    since="0.2",
    acts=True,
    needs_load=True,
)
async def adds_twice_in_a_crowd(
    right: Right, store: Backpack, earner: Earner, badge: Badge
) -> bool:
    """While three earners get badges, one that is pushed in parallel is added each time."""
    with among_others(store, earner.email):
        was_there = badge.key in earner.badges
        await asyncio.sleep(RACE_SECONDS)
        is_racing = is_crowded(store) and not was_there
        return bool(await right(store, earner, badge)) or is_racing


@defect(
    "load.race-refreshes-twice",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-TOKEN-15",),
    since="0.2",
    acts=True,
    needs_load=True,
)
async def refreshes_twice_in_a_crowd(right: Right, store: Backpack, token: str) -> Grant | None:
    """While three earners refresh, a refresh token that is used in parallel works each time."""
    grant: Grant | None = await right(store, token)
    if grant is None:
        return None
    with among_others(store, grant.earner):
        await asyncio.sleep(RACE_SECONDS)
        if is_crowded(store) and store.death_of(token) != "revoked":
            return grant
    again: Grant | None = await right(store, token)
    return again


@defect(
    "load.refresh-outlives-revocation",
    handlers.find_by_refresh,
    endpoints=("token",),
    breaks=("BC-REVOKE-02", "BC-TOKEN-14"),
    since="0.2",
    acts=True,
    needs_load=True,
)
async def revives_a_revoked_grant(right: Right, store: Backpack, token: str) -> Grant | None:
    """A refresh that is in progress while the earner revokes access brings the grant back."""
    grant: Grant | None = await right(store, token)
    await asyncio.sleep(REFRESH_SECONDS)
    if grant is not None and store.death_of(token) == "revoked":
        return grant
    again: Grant | None = await right(store, token)
    return again


@defect(
    "load.identity-of-another",
    answers.answered,
    endpoints=("identity",),
    breaks=("BC-IDENT-04",),
    since="0.2",
    acts=True,
    needs_load=True,
)
def tells_the_identity_of_another(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """One identity in a thousand is that of another earner, whose issuer has just asked."""
    return answer_to_another(request, right(request, response), "identity", ONE_IN)


@defect(
    "load.slower-with-each-badge",
    handlers.keep,
    endpoints=("issue",),
    breaks=(),
    since="0.2",
    acts=True,
    needs_load=True,
)
async def slows_with_each_badge(
    right: Right, store: Backpack, earner: Earner, badge: Badge
) -> bool:
    """A push takes ten milliseconds longer for each badge that the earner has."""
    await asyncio.sleep(SECONDS_FOR_EACH_BADGE * len(earner.badges))
    return bool(await right(store, earner, badge))
