"""What a story's model knows at one moment: grants, codes, clients, badges, and the steps."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from attrs import define, field

from conformance.apis.oauth.stories.facts import StoryFacts, StoryRequirements
from conformance.apis.oauth.stories.state import BadgeState, CodeState, Party, Permission
from conformance.apis.stories.script import WORKS, Script, expect
from conformance.apis.stories.state import ALIVE, REVOKED

REFUSED = {"status": [401, 403]}
"""The answer to a token that may not be used."""
NO_TOKENS = {"answer": "tokens-refused"}
"""The answer of the token endpoint to a code or a refresh token that may not be used."""
HOLD = "hold"
Act: TypeAlias = Callable[[], None]
Events: TypeAlias = Mapping[str, Sequence[Act]]
"""What can happen, by kind."""


@define
class World:
    """The state of a model."""

    facts: StoryFacts
    script: Script = field(factory=Script)
    permissions: list[Permission] = field(factory=list)
    codes: list[CodeState] = field(factory=list)
    """Codes that were not traded yet."""
    clients: list[str] = field(factory=list)
    """The names under which further clients of the first origin are saved."""
    strangers: set[str] = field(factory=set)
    """Those of them whose secret was never seen to work."""
    badges: list[BadgeState] = field(factory=list)
    withdrawn: set[tuple[str, str]] = field(factory=set)
    """Earners and origins whose access was revoked on the page."""
    refreshed: set[bool] = field(factory=set)
    """Whether a first refresh (``False``) and a later one (``True``) have worked."""
    has_worked: bool = False
    """Whether any access token has worked."""
    has_pushed: bool = False
    has_advanced: bool = False

    @property
    def requirements(self) -> StoryRequirements:
        """The requirements of the API."""
        return self.facts.requirements

    @property
    def alive(self) -> list[Permission]:
        """Grants whose refresh token must work."""
        return [each for each in self.permissions if each.grant.state == ALIVE]

    @property
    def working(self) -> list[Permission]:
        """Grants whose access token must work."""
        return [each for each in self.permissions if each.grant.works]

    @property
    def pushing(self) -> list[Permission]:
        """Those whose access token permits to push and to read badges."""
        return [each for each in self.working if not each.is_narrow]

    @property
    def dead(self) -> list[Permission]:
        """Grants that have ended."""
        return [each for each in self.permissions if each.grant.state == REVOKED]

    def family(self, party: Party) -> list[Permission]:
        """The grants of an earner for a client."""
        return [each for each in self.permissions if each.party.key == party.key]

    def disturb(self, party: Party) -> None:
        """Something happens between an earner and a client that concerns no other grant.

        A grant that dies of it fails `StoryRequirements.access_lives`. Badges are not touched.
        """
        requirements = self.requirements
        for other in self.alive:
            if other.party.key != party.key:
                is_same = other.party.earner == party.earner
                pushed = requirements.pushed if is_same else requirements.own_badges
                other.grant.suspect(requirements.access_lives, pushed, requirements.refresh_works)
        for code in self.codes:
            if code.party.key != party.key:
                code.suspects.add(requirements.code_works)

    def look(self, permission: Permission) -> None:
        """The access token is used, unless nothing has happened since it last worked."""
        grant = permission.grant
        if grant.access:
            step = self.script.add("profile", token=permission.access_token)
            expect(step, grant.access, WORKS, HOLD)
            grant.access, self.has_worked = set(), True
