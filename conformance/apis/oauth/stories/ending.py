"""Events of a story by which grants end: on the page of permissions, and by their clients."""

from functools import partial

from conformance.apis.oauth.stories.refreshing import strangers
from conformance.apis.oauth.stories.state import Permission
from conformance.apis.oauth.stories.world import HOLD, NO_TOKENS, REFUSED, Events, World
from conformance.apis.stories.script import Terms, Written, refuse


def events(world: World) -> Events:
    """What can happen where earners revoke access."""
    return {
        "revoke": [partial(revoke, world, permission) for permission in world.alive],
        "revoke beside": [
            partial(revoke_beside, world, stays, goes)
            for stays in world.working
            for goes in world.alive
            if stays.party.place != goes.party.place
        ],
        "ended": [
            partial(use, world, permission)
            for permission in world.dead
            for use in (use_ended_access, use_ended_refresh)
        ],
    }


def events_of_clients(world: World) -> Events:
    """What can happen where clients end their own tokens (RFC 7009)."""
    return {
        "end refresh": [partial(end_refresh, world, permission) for permission in world.alive],
        "end access": [partial(end_access, world, permission) for permission in world.working],
        "foreign end": [
            partial(end_as_another, world, permission, client)
            for permission in world.working
            for client in strangers(world, permission)
        ],
    }


def revoke(world: World, permission: Permission) -> None:
    """The earner revokes access for all clients of an origin."""
    party, requirements = permission.party, world.requirements
    world.script.add("revoke", earner=party.earner, origin=party.origin)
    for each in world.permissions:
        if each.party.place == party.place:
            each.grant.end(requirements.withdrawn, requirements.withdrawn)
            each.code = ""
    world.codes = [code for code in world.codes if code.party.place != party.place]
    for code in world.codes:
        code.suspects.add(requirements.withdrawn_alone)
    for each in world.alive:
        each.grant.suspect(
            requirements.withdrawn_alone, requirements.withdrawn_alone, requirements.withdrawn_alone
        )
    for badge in world.badges:
        badge.listed.add(requirements.withdrawn_alone)
    world.withdrawn.add(party.place)


def revoke_beside(world: World, stays: Permission, goes: Permission) -> None:
    """The earner revokes access for one origin; another grant is used before and after."""
    world.look(stays)
    revoke(world, goes)
    world.look(stays)


def use_ended_access(world: World, permission: Permission) -> None:
    """The client uses the access tokens of a grant that has ended."""
    grant = permission.grant
    if grant.dead_access:
        earlier = grant.spent if grant.dead_access == world.requirements.withdrawn else []
        for pair in (grant.pair, *earlier[-1:]):
            step = world.script.add("profile", token=f"${pair}.access_token")
            _refuse_ended(step, permission, grant.dead_access, REFUSED)


def use_ended_refresh(world: World, permission: Permission) -> None:
    """The client uses the refresh token of a grant that has ended."""
    grant = permission.grant
    if grant.dead_refresh:
        token, client = permission.refresh_token, permission.client
        step = world.script.add("refresh", token=token, client=client)
        _refuse_ended(step, permission, grant.dead_refresh, NO_TOKENS)


def _refuse_ended(step: Written, permission: Permission, requirement: str, terms: Terms) -> None:
    refuse(step, requirement, terms, HOLD)
    if permission.ended:
        step["given"] = permission.ended


def end_refresh(world: World, permission: Permission) -> None:
    """The client ends its refresh token, and perhaps its access token with it."""
    _end(world, permission, permission.refresh_token, "refresh_token")
    requirements = world.requirements
    permission.grant.end(requirements.ended_with_refresh, requirements.ended_refresh)


def end_access(world: World, permission: Permission) -> None:
    """The client ends its access token, and perhaps its refresh token with it."""
    _end(world, permission, permission.access_token, "access_token")
    permission.grant.end(world.requirements.ended_access, "")


def _end(world: World, permission: Permission, token: str, kind: str) -> None:
    name = world.script.new_name("end")
    step = world.script.add("revoke_token", name, **_request(token, permission.client, kind))
    step["must"] = None
    permission.ended, permission.code = f"${name}.ended", ""
    for each in world.family(permission.party):
        if each is not permission:
            each.grant.doubt()
    world.disturb(permission.party)


def end_as_another(world: World, permission: Permission, client: str) -> None:
    """Another client tries to end the tokens, which nobody notices who uses them."""
    world.look(permission)
    step = world.script.add(
        "revoke_token", **_request(permission.refresh_token, client, "refresh_token")
    )
    step["must"] = None
    permission.grant.access.add(world.requirements.ended_own)
    permission.grant.refreshing.add(world.requirements.ended_own)
    world.look(permission)


def _request(token: str, client: str, kind: str) -> dict[str, object]:
    """The arguments of ``revoke_token``; a hint is allowed everywhere (RFC 7009 section 2.1)."""
    return {"token": token, "client": client, "form": {"token_type_hint": kind}}
