"""Events of a story with refresh tokens, and with tokens from before a refresh."""

from functools import partial
from itertools import pairwise

from conformance.apis.oauth.stories.state import Permission
from conformance.apis.oauth.stories.world import HOLD, NO_TOKENS, Events, World
from conformance.apis.stories.script import WORKS, expect, refuse
from conformance.apis.stories.state import REVOKED


def events(world: World) -> Events:
    """What can happen."""
    living = [each for each in world.permissions if each.grant.state != REVOKED]
    replaced = [
        (each, *pair) for each in living for pair in pairwise([*each.grant.spent, each.grant.pair])
    ]
    return {
        "refresh": [partial(refresh, world, permission) for permission in world.alive],
        "old access": [partial(use_old_access, world, *each[:2]) for each in replaced],
        "old refresh": [partial(use_old_refresh, world, *each) for each in replaced],
        "foreign refresh": [
            partial(refresh_as_another, world, permission, client)
            for permission in world.alive
            for client in strangers(world, permission)
        ],
    }


def strangers(world: World, permission: Permission) -> list[str]:
    """References to other clients."""
    registered = [name for name in world.clients if name != permission.party.client]
    met = [
        other.client for other in world.permissions if other.party.origin != permission.party.origin
    ]
    return [*(f"${name}" for name in registered), *met]


def refresh(world: World, permission: Permission) -> None:
    """The refresh token is traded; the old tokens may live on, or not."""
    grant, requirements = permission.grant, world.requirements
    name = world.script.new_name("pair")
    step = world.script.add(
        "refresh", name, token=permission.refresh_token, client=permission.client
    )
    later = grant.refreshes > 0
    suspects = grant.refreshing or {requirements.refresh_works}
    if suspects == {requirements.refresh_works} or later in world.refreshed:
        expect(step, suspects, WORKS, HOLD)
    world.refreshed.add(later)
    world.disturb(permission.party)
    grant.spent.append(grant.pair)
    grant.pair, grant.refreshing, grant.expired = name, set(), False
    grant.refreshes += 1
    grant.access.add(requirements.refresh_works)
    grant.issuing.add(requirements.refresh_works)
    permission.widening.add(requirements.refresh_narrow)


def use_old_access(world: World, permission: Permission, pair: str) -> None:
    """An access token from before a refresh is used, which may work, or not."""
    world.script.add("profile", token=f"${pair}.access_token")["must"] = None
    permission.grant.access.add(world.requirements.access_lives)


def use_old_refresh(world: World, permission: Permission, pair: str, successor: str) -> None:
    """A refresh token that was used is used again; after that all of its family may be ended."""
    token, client = permission.refresh_token_of(pair), permission.client
    step = world.script.add("refresh", token=token, client=client)
    step["must"] = None
    if world.requirements.refresh_replaced:
        step["given"] = f"${successor}.replaced"
        refuse(step, world.requirements.refresh_replaced, NO_TOKENS, HOLD)
    for each in world.family(permission.party):
        each.grant.doubt()


def refresh_as_another(world: World, permission: Permission, client: str) -> None:
    """Another client uses the refresh token; the target may end the grant, which is in danger."""
    step = world.script.add("refresh", token=permission.refresh_token, client=client)
    refuse(step, world.requirements.refresh_own, NO_TOKENS, HOLD)
    permission.grant.doubt()
