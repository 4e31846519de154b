"""Stories: random sequences of steps of issuers and earners, and a model of what must result.

A story is a list of steps as in a scenario file, so that a failing story can be written as one.
The model expects something only when a failure has a single possible cause: a token that no longer
works fails the requirement of the one event since it last worked, and none after several events.
"""

from functools import partial

from attrs import define, field
from hypothesis import strategies as st

from conformance.apis.connect.story_state import BadgeState
from conformance.apis.stories.drawing import Act, story_of
from conformance.apis.stories.script import WORKS, Script, Written, expect, refuse
from conformance.apis.stories.state import ALIVE, REVOKED, GrantState

MEETINGS = (("ada", "first"), ("ada", "first"), ("ada", "second"), ("grace", "first"))
"""Earner and origin of a grant: mostly the same two, so that much happens between them."""
OFTEN = ("refresh", "refresh", "issue", "again", "again", "old access", "old refresh", "revoked")
"""Events that happen more often than the others."""
CHANGES = ("connect", "refresh", "revoke", "advance", "outlive")
"""Events after which a story may check that all other grants still work."""

DEAD_ACCESS = {"answer": "token-invalid"}
DEAD_REFRESH = {"answer": "refresh-token-invalid"}

JUDGES = (
    "BC-CONNECT-15",
    "BC-AUTH-01",
    "BC-AUTH-12",
    "BC-ISSUE-01",
    "BC-ISSUE-09",
    "BC-ISSUE-10",
    "BC-ISSUE-11",
    "BC-ISSUE-13",
    "BC-ISSUE-16",
    "BC-TOKEN-01",
    "BC-TOKEN-03",
    "BC-TOKEN-04",
    "BC-TOKEN-05",
    "BC-TOKEN-06",
    "BC-TOKEN-14",
    "BC-TOKEN-18",
    "BC-REVOKE-02",
    "BC-REVOKE-03",
    "BC-REVOKE-04",
    "BC-REVOKE-06",
)
WITH_A_CLOCK = ("BC-AUTH-06", "BC-TOKEN-10")


def judges(*, clock: bool = False) -> tuple[str, ...]:
    """The requirements that stories may judge."""
    return (*JUDGES, *WITH_A_CLOCK) if clock else JUDGES


def needs(*, clock: bool = False) -> frozenset[str]:
    """The capabilities that stories need."""
    return frozenset({"revoke", "second-earner", *(["clock"] if clock else [])})


