"""Stories: what issuers and earners do in any order, and a model that knows what must come of it.

A story is a list of steps as they stand in a scenario, so that a failing one can be written down.
The model accuses only when it knows the culprit: a token that no longer works is held against the
one thing that has happened since it worked, and against nothing when several things have.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from attrs import define, field
from hypothesis import strategies as st

from conformance.openbadges.choices import chosen, whole

MEETINGS = (("ada", "first"), ("ada", "first"), ("ada", "second"), ("grace", "first"))
"""Who connects where: mostly the same two, so that a good deal happens between them."""
OFTEN = ("refresh", "refresh", "issue", "again", "again", "old access", "old refresh", "revoked")
"""What shall happen more often than the rest."""
LONGEST = 12
"""Things that happen in one story; nothing is the simplest of them."""
NOTHING = "nothing"

Written: TypeAlias = dict[str, Any]
Act: TypeAlias = Callable[[], None]

DEAD_ACCESS = {"answer": "token-invalid"}
DEAD_REFRESH = {"answer": "refresh-token-invalid"}
WORKS = {"status": "2xx"}

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
ALIVE, REVOKED, UNKNOWN = "alive", "revoked", "unknown"


def judged(*, clock: bool = False) -> tuple[str, ...]:
    """The requirements that stories may judge."""
    return (*JUDGES, *WITH_A_CLOCK) if clock else JUDGES


def asked(*, clock: bool = False) -> frozenset[str]:
    """What stories need of a target that not every target can do."""
    return frozenset({"revoke", "second-earner", *(["clock"] if clock else [])})


@define(eq=False)
class Held:
    """A grant as the model knows it, with whom to accuse when something of it breaks."""

    earner: str
    origin: str
    pair: str
    """The name under which its tokens are saved."""
    access: set[str]
    """What has happened since the access token was last seen to work, by requirement."""
    issuing: set[str]
    """The same, since it was last seen to put a badge into the Backpack."""
    refreshing: set[str] = field(factory=set)
    """What has happened since the refresh token was made."""
    refreshes: int = 0
    state: str = ALIVE
    expired: bool | None = False
    """``None`` when nobody can know."""
    spent: list[str] = field(factory=list)
    """Names of the pairs that it had before."""
    alone: bool = True
    """Whether it was the only one that died when it was revoked."""

    @property
    def works(self) -> bool:
        """Whether its access token must work."""
        return self.state == ALIVE and self.expired is False

    def suspect(self, access: str, issuing: str, refreshing: str) -> None:
        """Something has happened that must not touch this grant."""
        self.access.add(access)
        self.issuing.add(issuing)
        self.refreshing.add(refreshing)


@define(eq=False)
class Kept:
    """A badge on the issuer's site."""

    name: str
    earner: str
    origin: str
    there: bool = False
    again: set[str] = field(factory=set)
    """Whom to accuse when it is added again."""
    refused: set[str] = field(factory=set)
    """Whom to accuse when it is there although it was refused."""


