"""Wrong ways of storing a badge, and of recognizing one that is there."""

import asyncio

from mock_backpack.apis.connect import handlers
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Backpack, Badge, Earner, Grant
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.origin import origin_of
from mock_backpack.core.seams import Right
from mock_backpack.core.strict_json import json_bytes
from mock_backpack.openbadges import signature
from mock_backpack.openbadges.award import Award, Judge
from mock_backpack.openbadges.complaint import InvalidBadge

RACE_SECONDS = 0.05
"""How long a careless server takes between a look and a write."""


@defect(
    "issue.stores-nothing",
    handlers.keep,
    endpoints=("issue",),
    breaks=("BC-ISSUE-01", "BC-ISSUE-11", "BC-REVOKE-04"),
    since="0.1",
)
async def stores_nothing(_right: Right, _kept: Backpack, _earner: Earner, _badge: Badge) -> bool:
    """A badge is accepted and forgotten."""
    return True


@defect(
    "issue.duplicate-as-new",
    backpack.is_there,
    endpoints=("issue",),
    breaks=("BC-ISSUE-11", "BC-REVOKE-04"),
    since="0.1",
)
def adds_twice(_right: Right, _earner: Earner, _badge: Badge) -> bool:
    """A badge that is already present is added again."""
    return False


@defect(
    "issue.race-adds-twice",
    handlers.keep,
    endpoints=("issue",),
    breaks=("BC-ISSUE-11",),
    since="0.1",
)
async def looks_and_then_adds(_right: Right, store: Backpack, earner: Earner, badge: Badge) -> bool:
    """Two simultaneous pushes of one badge add it twice."""
    is_there = backpack.is_there(earner, badge)
    await asyncio.sleep(RACE_SECONDS)
    return not is_there and (store.add(earner, badge) or True)


@defect(
    "issue.stores-refused",
    handlers.judged,
    endpoints=("issue",),
    breaks=("BC-ISSUE-16",),
    since="0.1",
)
async def stores_what_it_refuses(
    right: Right, judge: Judge, pushed: str, store: Backpack, grant: Grant
) -> Award:
    """A refused hosted badge is stored anyway."""
    try:
        award: Award = await right(judge, pushed, store, grant)
    except InvalidBadge:
        if not signature.looks_signed(pushed):
            document = await judge.fetcher.json_object("assertion", pushed)
            key = (origin_of(pushed), str(document.get("uid")))
            backpack.put(store.earner(grant.earner), Badge(key, json_bytes(document)))
        raise
    return award


@defect(
    "issue.same-uid-collides",
    backpack.is_there,
    endpoints=("issue",),
    breaks=("BC-ISSUE-26",),
    since="0.1",
)
def compares_uids_only(_right: Right, earner: Earner, badge: Badge) -> bool:
    """Badges of different issuers with the same uid count as one badge."""
    return any(uid == badge.key[1] for _, uid in earner.badges)


@defect(
    "issue.adds-again-after-refresh",
    handlers.keep,
    endpoints=("issue",),
    breaks=("BC-ISSUE-11",),
    since="0.2",
)
async def forgets_after_a_refresh(
    right: Right, store: Backpack, earner: Earner, badge: Badge
) -> bool:
    """After a refresh, a badge that is already present is added again."""
    refreshed = any(grant.tokens.generation for grant in store.grants_of(earner.email))
    return await right(store, earner, badge) or refreshed