@define
class Model:
    """What must be true of a Backpack after each step of a story."""

    clock: bool
    script: Script = field(factory=Script)
    grants: list[GrantState] = field(factory=list)
    badges: list[BadgeState] = field(factory=list)
    revoked: set[tuple[str, str]] = field(factory=set)
    proven: set[bool] = field(factory=set)
    """Whether a first refresh (``False``) and a later one (``True``) have worked."""
    has_worked: bool = False
    """Whether any access token has worked."""
    has_issued: bool = False
    advanced: bool = False

    @property
    def steps(self) -> list[Written]:
        """The steps so far."""
        return self.script.steps

    def looks(self) -> list[Act]:
        """The access tokens that must work, each as an event in which it is used."""
        return [partial(self.look, grant) for grant in self.grants if grant.works]

    def possible(self) -> dict[str, list[Act]]:
        """The events that can happen next, by kind."""
        alive = [grant for grant in self.grants if grant.state == ALIVE]
        working = [grant for grant in alive if grant.works]
        dead = [grant for grant in self.grants if grant.state == REVOKED]
        spent = [
            (grant, pair) for grant in self.grants if grant.state != REVOKED for pair in grant.spent
        ]
        kinds: dict[str, list[Act]] = {
            "connect": [partial(self.connect, earner, origin) for earner, origin in MEETINGS],
            "refresh": [partial(self.refresh, grant) for grant in alive],
            "refresh at work": [partial(self.refresh_at_work, grant) for grant in working],
            "look": [partial(self.look, grant) for grant in working if grant.access],
            "issue": [partial(self.issue_new, grant) for grant in working],
            "again": [
                partial(self.issue_again, grant, badge)
                for grant in working
                for badge in self.badges
                if (badge.earner, badge.origin) == (grant.earner, grant.origin)
            ],
            "astray": [
                partial(self.issue_astray, grant, badge)
                for grant in working
                for badge in self.badges
                if (badge.earner == grant.earner) is not (badge.origin == grant.origin)
            ],
            "old access": [partial(self.use_old_access, pair) for _, pair in spent],
            "old push": [partial(self.push_with_old_access, grant, pair) for grant, pair in spent],
            "old refresh": [partial(self.use_old_refresh, grant, pair) for grant, pair in spent],
            "revoke": [partial(self.revoke, grant) for grant in alive],
            "revoke beside": [
                partial(self.revoke_beside, stays, goes)
                for stays in working
                for goes in alive
                if (stays.earner, stays.origin) != (goes.earner, goes.origin)
            ],
            "revoked": [partial(self.use_revoked, grant) for grant in dead],
            "expired": [partial(self.use_expired, grant) for grant in alive if grant.expired],
            "outlive": [partial(self.outlive, grant) for grant in working if self._may_advance()],
            "advance": [partial(self.advance, grant) for grant in working if self._may_advance()],
        }
        return {kind: acts for kind, acts in kinds.items() if acts}

    def _may_advance(self) -> bool:
        return self.clock and not self.advanced

    def _others(self, grant: GrantState) -> list[GrantState]:
        return [other for other in self.grants if other.state == ALIVE and other is not grant]

    def connect(self, earner: str, origin: str) -> None:
        """An earner grants access, perhaps again."""
        was_revoked = (earner, origin) in self.revoked
        pair = f"grant{len(self.grants) + 1}"
        self.script.add("connect", pair, earner=earner, callback={"origin": origin})
        for grant in self.grants:
            if grant.state == ALIVE:
                grant.suspect("BC-CONNECT-15", _mixed_up(grant, earner, origin), "BC-CONNECT-15")
        access, issuing = ({"BC-AUTH-01"}, {"BC-ISSUE-01"})
        if was_revoked:
            access = {"BC-REVOKE-06", *([] if self.has_worked else access)}
            issuing = {"BC-REVOKE-06", *([] if self.has_issued else issuing)}
        self.grants.append(GrantState(earner, origin, pair, access, issuing))

    def look(self, grant: GrantState) -> None:
        """The access token is used, unless nothing has happened since it last worked."""
        if grant.access:
            step = self.script.add("identity", token=f"${grant.pair}.access_token")
            expect(step, grant.access, WORKS)
            grant.access, self.has_worked = set(), True

    def refresh(self, grant: GrantState) -> None:
        """The refresh token is exchanged; the old pair no longer works."""
        pair = self.script.new_name("pair")
        step = self.script.add("refresh", pair, token=f"${grant.pair}.refresh_token")
        later = grant.refreshes > 0
        if not grant.refreshing:
            expect(step, {"BC-TOKEN-04" if later else "BC-TOKEN-01"}, WORKS)
        elif later in self.proven:
            expect(step, grant.refreshing, WORKS)
        self.proven.add(later)
        for other in self._others(grant):
            other.suspect("BC-TOKEN-18", "BC-TOKEN-18", "BC-TOKEN-18")
        for badge in self.badges:
            badge.again.add("BC-ISSUE-11")
        grant.spent.append(grant.pair)
        grant.pair = pair
        grant.access.add("BC-TOKEN-03")
        grant.refreshing = set()
        grant.issuing.add("BC-TOKEN-18")
        grant.expired = False
        grant.refreshes += 1

    def refresh_at_work(self, grant: GrantState) -> None:
        """The issuer pushes badges before and after a refresh."""
        self._prove(grant)
        self.refresh(grant)
        self.issue_new(grant)

    def use_old_access(self, pair: str) -> None:
        """An access token from before a refresh is used."""
        step = self.script.add("identity", token=f"${pair}.access_token")
        refuse(step, "BC-TOKEN-05", DEAD_ACCESS)

    def push_with_old_access(self, grant: GrantState, pair: str) -> None:
        """An old access token is used for a push, after a request that would fail BC-TOKEN-05."""
        self.use_old_access(pair)
        badge = self._host(grant.earner, grant.origin)
        refuse(self._issue(pair, badge), "BC-ISSUE-13", DEAD_ACCESS)
        badge.refused.add("BC-ISSUE-13")

    def use_old_refresh(self, grant: GrantState, pair: str) -> None:
        """A spent refresh token is used; after that all grants of the family may be revoked."""
        step = self.script.add("refresh", token=f"${pair}.refresh_token")
        refuse(step, "BC-TOKEN-06", DEAD_REFRESH)
        for other in self.grants:
            is_family = (other.earner, other.origin) == (grant.earner, grant.origin)
            if is_family:
                other.doubt()

    def _prove(self, grant: GrantState) -> None:
        """Push a new badge with the grant, unless it has just been done."""
        self.look(grant)
        if grant.issuing:
            self.issue_new(grant)

    def issue_new(self, grant: GrantState) -> None:
        """A badge of this earner and this origin is pushed for the first time."""
        self.look(grant)
        badge = self._host(grant.earner, grant.origin)
        self._push(grant, badge)

    def _host(self, earner: str, origin: str) -> BadgeState:
        badge = BadgeState(f"badge{len(self.badges) + 1}", earner, origin)
        self.script.add(
            "host",
            badge.name,
            assertion={"version": "1.0", "origin": origin, "recipient": {"earner": earner}},
        )
        self.badges.append(badge)
        return badge

    def _push(self, grant: GrantState, badge: BadgeState) -> None:
        step = self._issue(grant.pair, badge)
        if badge.refused:
            expect(step, badge.refused, {"answer": "not-already-added"})
        else:
            expect(step, grant.issuing, WORKS)
        grant.issuing, badge.refused = set(), set()
        badge.is_added, badge.again, self.has_issued = True, {"BC-ISSUE-11"}, True

    def _issue(self, pair: str, badge: BadgeState) -> Written:
        return self.script.add("issue", token=f"${pair}.access_token", badge=f"${badge.name}.url")

    def issue_again(self, grant: GrantState, badge: BadgeState) -> None:
        """A badge is pushed that was added, or refused, before."""
        self._prove(grant)
        if not badge.is_added:
            self._push(grant, badge)
            return
        step = self._issue(grant.pair, badge)
        step["must"] = None
        suspects = badge.again or {"BC-ISSUE-11"}
        if len(suspects) == 1:
            [requirement] = suspects
            step["expect"] = {requirement: {"answer": "already-added"}}
        badge.again = set()

    def issue_astray(self, grant: GrantState, badge: BadgeState) -> None:
        """A badge is pushed with the grant of another earner, or of another origin."""
        self._prove(grant)
        is_other_earner = badge.earner != grant.earner
        step = self._issue(grant.pair, badge)
        answer = {"answer": "wrong-earner" if is_other_earner else "origin-mismatch"}
        refuse(step, "BC-ISSUE-09" if is_other_earner else "BC-ISSUE-10", answer)
        if not badge.is_added:
            badge.refused.add("BC-ISSUE-16")

    def revoke(self, grant: GrantState) -> None:
        """The earner revokes access for the origin of this grant."""
        earner, origin = grant.earner, grant.origin
        self.script.add("revoke", earner=earner, origin=origin)
        family = [
            other for other in self.grants if (other.earner, other.origin) == (earner, origin)
        ]
        is_alone = len([other for other in family if other.state != REVOKED]) == 1
        for other in family:
            if other.state == ALIVE:
                other.state, other.dead_refresh = REVOKED, "BC-TOKEN-14"
            other.dead_access = "BC-REVOKE-02" if is_alone else "BC-REVOKE-03"
        for other in self._others(grant):
            other.suspect("BC-REVOKE-03", "BC-REVOKE-03", "BC-REVOKE-03")
        for badge in self.badges:
            if (badge.earner, badge.origin) == (earner, origin):
                badge.again.add("BC-REVOKE-04")
        self.revoked.add((earner, origin))

    def revoke_beside(self, stays: GrantState, goes: GrantState) -> None:
        """The earner revokes access for one origin; another grant is used before and after."""
        self.look(stays)
        self.revoke(goes)
        self.look(stays)

    def use_revoked(self, grant: GrantState) -> None:
        """The issuer uses a grant that the earner has revoked."""
        if grant.dead_access == "BC-REVOKE-02" or not grant.refreshes:
            step = self.script.add("identity", token=f"${grant.pair}.access_token")
            refuse(step, grant.dead_access, DEAD_ACCESS)
        step = self.script.add("refresh", token=f"${grant.pair}.refresh_token")
        refuse(step, grant.dead_refresh, DEAD_REFRESH)

    def advance(self, grant: GrantState) -> None:
        """Time passes until the token of this grant expires; others may expire as well."""
        self.script.add("advance", seconds=f"${grant.pair}.expires", plus=1)
        self.advanced = True
        for other in self.grants:
            other.spent.clear()
            other.expired = True if other is grant else None
            other.refreshing.add("BC-TOKEN-10")

    def outlive(self, grant: GrantState) -> None:
        """The issuer refreshes, and uses the new token after it has expired."""
        self.refresh(grant)
        self.look(grant)
        self.advance(grant)
        self.use_expired(grant)

    def use_expired(self, grant: GrantState) -> None:
        """The issuer uses an expired token."""
        step = self.script.add("identity", token=f"${grant.pair}.access_token")
        refuse(step, "BC-AUTH-06", {"answer": "token-expired"})


def _mixed_up(grant: GrantState, earner: str, origin: str) -> str:
    """The requirement that fails when a grant adds no badges after another grant was given."""
    if grant.earner != earner:
        return "BC-AUTH-12"
    return "BC-CONNECT-15" if grant.origin == origin else "BC-ISSUE-10"


def story(*, clock: bool = False) -> st.SearchStrategy[list[Written]]:
    """A sequence of events in a possible order."""
    return story_of(partial(Model, clock), OFTEN, CHANGES)
