"""Events of a story in which time passes."""

from functools import partial

from conformance.apis.oauth.stories.refreshing import refresh
from conformance.apis.oauth.stories.state import Permission
from conformance.apis.oauth.stories.world import HOLD, Events, World
from conformance.apis.stories.script import refuse


def events(world: World) -> Events:
    """What can happen; time passes once in a story."""
    waiting = [] if world.has_advanced else world.working
    return {
        "expired": [
            partial(use_expired, world, permission)
            for permission in world.alive
            if permission.grant.expired
        ],
        "advance": [partial(advance, world, permission) for permission in waiting],
        "outlive": [partial(outlive, world, permission) for permission in waiting],
    }


def advance(world: World, permission: Permission) -> None:
    """Time passes until the token of this grant expires; others may expire as well, and codes."""
    world.script.add("advance", seconds=f"${permission.grant.pair}.expires_in", plus=1)
    world.has_advanced, world.codes = True, []
    for each in world.permissions:
        each.code = ""
        each.grant.expired = True if each is permission else None
        each.grant.refreshing.add(world.requirements.refresh_works)


def outlive(world: World, permission: Permission) -> None:
    """The client refreshes, and uses the new token after it has expired."""
    refresh(world, permission)
    world.look(permission)
    advance(world, permission)
    use_expired(world, permission)


def use_expired(world: World, permission: Permission) -> None:
    """The client uses an expired token."""
    step = world.script.add("profile", token=permission.access_token)
    refuse(step, world.requirements.access_expires, {"answer": "unauthenticated"}, HOLD)
