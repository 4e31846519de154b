"""The values that a Backpack stores: tokens, grants, badges, earners."""

import json
from collections.abc import Mapping
from typing import Any

from attrs import define, field, frozen


@frozen
class Tokens:
    """The current tokens of a grant."""

    access: str
    refresh: str
    made_at: float
    """Unix seconds at which the pair was made."""
    expires_at: float
    """Unix seconds at which the access token expires."""
    generation: int = 0
    """How many refreshes lie behind this pair."""
    scopes: tuple[str, ...] = ()
    """Those of the access token, when they are fewer than the grant's (RFC 6749 section 6)."""


@frozen
class Death:
    """How a token ended."""

    how: str
    """``spent`` by a refresh, ``revoked`` by the earner, ``reused``: its grant was ended because
    a spent refresh token came again."""
    grant: int
    """Number of the grant that it was the refresh token of; 0 for an access token."""


@frozen
class Grant:
    """An earner's permission for an issuer's origin."""

    number: int
    earner: str
    origin: str
    scopes: tuple[str, ...]
    tokens: Tokens
    client: str = ""
    """The id of the OAuth client that holds it; ``""`` where the origin is the issuer's name."""

    def under(self, tokens: Tokens) -> "Grant":
        """The same permission under other tokens."""
        return Grant(self.number, self.earner, self.origin, self.scopes, tokens, self.client)

    @property
    def access_scopes(self) -> tuple[str, ...]:
        """What the access token permits."""
        return self.tokens.scopes or self.scopes


@frozen
class Identity:
    """The earner's e-mail, hashed for one issuer: ``recipient`` = sha256(e-mail + salt)."""

    recipient: str
    salt: str
    type: str = "email"


OPEN_BADGES_2, OPEN_BADGES_3 = "openbadges-2", "openbadges-3"
"""The first part of the keys of Open Badges 2.0 and 3.0, which is no origin."""


@frozen
class Badge:
    """A badge in an earner's collection."""

    key: tuple[str, str]
    """The key of the badge: issuer origin and uid, for a 0.5 badge ``""`` and its URL, for a 2.0
    badge `OPEN_BADGES_2` and its id, for a 3.0 badge `OPEN_BADGES_3` and issuer and id."""
    text: bytes
    """The assertion with badge class and issuer in place of their URLs, in JSON; as objects it
    would take five times the room."""
    signed: str = ""
    """The JWS, when it was pushed as one to an API that gives it back."""
    updated_at: float = 0.0
    """Unix seconds at which it was pushed last."""

    @property
    def document(self) -> dict[str, Any]:
        """The same as objects; what is ours was read strictly before it was put together."""
        document: dict[str, Any] = json.loads(self.text)
        return document


@define
class Earner:
    """A person with a collection of badges."""

    email: str
    badges: dict[tuple[str, str], Badge] = field(factory=dict)
    grants: dict[int, None] = field(factory=dict)
    """Numbers of the grants that are alive, oldest first."""
    profile: dict[str, Any] = field(factory=dict)
    """Members that clients have added to the earner's profile; what they have put in place of the
    whole profile of Open Badges 3.0 is at `OPEN_BADGES_3`."""


@frozen
class Holdings:
    """The whole state of a Backpack at one time, as values that nothing changes."""

    earners: tuple[tuple[str, tuple[Badge, ...], Mapping[str, Any]], ...] = ()
    """E-mail, collection and profile of each, in the order in which they came."""
    grants: tuple[Grant, ...] = ()
    """Those that are alive, oldest first."""
    given: tuple[Grant, ...] = ()
    """Every remembered pair of tokens that was given out, under its grant, oldest first."""
    access: tuple[tuple[str, int], ...] = ()
    """The living access tokens, and the number of the grant of each."""
    refresh: tuple[tuple[str, int], ...] = ()
    """The unspent refresh tokens likewise."""
    dead: tuple[tuple[str, Death], ...] = ()
    """The remembered dead tokens, the longest dead first."""
    last_grant: int = 0
    """Number of the newest grant."""
    badges: int = 0
    """How many badges were added."""
