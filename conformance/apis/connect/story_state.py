"""What a story's model knows of one grant and of one badge."""

from attrs import define, field

ALIVE, REVOKED, UNKNOWN = "alive", "revoked", "unknown"


@define(eq=False)
class GrantState:
    """A grant in the model, with the requirements that fail when it stops working."""

    earner: str
    origin: str
    pair: str
    """The name under which its tokens are saved."""
    access: set[str]
    """Requirements of the events since the access token last worked."""
    issuing: set[str]
    """Requirements of the events since the access token last added a badge."""
    refreshing: set[str] = field(factory=set)
    """Requirements of the events since the refresh token was issued."""
    refreshes: int = 0
    state: str = ALIVE
    expired: bool | None = False
    """``None`` when that is unknown."""
    spent: list[str] = field(factory=list)
    """Names of its earlier token pairs."""
    alone: bool = True
    """Whether no other grant ended when it was revoked."""

    @property
    def works(self) -> bool:
        """Whether its access token must work."""
        return self.state == ALIVE and self.expired is False

    def suspect(self, access: str, issuing: str, refreshing: str) -> None:
        """Note an event that must not affect this grant."""
        self.access.add(access)
        self.issuing.add(issuing)
        self.refreshing.add(refreshing)


@define(eq=False)
class BadgeState:
    """A badge on the issuer site in the model."""

    name: str
    earner: str
    origin: str
    is_added: bool = False
    again: set[str] = field(factory=set)
    """Requirements that fail when it is added a second time."""
    refused: set[str] = field(factory=set)
    """Requirements that fail when it was refused and is in the Backpack all the same."""
