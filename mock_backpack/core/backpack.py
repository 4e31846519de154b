"""The data of one Backpack in memory: earners, grants and badges."""

import hashlib
from collections import deque
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from attrs import evolve

from mock_backpack.core.changes import Changes
from mock_backpack.core.clock import Clock
from mock_backpack.core.errors import Full
from mock_backpack.core.holdings import Badge, Death, Earner, Grant, Holdings, Identity, Tokens
from mock_backpack.core.randomness import Randomness
from mock_backpack.core.seams import seam
from mock_backpack.core.settings import Bounds, Shape

__all__ = ["SCOPES", "Backpack", "Badge", "Earner", "Grant", "Identity", "Tokens"]

SCOPES = ("issue",)
SALT_BYTES = 16
REMEMBERED, FORGOTTEN = 10_000, 1_000
"""Dead tokens of which a Backpack still knows how they died, and how many go at a time."""
DEATHS = 1_024


@lru_cache(DEATHS)
def _death(how: str, grant: int) -> Death:
    """A cause of death, shared by all tokens that died in the same way."""
    return Death(how, grant)


@seam
def new_token(randomness: Randomness, length: int) -> str:
    """A token that nobody can guess (RFC 6749 section 10.10)."""
    return randomness.token(length)


def marked(token: str, marks: str) -> str:
    """A token with certain characters in its middle, as long as before."""
    half = (len(token) - len(marks)) // 2
    return f"{token[:half]}{marks}{token[half + len(marks) :]}"


@seam
def new_salt(randomness: Randomness) -> str:
    """A salt that nobody can guess."""
    return randomness.hex(SALT_BYTES)


@seam
def hashed_identity(email: str, salt: str) -> Identity:
    """The identity that an issuer may put into an assertion as it is."""
    digest = hashlib.sha256((email + salt).encode()).hexdigest()
    return Identity(recipient=f"sha256${digest}", salt=salt)


@seam
def lifetime(seconds: int) -> float:
    """The actual lifetime of an access token whose announced lifetime is ``seconds``."""
    return seconds


@seam
def renewed(grant: Grant, fresh: Tokens) -> Grant:
    """A grant after a refresh: the same permission under new tokens."""
    return grant.under(fresh)


@seam
def spent_by_refresh(tokens: Tokens) -> tuple[str, ...]:
    """The tokens that die when a grant is refreshed."""
    return (tokens.access, tokens.refresh)


@seam
def revoked_by(backpack: "Backpack", earner: str, origin: str) -> list[Grant]:
    """The grants that die when an earner revokes an origin."""
    grants = backpack.grants_of(earner)
    return [grant for grant in grants if grant.origin == origin and not grant.client]


@seam
def revoked_with_client(backpack: "Backpack", earner: str, client: str) -> list[Grant]:
    """The grants that die when an earner revokes an OAuth client."""
    return [grant for grant in backpack.grants_of(earner) if grant.client == client]


@seam
def killed_by_revocation(tokens: Tokens) -> tuple[str, ...]:
    """The tokens of a revoked grant that die with it."""
    return (tokens.access, tokens.refresh)


@seam
def kept_badges(earner: Earner) -> dict[tuple[str, str], Badge]:
    """The badges that stay when an earner revokes an origin."""
    return earner.badges


@seam
def is_there(earner: Earner, badge: Badge) -> bool:
    """Whether the earner has this badge already."""
    return badge.key in earner.badges


@seam
def put(earner: Earner, badge: Badge) -> None:
    """Keep a badge."""
    earner.badges[badge.key] = badge


