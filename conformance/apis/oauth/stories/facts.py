"""What differs between the stories of APIs that share OAuth: requirements, and badges."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from attrs import asdict, frozen

from conformance.apis.oauth.stories.state import BadgeState
from conformance.apis.stories.script import Terms

VerbCall: TypeAlias = tuple[str, Mapping[str, Any]]
"""A verb and its arguments."""


@frozen(kw_only=True)
class StoryRequirements:
    """The requirements that the stories of an API judge."""

    access_works: str
    """A new access token works."""
    access_lives: str
    """It works whatever else happens, until it ends."""
    access_expires: str
    """It does not work after its time."""
    own_badges: str
    """It reaches the badges of its own earner, and no others."""
    missing_scope: str
    """It does not push without the scope to do so."""

    code_works: str
    """A code is traded for tokens."""
    code_once: str
    """It is so once."""
    code_again: str
    """Its second use ends the tokens of the first."""
    client_works: str
    """The secret of a client works."""

    refresh_works: str
    """A refresh token gives an access token that works."""
    refresh_own: str
    """It does so for its own client."""
    refresh_narrow: str
    """It does so for no wider scope."""
    refresh_replaced: str = ""
    """It does not work after it was replaced; ``""`` where that is left open."""

    withdrawn: str
    """Tokens do not work after the earner has revoked access."""
    withdrawn_alone: str
    """Then other grants and all badges stay."""
    granted_again: str
    """Then a new grant works."""
    ended_refresh: str
    """A refresh token does not work after its client has ended it."""
    ended_access: str
    """The same of an access token."""
    ended_with_refresh: str = ""
    """Access tokens end with their refresh token; ``""`` where that is left open."""
    ended_own: str
    """A token is not ended by another client."""

    pushed: str
    """A badge is accepted."""
    listed: str
    """Then it is listed."""
    listed_once: str
    """No badge is listed twice."""
    pushed_again: str
    """A badge that comes again is accepted, and listed once."""
    foreign_badge: str
    """The badge of another earner is refused, and not listed."""

    def judged(self, *, clock: bool, revocation: bool) -> tuple[str, ...]:
        """The requirements that stories may judge, with a clock and with revocation by clients."""
        of_clients = {"ended_refresh", "ended_access", "ended_with_refresh", "ended_own"}
        left_out = {*(() if clock else ("access_expires",)), *(() if revocation else of_clients)}
        names = [name for field, name in asdict(self).items() if field not in left_out]
        return tuple(dict.fromkeys(filter(None, names)))


@frozen
class StoryFacts:
    """What the model must know of an API: its requirements, and how its badges are made."""

    requirements: StoryRequirements
    make: Callable[[str, str], VerbCall]
    """The step in which an issuer makes a badge, from an earner and an origin."""
    renew: Callable[[BadgeState], VerbCall | None]
    """The step before a badge is pushed again; ``None`` when it is pushed as it was."""
    pushed_as: str
    """The argument of ``post`` that names the badge."""
    repeated: Terms
    """What the answer to a badge that was pushed before must be."""
    narrow: tuple[str, ...]
    """Scopes that permit to read the profile and to refresh, and nothing else."""
