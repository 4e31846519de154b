"""What a story's model knows of one grant."""

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
    """Names of its earlier token pairs, oldest first."""
    dead_access: str = ""
    """The requirement that fails when its access token works after its end; ``""`` for none."""
    dead_refresh: str = ""
    """The same of its refresh token."""

    @property
    def works(self) -> bool:
        """Whether its access token must work."""
        return self.state == ALIVE and self.expired is False

    def suspect(self, access: str, issuing: str, refreshing: str) -> None:
        """Note an event that must not affect this grant."""
        self.access.add(access)
        self.issuing.add(issuing)
        self.refreshing.add(refreshing)

    def end(self, access: str, refresh: str) -> None:
        """Note that its tokens no longer work; a grant that has ended before stays as it was."""
        if self.state != REVOKED:
            self.state, self.dead_access, self.dead_refresh = REVOKED, access, refresh

    def doubt(self) -> None:
        """Note that a correct target may have ended it; nothing more is asked of it."""
        if self.state == ALIVE:
            self.state = UNKNOWN