class Backpack:
    """The state of one Backpack, and the only place that changes it."""

    def __init__(
        self,
        clock: Clock | None = None,
        randomness: Randomness | None = None,
        shape: Shape | None = None,
        bounds: Bounds | None = None,
        changes: Changes | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.randomness = randomness or Randomness()
        self.shape = shape or Shape()
        self.bounds = bounds or Bounds()
        self._changes = changes or Changes()
        self._earners: dict[str, Earner] = {}
        self._grants: dict[int, Grant] = {}
        self._by_access: dict[str, int] = {}
        self._by_refresh: dict[str, int] = {}
        self._dead: dict[str, Death] = {}
        self.given: deque[Grant] = deque(maxlen=REMEMBERED)
        """Every pair of tokens that was given out, under its grant, oldest first."""
        self._last_number = 0
        self._badges = 0

    @property
    def expires(self) -> int:
        """The announced lifetime of an access token in seconds."""
        return self.shape.expires

    def earners(self) -> list[Earner]:
        """All earners, in the order in which they came."""
        return list(self._earners.values())

    def find_earner(self, email: str) -> Earner | None:
        """The earner with this e-mail, if there is one."""
        return self._earners.get(email)

    def earner(self, email: str) -> Earner:
        """The earner with this e-mail, created on first use.

        Raises:
            Full: when there are too many.
        """
        earner = self._earners.get(email)
        if earner is None:
            if len(self._earners) >= self.bounds.earners:
                raise Full("earners", self.bounds.earners)
            earner = self._earners[email] = Earner(email)
            self._changes.note()
        return earner

    def grant(self, earner: str, origin: str, scopes: tuple[str, ...], client: str = "") -> Grant:
        """An earner permits an origin or a client; every grant has tokens of its own.

        Raises:
            Full: when there are too many.
        """
        if len(self._grants) >= self.bounds.grants:
            raise Full("grants", self.bounds.grants)
        self._last_number += 1
        grant = Grant(self._last_number, earner, origin, scopes, self._fresh_tokens(), client)
        self._keep(grant)
        self.given.append(grant)
        return grant

    def find_grant(self, number: int) -> Grant | None:
        """The living grant with this number."""
        return self._grants.get(number)

    def grant_by_access(self, token: str) -> Grant | None:
        """The grant of an access token, expired or not; ``None`` when unknown."""
        return self._grants.get(self._by_access.get(token, 0))

    def grant_by_refresh(self, token: str) -> Grant | None:
        """The grant of an unspent refresh token; ``None`` when unknown."""
        return self._grants.get(self._by_refresh.get(token, 0))

    def death_of(self, token: str) -> str | None:
        """How a token died: ``spent``, ``revoked`` or ``reused``; ``None`` if it did not."""
        death = self._dead.get(token)
        return death.how if death else None

    def knows(self, token: str) -> str | None:
        """The kind of a token of this Backpack, dead ones included."""
        if token in self._by_access:
            return "access_token"
        if token in self._by_refresh:
            return "refresh_token"
        return "dead token" if token in self._dead else None

    @property
    def change_count(self) -> int:
        """Changes so far: who has seen this number has seen all tokens that there are."""
        return self._changes.count

    def tokens(self) -> Iterator[str]:
        """All tokens of this Backpack, dead ones included."""
        yield from self._dead
        yield from self._by_refresh
        yield from self._by_access

    def refresh(self, grant: Grant, scopes: tuple[str, ...] = ()) -> Grant:
        """The same permission under a new pair of tokens; the old pair is dead.

        ``scopes`` are those of the access token, when they are fewer than the grant's.
        """
        self._kill(spent_by_refresh(grant.tokens), "spent")
        tokens = self._fresh_tokens(grant.tokens.generation + 1, scopes)
        fresh = renewed(grant, tokens)
        self._keep(fresh)
        self.given.append(fresh)
        return fresh

    def expire(self, grant: Grant) -> Grant:
        """Let the access token of a grant expire now."""
        past = grant.under(evolve(grant.tokens, expires_at=self.clock.now()))
        self._keep(past)
        return past

    def grants(self) -> list[Grant]:
        """All grants that have not been revoked, oldest first."""
        return list(self._grants.values())

    def newest_grant(self) -> Grant | None:
        """The grant that was given last."""
        return next(reversed(self._grants.values()), None)

    def grants_of(self, earner: str) -> list[Grant]:
        """An earner's grants that have not been revoked, oldest first."""
        holder = self._earners.get(earner)
        return [self._grants[number] for number in holder.grants] if holder else []

    def origins(self, earner: str) -> list[str]:
        """The origins that an earner has granted, in the order of their first grant."""
        grants = (grant for grant in self.grants_of(earner) if not grant.client)
        return list(dict.fromkeys(grant.origin for grant in grants))

    def clients_of(self, earner: str) -> list[str]:
        """The ids of the OAuth clients that an earner has granted access."""
        grants = (grant for grant in self.grants_of(earner) if grant.client)
        return list(dict.fromkeys(grant.client for grant in grants))

    def revoke(self, earner: str, origin: str) -> int:
        """All grants of an origin by an earner die at once; how many there were."""
        dead = revoked_by(self, earner, origin)
        for grant in dead:
            self.end(grant)
        holder = self.earner(earner)
        holder.badges = kept_badges(holder)
        return len(dead)

    def revoke_client(self, earner: str, client: str) -> int:
        """All grants of an OAuth client by an earner die at once; how many there were."""
        dead = revoked_with_client(self, earner, client)
        for grant in dead:
            self.end(grant)
        return len(dead)

    def end_access(self, grant: Grant) -> None:
        """Let the access token of a grant die, and nothing else (RFC 7009 section 2.1)."""
        self._end(grant, "revoked", (grant.tokens.access,))

    def end_family(self, spent: str, client: str = "") -> None:
        """Let the grant of a client die of which this is a spent refresh token.

        Source: RFC 9700 section 4.14.2.
        """
        death = self._dead.get(spent)
        grant = self._grants.get(death.grant) if death else None
        if grant is not None and grant.client == client:
            self._end(grant, "reused", (grant.tokens.access, grant.tokens.refresh))

    def end(self, grant: Grant) -> None:
        """Let one grant die because its earner wants it."""
        self._end(grant, "revoked", killed_by_revocation(grant.tokens))

    def _end(self, grant: Grant, how: str, killed: tuple[str, ...]) -> None:
        self._kill(killed, how)
        if {grant.tokens.access, grant.tokens.refresh} <= set(killed):
            self._grants.pop(grant.number, None)
            self.earner(grant.earner).grants.pop(grant.number, None)

    def add(self, earner: Earner, badge: Badge) -> bool:
        """Keep a badge; ``False`` when it was there already.

        Raises:
            Full: when there are too many.
        """
        if is_there(earner, badge):
            return False
        if self._badges >= self.bounds.badges:
            raise Full("badges", self.bounds.badges)
        put(earner, badge)
        self._badges += 1
        self._changes.note()
        return True

    def update(self, earner: Earner, badge: Badge) -> None:
        """Keep a badge as the newest, in place of the same badge as it was before.

        Raises:
            Full: when there are too many.
        """
        if is_there(earner, badge):
            del earner.badges[badge.key]
            put(earner, badge)
            self._changes.note()
        else:
            self.add(earner, badge)

    def add_to_profile(self, earner: Earner, members: Mapping[str, Any]) -> None:
        """Keep what a client has added to an earner's profile."""
        earner.profile.update(members)
        self._changes.note()

    def identity(self, earner: str) -> Identity:
        """The earner's identity under a new salt."""
        return hashed_identity(earner, new_salt(self.randomness))

    def is_expired(self, grant: Grant) -> bool:
        """Whether the access token has lived its time."""
        return self.clock.now() >= grant.tokens.expires_at

    def expired_between(self, before: float, after: float) -> Iterator[Grant]:
        """The grants whose access tokens expired in this time, in unix seconds."""
        return (grant for grant in self.grants() if before < grant.tokens.expires_at <= after)

    def holdings(self) -> Holdings:
        """Everything that this Backpack holds now."""
        earners = (
            (earner.email, tuple(earner.badges.values()), dict(earner.profile))
            for earner in self._earners.values()
        )
        return Holdings(
            tuple(earners),
            tuple(self._grants.values()),
            tuple(self.given),
            tuple(self._by_access.items()),
            tuple(self._by_refresh.items()),
            tuple(self._dead.items()),
            self._last_number,
            self._badges,
        )

    def take_up(self, holdings: Holdings) -> None:
        """Hold this and nothing else; each earner of a grant must be among the earners."""
        self._earners = {
            email: Earner(email, {badge.key: badge for badge in badges}, profile=dict(profile))
            for email, badges, profile in holdings.earners
        }
        self._grants = {grant.number: grant for grant in holdings.grants}
        for grant in holdings.grants:
            self._earners[grant.earner].grants[grant.number] = None
        self.given = deque(holdings.given, REMEMBERED)
        self._by_access, self._by_refresh = dict(holdings.access), dict(holdings.refresh)
        self._dead = dict(holdings.dead)
        self._last_number, self._badges = holdings.last_grant, holdings.badges
        self._changes.note()

    def _fresh_tokens(self, generation: int = 0, scopes: tuple[str, ...] = ()) -> Tokens:
        now = self.clock.now()
        ends = now + lifetime(self.expires)
        return Tokens(self._new_token(), self._new_token(), now, ends, generation, scopes)

    def _new_token(self) -> str:
        token = new_token(self.randomness, self.shape.token_length)
        return marked(token, self.shape.token_marks) if self.shape.token_marks else token

    def _keep(self, grant: Grant) -> None:
        self.earner(grant.earner).grants[grant.number] = None
        self._grants[grant.number] = grant
        self._by_access[grant.tokens.access] = grant.number
        self._by_refresh[grant.tokens.refresh] = grant.number
        self._changes.note()

    def _kill(self, tokens: tuple[str, ...], how: str) -> None:
        for token in tokens:
            self._by_access.pop(token, None)
            self._dead[token] = _death(how, self._by_refresh.pop(token, 0))
        if len(self._dead) > REMEMBERED + FORGOTTEN:
            for token in list(islice(self._dead, FORGOTTEN)):
                del self._dead[token]
        self._changes.note()
