"""Events of a story with badges: they are pushed, pushed again, refused and read."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from conformance.apis.oauth.stories.state import ADA, GRACE, BadgeState, Party, Permission
from conformance.apis.oauth.stories.world import HOLD, REFUSED, Events, World
from conformance.apis.stories.script import WORKS, Written, expect, refuse


def events(world: World) -> Events:
    """What can happen."""
    narrow = [each for each in world.working if each.is_narrow]
    return {
        "push": [partial(push_new, world, permission) for permission in world.pushing],
        "again": [
            partial(push_again, world, permission, badge)
            for permission in world.pushing
            for badge in world.badges
            if badge.is_added and badge.party.key == permission.party.key
        ],
        "astray": [
            partial(push_astray, world, permission, badge)
            for permission in world.pushing
            for badge in world.badges
            if badge.party.earner != permission.party.earner
        ],
        "foreign": [
            partial(push_foreign, world, permission, earner)
            for permission in world.pushing
            for earner in (ADA, GRACE)
            if earner != permission.party.earner
        ],
        "claim": [
            partial(push_refused, world, permission, badge)
            for permission in world.pushing
            for badge in world.badges
            if not badge.is_added and badge.party.key == permission.party.key
        ],
        "push narrow": [partial(push_narrow, world, permission) for permission in narrow],
        "read": [partial(read, world, permission) for permission in world.pushing],
    }


def push_new(world: World, permission: Permission) -> None:
    """A badge of this earner is pushed for the first time."""
    world.look(permission)
    _push_first(world, permission, _make(world, permission.party), permission.grant.issuing)


def push_refused(world: World, permission: Permission, badge: BadgeState) -> None:
    """A badge is pushed that was refused with another grant, for a reason that is no more."""
    prove(world, permission)
    _push_first(world, permission, badge, {world.requirements.pushed})


def _push_first(
    world: World, permission: Permission, badge: BadgeState, suspects: set[str]
) -> None:
    expect(_push(world, permission, badge), suspects, WORKS, HOLD)
    permission.grant.issuing, world.has_pushed = set(), True
    _stored(world, badge, world.requirements.listed)
    badge.is_added = True


def push_again(world: World, permission: Permission, badge: BadgeState) -> None:
    """A badge is pushed that was pushed before, perhaps in a newer form."""
    prove(world, permission)
    read(world, permission)
    renewal = world.facts.renew(badge)
    if renewal is not None:
        verb, arguments = renewal
        badge.name = world.script.new_name("badge")
        world.script.add(verb, badge.name, **arguments)
    step = _push(world, permission, badge)
    expect(step, {world.requirements.pushed_again, *badge.listed}, world.facts.repeated, HOLD)
    _stored(world, badge, world.requirements.pushed_again)


def push_astray(world: World, permission: Permission, badge: BadgeState) -> None:
    """A badge is pushed with the grant of another earner."""
    prove(world, permission)
    step = _push(world, permission, badge)
    refuse(step, world.requirements.foreign_badge, {"status": "4xx"}, HOLD)
    badge.refused[permission.party.earner] = world.requirements.foreign_badge


def push_foreign(world: World, permission: Permission, earner: str) -> None:
    """A new badge of another earner is pushed."""
    push_astray(world, permission, _make(world, Party(earner, permission.party.origin)))


def push_narrow(world: World, permission: Permission) -> None:
    """A badge is pushed with a token that does not permit it."""
    world.look(permission)
    badge = _make(world, permission.party)
    suspects = permission.widening or {world.requirements.missing_scope}
    step = _push(world, permission, badge)
    step["must"] = "refused"
    expect(step, suspects, REFUSED, HOLD)
    permission.widening = set()
    badge.refused[permission.party.earner] = world.requirements.missing_scope


def prove(world: World, permission: Permission) -> None:
    """Push a new badge with the grant, unless it has just been done."""
    world.look(permission)
    if permission.grant.issuing:
        push_new(world, permission)


def read(world: World, permission: Permission) -> None:
    """The client reads all badges, if something has happened since they were last seen."""
    judged = Listing(world, permission.party.earner).expected()
    if not judged:
        return
    world.look(permission)
    step = world.script.add("collection", token=permission.access_token)
    step["expect"] = judged
    step["must"] = HOLD
    for badge in world.badges:
        if badge.party.earner == permission.party.earner and len(badge.listed) == 1:
            badge.listed = set()


class Listing:
    """What must be in the list of an earner, by requirement."""

    def __init__(self, world: World, earner: str) -> None:
        self.requirements = world.requirements
        self.earner = earner
        self.own = [
            badge for badge in world.badges if badge.is_added and badge.party.earner == earner
        ]
        self.others = [badge for badge in world.badges if badge not in self.own]

    def expected(self) -> dict[str, Any]:
        """Terms by requirement; none when no badge is in doubt."""
        if not any(len(badge.listed) == 1 for badge in self.own) and not self.others:
            return {}
        parts: dict[str, list[tuple[str, Any]]] = {}
        for requirement, title, schema in [*self._of_own(), *self._of_others()]:
            parts.setdefault(requirement, []).append((title, schema))
        return {
            requirement: {"body": {"ids": _array(schemas)}}
            for requirement, schemas in parts.items()
        }

    def _of_own(self) -> Iterator[tuple[str, str, Any]]:
        for badge in self.own:
            present = {"const": f"${badge.name}.id"}
            if len(badge.listed) == 1:
                [requirement] = badge.listed
                yield requirement, f"with {badge.name}", {"contains": present}
            is_again = self.requirements.pushed_again in badge.listed
            if not is_again or len(badge.listed) == 1:
                requirement = (
                    self.requirements.pushed_again if is_again else self.requirements.listed_once
                )
                once = {"contains": present, "minContains": 0, "maxContains": 1}
                yield requirement, f"with {badge.name} once at most", once

    def _of_others(self) -> Iterator[tuple[str, str, Any]]:
        for badge in self.others:
            refused = badge.refused.get(self.earner)
            if refused or badge.is_added:
                absent = {"not": {"contains": {"const": f"${badge.name}.id"}}}
                yield refused or self.requirements.own_badges, f"without {badge.name}", absent


def _array(parts: list[tuple[str, Any]]) -> dict[str, Any]:
    titles = ", ".join(title for title, _ in parts)
    return {"title": f"ids {titles}", "type": "array", "allOf": [schema for _, schema in parts]}


def _make(world: World, party: Party) -> BadgeState:
    verb, arguments = world.facts.make(party.earner, party.origin)
    badge = BadgeState(world.script.new_name("badge"), party)
    world.script.add(verb, badge.name, **arguments)
    world.badges.append(badge)
    return badge


def _push(world: World, permission: Permission, badge: BadgeState) -> Written:
    pushed = {world.facts.pushed_as: f"${badge.name}"}
    return world.script.add("post", token=permission.access_token, **pushed)


def _stored(world: World, badge: BadgeState, requirement: str) -> None:
    """A badge is in the list of its earner; the lists are otherwise as they were."""
    requirements = world.requirements
    for other in world.badges:
        is_same = other.party.earner == badge.party.earner
        other.listed.add(requirements.listed if is_same else requirements.own_badges)
    badge.listed = {requirement}
    badge.pushes += 1
