"""What an API decides about its authorization server."""

from collections.abc import Mapping

from attrs import evolve, field, frozen

from mock_backpack.core.backpack import Grant
from mock_backpack.core.errors import ApiError

OFFLINE = "offline_access"
"""The scope for a refresh token."""


@frozen
class Offer:
    """The scopes that an API offers, and where and how."""

    scopes: tuple[str, ...]
    path: str = "/oauth"
    """The beginning of the paths of its endpoints."""
    requires_scope: bool = False
    """Whether a client must say at its registration what it will ask for."""
    narrows_scope: bool = False
    """Whether unknown scopes are left out of a registration, not refused."""
    always_refreshes: bool = False
    """Whether every client gets a refresh token, not only those who ask for `OFFLINE`."""
    introduces: tuple[str, ...] = ()
    """Members of a registration that the consent page shows beside the name."""
    requirements: Mapping[str, str] = field(factory=dict)
    """Those of the role issuer that a refusal names, by those of Open Badges 2.1."""

    def refreshing(self, grant: Grant) -> Grant:
        """A grant as the token endpoint sees it: with `OFFLINE` when it may be refreshed."""
        if not self.always_refreshes or OFFLINE in grant.scopes:
            return grant
        tokens = evolve(grant.tokens, scopes=grant.access_scopes)
        return evolve(grant, scopes=(*grant.scopes, OFFLINE), tokens=tokens)

    def named(self, refusal: ApiError) -> ApiError:
        """A refusal with the requirement that this API has for it."""
        return evolve(
            refusal, requirement=self.requirements.get(refusal.requirement, refusal.requirement)
        )

    def are_known(self, scopes: tuple[str, ...]) -> bool:
        """Whether all of these are offered."""
        return set(scopes) <= set(self.scopes)


def scopes_of(text: str) -> tuple[str, ...]:
    """The scopes of a text with spaces between them, each once (RFC 6749 section 3.3)."""
    return tuple(dict.fromkeys(text.split()))
