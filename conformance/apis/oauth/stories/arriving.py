"""Events of a story by which clients and grants come into being."""

from functools import partial

from conformance.apis.oauth.stories.state import ADA, GRACE, CodeState, Party, Permission
from conformance.apis.oauth.stories.world import HOLD, NO_TOKENS, Events, World
from conformance.apis.stories.script import WORKS, expect, refuse
from conformance.apis.stories.state import GrantState
from conformance.target.issuer_site import FIRST, SECOND

MEETINGS = ((ADA, FIRST), (ADA, FIRST), (ADA, SECOND), (GRACE, FIRST))
"""Earner and origin of a grant: mostly the same two, so that much happens between them."""
MOST_CLIENTS = 2
"""Clients that a story registers at most."""


def events(world: World) -> Events:
    """What can happen."""
    parties = [Party(earner, origin) for earner, origin in MEETINGS]
    parties += [Party(ADA, FIRST, client) for client in world.clients]
    return {
        "connect": [partial(connect, world, party) for party in parties],
        "narrow": [partial(connect_narrow, world, party) for party in parties],
        "authorize": [partial(authorize, world, party) for party in parties],
        "exchange": [partial(exchange, world, code) for code in world.codes],
        "code again": [
            partial(use_code_again, world, permission)
            for permission in world.alive
            if permission.code
        ],
        "register": [partial(register, world)] if len(world.clients) < MOST_CLIENTS else [],
    }


def register(world: World) -> None:
    """Another client of the first origin introduces itself, perhaps with the same metadata."""
    name = f"client{len(world.clients) + 1}"
    world.script.add("register", name, origin=FIRST)
    world.clients.append(name)
    world.strangers.add(name)
    requirements = world.requirements
    for permission in world.alive:
        permission.grant.access.add(requirements.access_lives)
        permission.grant.refreshing.add(requirements.client_works)
    for code in world.codes:
        code.suspects.add(requirements.client_works)


def connect(world: World, party: Party) -> None:
    """An earner grants access, perhaps again; a grant from before may end by that."""
    name = _new_grant(world)
    world.script.add("connect", name, **_who(party))
    _arrive(world, party)
    _granted(world, party, name)


def connect_narrow(world: World, party: Party) -> None:
    """An earner grants access to the profile alone."""
    name = _new_grant(world)
    world.script.add("connect", name, **_who(party), scope=list(world.facts.narrow))
    _arrive(world, party)
    _granted(world, party, name).is_narrow = True


def authorize(world: World, party: Party) -> None:
    """An earner lets a client have a code."""
    name = world.script.new_name("code")
    world.script.add("authorize", name, **_who(party))
    _arrive(world, party)
    world.codes.append(CodeState(name, party, set()))


def exchange(world: World, code: CodeState) -> None:
    """The client trades the code for tokens."""
    name = _new_grant(world)
    step = world.script.add("exchange", name, authorization=f"${code.name}")
    suspects = set(code.suspects)
    if code.party.client in world.strangers:
        suspects.add(world.requirements.client_works)
    if not suspects or not world.permissions:
        suspects.add(world.requirements.code_works)
    expect(step, suspects, WORKS, HOLD)
    _arrive(world, code.party)
    _granted(world, code.party, name).code = code.name


def use_code_again(world: World, permission: Permission) -> None:
    """A code is sent again: its tokens end, and what was refreshed may end."""
    step = world.script.add("exchange", authorization=f"${permission.code}")
    refuse(step, world.requirements.code_once, NO_TOKENS, HOLD)
    permission.code = ""
    if not permission.grant.refreshes:
        permission.grant.end(world.requirements.code_again, world.requirements.code_again)
    for each in world.family(permission.party):
        each.grant.doubt()


def _new_grant(world: World) -> str:
    return world.script.new_name("grant")


def _who(party: Party) -> dict[str, str]:
    """The arguments that say who grants access to whom."""
    client = {"client": f"${party.client}"} if party.client else {"origin": party.origin}
    return {"earner": party.earner, **client}


def _arrive(world: World, party: Party) -> None:
    """What an earner's consent means for what was there before."""
    for each in world.family(party):
        each.grant.doubt()
    world.codes = [code for code in world.codes if code.party.key != party.key]
    world.disturb(party)


def _granted(world: World, party: Party, name: str) -> Permission:
    """A new grant; after a revocation it fails another requirement when it does not work."""
    requirements = world.requirements
    access, issuing = {requirements.access_works}, {requirements.pushed}
    if party.place in world.withdrawn or any(each.ended for each in world.family(party)):
        access = {requirements.granted_again, *([] if world.has_worked else access)}
        issuing = {requirements.granted_again, *([] if world.has_pushed else issuing)}
    grant = GrantState(party.earner, party.origin, name, access, issuing)
    permission = Permission(grant, party)
    world.permissions.append(permission)
    world.strangers.discard(party.client)
    return permission