@define
class Model:
    """What must be true of a Backpack after each step."""

    clock: bool
    steps: list[Written] = field(factory=list)
    grants: list[Held] = field(factory=list)
    badges: list[Kept] = field(factory=list)
    revoked: set[tuple[str, str]] = field(factory=set)
    proven: set[bool] = field(factory=set)
    """Whether a first refresh (``False``) and a later one (``True``) have worked."""
    has_worked: bool = False
    """Whether any access token has worked."""
    has_issued: bool = False
    advanced: bool = False

    def possible(self) -> dict[str, list[Act]]:
        """What can happen next, by kind."""
        alive = [one for one in self.grants if one.state == ALIVE]
        working = [one for one in alive if one.works]
        dead = [one for one in self.grants if one.state == REVOKED]
        used = [(one, pair) for one in self.grants if one.state != REVOKED for pair in one.spent]
        kinds: dict[str, list[Act]] = {
            "connect": [partial(self.connect, who, at) for who, at in MEETINGS],
            "refresh": [partial(self.refresh, one) for one in alive],
            "refresh at work": [partial(self.refresh_at_work, one) for one in working],
            "look": [partial(self.look, one) for one in working if one.access],
            "issue": [partial(self.issue_new, one) for one in working],
            "again": [
                partial(self.issue_again, one, badge)
                for one in working
                for badge in self.badges
                if (badge.earner, badge.origin) == (one.earner, one.origin)
            ],
            "astray": [
                partial(self.issue_astray, one, badge)
                for one in working
                for badge in self.badges
                if (badge.earner == one.earner) is not (badge.origin == one.origin)
            ],
            "old access": [partial(self.use_old_access, pair) for _, pair in used],
            "old push": [partial(self.push_with_old_access, one, pair) for one, pair in used],
            "old refresh": [partial(self.use_old_refresh, one, pair) for one, pair in used],
            "revoke": [partial(self.revoke, one) for one in alive],
            "revoke beside": [
                partial(self.revoke_beside, stays, goes)
                for stays in working
                for goes in alive
                if (stays.earner, stays.origin) != (goes.earner, goes.origin)
            ],
            "revoked": [partial(self.use_revoked, one) for one in dead],
            "expired": [partial(self.use_expired, one) for one in alive if one.expired],
            "outlive": [partial(self.outlive, one) for one in working if self._may_advance()],
            "advance": [partial(self.advance, one) for one in working if self._may_advance()],
        }
        return {kind: acts for kind, acts in kinds.items() if acts}

    def _may_advance(self) -> bool:
        return self.clock and not self.advanced

    def _others(self, grant: Held) -> list[Held]:
        return [one for one in self.grants if one.state == ALIVE and one is not grant]

    def _say(self, verb: str, save: str | None = None, **arguments: Any) -> Written:
        step: Written = {verb: arguments, **({"save": save} if save else {})}
        self.steps.append(step)
        return step

    def _expect(self, step: Written, suspects: set[str], terms: Mapping[str, Any]) -> None:
        """Judge a step that must succeed, when there is one suspect; else just go on after it."""
        if len(suspects) == 1:
            [requirement] = suspects
            step["expect"] = {requirement: dict(terms)}
            step["must"] = "succeed"

    def _refuse(self, step: Written, requirement: str, terms: Mapping[str, Any]) -> None:
        step["expect"] = {requirement: dict(terms)}
        step["must"] = "refused"

    def connect(self, earner: str, origin: str) -> None:
        """An earner grants, perhaps again."""
        anew = (earner, origin) in self.revoked
        pair = f"grant{len(self.grants) + 1}"
        self._say("connect", pair, earner=earner, callback={"origin": origin})
        for one in self.grants:
            if one.state == ALIVE:
                one.suspect("BC-CONNECT-15", _mixed_up(one, earner, origin), "BC-CONNECT-15")
        access, issuing = ({"BC-AUTH-01"}, {"BC-ISSUE-01"})
        if anew:
            access = {"BC-REVOKE-06", *([] if self.has_worked else access)}
            issuing = {"BC-REVOKE-06", *([] if self.has_issued else issuing)}
        self.grants.append(Held(earner, origin, pair, access, issuing))

    def look(self, grant: Held) -> None:
        """The access token is used, unless nothing has happened since it was seen to work."""
        if grant.access:
            step = self._say("identity", token=f"${grant.pair}.access_token")
            self._expect(step, grant.access, WORKS)
            grant.access, self.has_worked = set(), True

    def refresh(self, grant: Held) -> None:
        """The refresh token is traded; the old pair is dead."""
        pair = f"pair{len(self.steps)}"
        step = self._say("refresh", pair, token=f"${grant.pair}.refresh_token")
        later = grant.refreshes > 0
        if not grant.refreshing:
            self._expect(step, {"BC-TOKEN-04" if later else "BC-TOKEN-01"}, WORKS)
        elif later in self.proven:
            self._expect(step, grant.refreshing, WORKS)
        self.proven.add(later)
        for one in self._others(grant):
            one.suspect("BC-TOKEN-18", "BC-TOKEN-18", "BC-TOKEN-18")
        for badge in self.badges:
            badge.again.add("BC-ISSUE-11")
        grant.spent.append(grant.pair)
        grant.pair = pair
        grant.access.add("BC-TOKEN-03")
        grant.refreshing = set()
        grant.issuing.add("BC-TOKEN-18")
        grant.expired = False
        grant.refreshes += 1

    def refresh_at_work(self, grant: Held) -> None:
        """The issuer puts badges into the Backpack before and after a refresh."""
        self._proven(grant)
        self.refresh(grant)
        self.issue_new(grant)

    def use_old_access(self, pair: str) -> None:
        """Somebody has an access token from before a refresh."""
        step = self._say("identity", token=f"${pair}.access_token")
        self._refuse(step, "BC-TOKEN-05", DEAD_ACCESS)

    def push_with_old_access(self, grant: Held, pair: str) -> None:
        """It is tried where it does no harm first: there the fault would be another one."""
        self.use_old_access(pair)
        badge = self._host(grant.earner, grant.origin)
        self._refuse(self._issue(pair, badge), "BC-ISSUE-13", DEAD_ACCESS)
        badge.refused.add("BC-ISSUE-13")

    def use_old_refresh(self, grant: Held, pair: str) -> None:
        """Somebody has a spent refresh token; after that the whole family may be dead."""
        step = self._say("refresh", token=f"${pair}.refresh_token")
        self._refuse(step, "BC-TOKEN-06", DEAD_REFRESH)
        for one in self.grants:
            if (one.earner, one.origin) == (grant.earner, grant.origin) and one.state == ALIVE:
                one.state = UNKNOWN

    def _proven(self, grant: Held) -> None:
        """Let the grant put a fresh badge of its own into the Backpack, unless it just has."""
        self.look(grant)
        if grant.issuing:
            self.issue_new(grant)

    def issue_new(self, grant: Held) -> None:
        """A badge of this earner and this origin is pushed for the first time."""
        self.look(grant)
        badge = self._host(grant.earner, grant.origin)
        self._push(grant, badge)

    def _host(self, earner: str, origin: str) -> Kept:
        badge = Kept(f"badge{len(self.badges) + 1}", earner, origin)
        self._say(
            "host",
            badge.name,
            assertion={"version": "1.0", "origin": origin, "recipient": {"earner": earner}},
        )
        self.badges.append(badge)
        return badge

    def _push(self, grant: Held, badge: Kept) -> None:
        step = self._issue(grant.pair, badge)
        if badge.refused:
            self._expect(step, badge.refused, {"answer": "not-already-added"})
        else:
            self._expect(step, grant.issuing, WORKS)
        grant.issuing, badge.refused = set(), set()
        badge.there, badge.again, self.has_issued = True, {"BC-ISSUE-11"}, True

    def _issue(self, pair: str, badge: Kept) -> Written:
        return self._say("issue", token=f"${pair}.access_token", badge=f"${badge.name}.url")

    def issue_again(self, grant: Held, badge: Kept) -> None:
        """A badge is pushed that is there, or one that was refused before."""
        self._proven(grant)
        if not badge.there:
            self._push(grant, badge)
            return
        step = self._issue(grant.pair, badge)
        step["must"] = None
        suspects = badge.again or {"BC-ISSUE-11"}
        if len(suspects) == 1:
            [requirement] = suspects
            step["expect"] = {requirement: {"answer": "already-added"}}
        badge.again = set()

    def issue_astray(self, grant: Held, badge: Kept) -> None:
        """A badge is pushed under the grant of another earner, or of another origin."""
        self._proven(grant)
        theirs = badge.earner != grant.earner
        step = self._issue(grant.pair, badge)
        answer = {"answer": "wrong-earner" if theirs else "origin-mismatch"}
        self._refuse(step, "BC-ISSUE-09" if theirs else "BC-ISSUE-10", answer)
        if not badge.there:
            badge.refused.add("BC-ISSUE-16")

    def revoke(self, grant: Held) -> None:
        """The earner takes the permission back that this grant is one of."""
        earner, origin = grant.earner, grant.origin
        self._say("revoke", earner=earner, origin=origin)
        dying = [one for one in self.grants if (one.earner, one.origin) == (earner, origin)]
        for one in dying:
            one.alone = len([other for other in dying if other.state != REVOKED]) == 1
        for one in dying:
            one.state = REVOKED if one.state == ALIVE else one.state
        for one in self._others(grant):
            one.suspect("BC-REVOKE-03", "BC-REVOKE-03", "BC-REVOKE-03")
        for badge in self.badges:
            if (badge.earner, badge.origin) == (earner, origin):
                badge.again.add("BC-REVOKE-04")
        self.revoked.add((earner, origin))

    def revoke_beside(self, stays: Held, goes: Held) -> None:
        """The earner takes one permission back, and another is used before and after that."""
        self.look(stays)
        self.revoke(goes)
        self.look(stays)

    def use_revoked(self, grant: Held) -> None:
        """The issuer uses what the earner has taken back."""
        if grant.alone or not grant.refreshes:
            step = self._say("identity", token=f"${grant.pair}.access_token")
            self._refuse(step, "BC-REVOKE-02" if grant.alone else "BC-REVOKE-03", DEAD_ACCESS)
        step = self._say("refresh", token=f"${grant.pair}.refresh_token")
        self._refuse(step, "BC-TOKEN-14", DEAD_REFRESH)

    def advance(self, grant: Held) -> None:
        """Time passes until the token of this grant has expired; of others nobody can know."""
        self._say("advance", seconds=f"${grant.pair}.expires", plus=1)
        self.advanced = True
        for one in self.grants:
            one.spent.clear()
            one.expired = True if one is grant else None
            one.refreshing.add("BC-TOKEN-10")

    def outlive(self, grant: Held) -> None:
        """The issuer refreshes, and then forgets that new tokens expire as well."""
        self.refresh(grant)
        self.look(grant)
        self.advance(grant)
        self.use_expired(grant)

    def use_expired(self, grant: Held) -> None:
        """The issuer does not look at its clock."""
        step = self._say("identity", token=f"${grant.pair}.access_token")
        self._refuse(step, "BC-AUTH-06", {"answer": "token-expired"})


def _mixed_up(grant: Held, earner: str, origin: str) -> str:
    """Whom to accuse when a grant puts no badge there any more, now that there is another."""
    if grant.earner != earner:
        return "BC-AUTH-12"
    return "BC-CONNECT-15" if grant.origin == origin else "BC-ISSUE-10"


CHANGES = ("connect", "refresh", "revoke", "advance", "outlive")
"""After what one may look whether all the others are as they were."""


@st.composite
def story(draw: st.DrawFn, *, clock: bool = False) -> list[Written]:
    """Things that happen in an order that makes sense, few of them first."""
    model = Model(clock)
    for _ in range(LONGEST):
        possible = model.possible()
        often = [one for one in OFTEN if one in possible]
        kind = draw(chosen([NOTHING, *possible, *often]))
        if kind == NOTHING:
            continue
        draw(chosen(possible[kind]))()
        for one in [grant for grant in model.grants if kind in CHANGES and grant.works]:
            if draw(whole(0, 3)):
                model.look(one)
    return model.steps
