"""What an API decides about its authorization server."""

from attrs import frozen

OFFLINE = "offline_access"
"""The scope for a refresh token."""


@frozen
class Offer:
    """The scopes that an API offers."""

    scopes: tuple[str, ...]

    def are_known(self, scopes: tuple[str, ...]) -> bool:
        """Whether all of these are offered."""
        return set(scopes) <= set(self.scopes)


def scopes_of(text: str) -> tuple[str, ...]:
    """The scopes of a text with spaces between them, each once (RFC 6749 section 3.3)."""
    return tuple(dict.fromkeys(text.split()))
