"""Several events of a story that seldom follow each other by chance, and belong together."""

from functools import partial

from conformance.apis.oauth.stories import arriving, ending, pushing, refreshing
from conformance.apis.oauth.stories.state import Permission
from conformance.apis.oauth.stories.world import Events, World


def events(world: World) -> Events:
    """What can happen where earners revoke access."""
    narrow = [each for each in world.working if each.is_narrow]
    return {
        "refresh at work": [partial(refresh_at_work, world, each) for each in world.pushing],
        "refresh narrow": [partial(refresh_narrow, world, each) for each in narrow],
        "revoke and return": [partial(revoke_and_return, world, each) for each in world.pushing],
        "revoke twice granted": [
            partial(revoke_twice_granted, world, each) for each in world.alive
        ],
    }


def events_of_clients(world: World) -> Events:
    """What can happen where clients end their own tokens."""
    return {
        "end refreshed": [partial(end_refreshed, world, permission) for permission in world.alive],
    }


def refresh_at_work(world: World, permission: Permission) -> None:
    """The client pushes a badge, refreshes, pushes the badge again, and reads."""
    pushing.push_new(world, permission)
    badge = world.badges[-1]
    refreshing.refresh(world, permission)
    pushing.push_again(world, permission, badge)
    pushing.read(world, permission)


def refresh_narrow(world: World, permission: Permission) -> None:
    """The client pushes without the scope to do so, before and after a refresh."""
    pushing.push_narrow(world, permission)
    refreshing.refresh(world, permission)
    pushing.push_narrow(world, permission)


def revoke_and_return(world: World, permission: Permission) -> None:
    """The earner revokes access and grants it again; badges stay, and the old tokens end."""
    pushing.prove(world, permission)
    pushing.read(world, permission)
    ending.revoke(world, permission)
    arriving.connect(world, permission.party)
    pushing.read(world, world.permissions[-1])
    ending.use_ended_access(world, permission)


def revoke_twice_granted(world: World, permission: Permission) -> None:
    """The earner grants access again and revokes it; then the tokens of both grants are dead."""
    arriving.connect(world, permission.party)
    ending.revoke(world, world.permissions[-1])
    ending.use_ended_access(world, permission)
    ending.use_ended_refresh(world, permission)


def end_refreshed(world: World, permission: Permission) -> None:
    """The client refreshes, ends the new tokens, and uses both of them.

    Where the access token lives on, that may be all that the target does wrong, or not.
    """
    refreshing.refresh(world, permission)
    ending.end_refresh(world, permission)
    before = len(world.script.steps)
    ending.use_ended_access(world, permission)
    for step in world.script.steps[before:]:
        step["must"] = None
    ending.use_ended_refresh(world, permission)
