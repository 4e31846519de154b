"""What one Backpack holds: earners, grants and badges, all in memory."""

import hashlib
import secrets
import string
from collections.abc import Callable, Mapping
from typing import Any

from attrs import define, evolve, field, frozen

from mock_backpack.clock import Clock
from mock_backpack.seams import Seam

SCOPES = ("issue",)
TOKEN_ALPHABET = string.ascii_letters + string.digits + "+/_"
TOKEN_LENGTH = 42
"""Characters of a token, about 252 bits: the shape that the historical server gave."""
SALT_BYTES = 16


@frozen
class Tokens:
    """What an issuer holds of a grant at one time."""

    access: str
    refresh: str
    expires_at: float
    """Unix seconds at which the access token expires."""


@frozen
class Grant:
    """An earner's permission for an issuer's origin."""

    number: int
    earner: str
    origin: str
    scopes: tuple[str, ...]
    tokens: Tokens


@frozen
class Identity:
    """The earner's e-mail, hashed for one issuer: ``recipient`` = sha256(e-mail + salt)."""

    recipient: str
    salt: str
    type: str = "email"


@frozen
class Badge:
    """A badge in an earner's collection."""

    key: tuple[str, str]
    """What makes it one badge: issuer origin and uid, or for a 0.5 badge ``""`` and its URL."""
    document: Mapping[str, Any]
    """The assertion with badge class and issuer in place of their URLs."""


@define
class Earner:
    """A person with a collection of badges."""

    email: str
    badges: dict[tuple[str, str], Badge] = field(factory=dict)


@Seam
def new_token() -> str:
    """A token that nobody can guess (RFC 6749 section 10.10)."""
    return "".join(secrets.choice(TOKEN_ALPHABET) for _ in range(TOKEN_LENGTH))


@Seam
def new_salt() -> str:
    """A salt that nobody can guess."""
    return secrets.token_hex(SALT_BYTES)


@Seam
def hashed_identity(email: str, salt: str) -> Identity:
    """The identity that an issuer may put into an assertion as it is."""
    digest = hashlib.sha256((email + salt).encode()).hexdigest()
    return Identity(recipient=f"sha256${digest}", salt=salt)


@Seam
def lifetime(seconds: int) -> float:
    """How long an access token really lives when the issuer was told ``seconds``."""
    return seconds


@Seam
def renewed(grant: Grant, fresh: Tokens) -> Grant:
    """A grant after a refresh: the same permission under new tokens."""
    return evolve(grant, tokens=fresh)


@Seam
def spent_by_refresh(tokens: Tokens) -> tuple[str, ...]:
    """The tokens that die when a grant is refreshed."""
    return (tokens.access, tokens.refresh)


@Seam
def revoked_by(earner: str, origin: str) -> Callable[[Grant], bool]:
    """Which grants die when an earner revokes an origin."""
    return lambda grant: grant.earner == earner and grant.origin == origin


@Seam
def killed_by_revocation(tokens: Tokens) -> tuple[str, ...]:
    """The tokens of a revoked grant that die with it."""
    return (tokens.access, tokens.refresh)


@Seam
def kept_badges(earner: Earner) -> dict[tuple[str, str], Badge]:
    """The badges that stay when an earner revokes an origin."""
    return earner.badges


@Seam
def is_there(earner: Earner, badge: Badge) -> bool:
    """Whether the earner has this badge already."""
    return badge.key in earner.badges


@Seam
def put(earner: Earner, badge: Badge) -> None:
    """Keep a badge."""
    earner.badges[badge.key] = badge


class Backpack:
    """The state of one Backpack, and the only place that changes it."""

    def __init__(self, clock: Clock | None = None, *, expires: int = 3600) -> None:
        """``expires`` is the life of an access token in seconds."""
        self.clock = clock or Clock()
        self.expires = expires
        self._earners: dict[str, Earner] = {}
        self._grants: dict[int, Grant] = {}
        self._by_access: dict[str, int] = {}
        self._by_refresh: dict[str, int] = {}
        self._last_number = 0

    def earner(self, email: str) -> Earner:
        """The earner with this e-mail, made when there is none yet."""
        return self._earners.setdefault(email, Earner(email))

    def grant(self, earner: str, origin: str, scopes: tuple[str, ...]) -> Grant:
        """An earner permits an origin; every grant has tokens of its own."""
        self._last_number += 1
        grant = Grant(self._last_number, earner, origin, scopes, self._fresh_tokens())
        self._keep(grant)
        return grant

    def grant_by_access(self, token: str) -> Grant | None:
        """The grant that an access token stands for, expired or not; ``None`` when unknown."""
        return self._grants.get(self._by_access.get(token, 0))

    def grant_by_refresh(self, token: str) -> Grant | None:
        """The grant that an unspent refresh token stands for; ``None`` when unknown."""
        return self._grants.get(self._by_refresh.get(token, 0))

    def refresh(self, grant: Grant) -> Grant:
        """The same permission under a new pair of tokens; the old pair is dead."""
        self._kill(spent_by_refresh(grant.tokens))
        fresh = renewed(grant, self._fresh_tokens())
        self._keep(fresh)
        return fresh

    def grants(self) -> list[Grant]:
        """All grants that have not been revoked, oldest first."""
        return list(self._grants.values())

    def origins(self, earner: str) -> list[str]:
        """The origins that an earner has granted, in the order of their first grant."""
        return list(dict.fromkeys(g.origin for g in self._grants.values() if g.earner == earner))

    def revoke(self, earner: str, origin: str) -> int:
        """All grants of an origin by an earner die at once; how many there were."""
        dies = revoked_by(earner, origin)
        dead = [grant for grant in self.grants() if dies(grant)]
        for grant in dead:
            killed = killed_by_revocation(grant.tokens)
            self._kill(killed)
            if {grant.tokens.access, grant.tokens.refresh} <= set(killed):
                del self._grants[grant.number]
        holder = self.earner(earner)
        holder.badges = kept_badges(holder)
        return len(dead)

    def add(self, earner: Earner, badge: Badge) -> bool:
        """Keep a badge; ``False`` when it was there already."""
        if is_there(earner, badge):
            return False
        put(earner, badge)
        return True

    def identity(self, earner: str) -> Identity:
        """The earner's identity under a new salt."""
        return hashed_identity(earner, new_salt())

    def is_expired(self, grant: Grant) -> bool:
        """Whether the access token has lived its time."""
        return self.clock.now() >= grant.tokens.expires_at

    def _fresh_tokens(self) -> Tokens:
        return Tokens(new_token(), new_token(), self.clock.now() + lifetime(self.expires))

    def _keep(self, grant: Grant) -> None:
        self._grants[grant.number] = grant
        self._by_access[grant.tokens.access] = grant.number
        self._by_refresh[grant.tokens.refresh] = grant.number

    def _kill(self, tokens: tuple[str, ...]) -> None:
        for token in tokens:
            self._by_access.pop(token, None)
            self._by_refresh.pop(token, None)
