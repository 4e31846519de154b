"""What a story's model knows of grants, codes and badges beside what all APIs share."""

from attrs import define, field

from conformance.apis.stories.state import GrantState

ADA, GRACE = "ada", "grace"
"""The earners of a story."""


@define(eq=False)
class Party:
    """An earner, and the client that they allow to do something."""

    earner: str
    origin: str
    client: str = ""
    """The name under which a client was registered; ``""`` for the one that the run has."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two parties the same."""
        return self.earner, self.origin, self.client

    @property
    def place(self) -> tuple[str, str]:
        """What a page of permissions shows: all clients of an origin have its name."""
        return self.earner, self.origin


@define(eq=False)
class CodeState:
    """A code that was not traded yet."""

    name: str
    """The name under which it is saved."""
    party: Party
    suspects: set[str]
    """Requirements of the events since it was given."""


@define(eq=False)
class Permission:
    """A grant, and what only OAuth knows of it."""

    grant: GrantState
    party: Party
    is_narrow: bool = False
    """Whether it lacks the scopes to push and to read badges."""
    widening: set[str] = field(factory=set)
    """Requirements of the events since a push without the scope was refused."""
    code: str = ""
    """The name of the code that it came from, if that may come again."""
    ended: str = ""
    """A reference that has a value if the target answered that the token was ended."""

    @property
    def access_token(self) -> str:
        """A reference to its access token."""
        return f"${self.grant.pair}.access_token"

    @property
    def refresh_token(self) -> str:
        """A reference to its refresh token, which a refresh need not replace."""
        return self.refresh_token_of(self.grant.pair)

    def refresh_token_of(self, pair: str) -> str:
        """A reference to the refresh token of one of its pairs."""
        is_first = pair == [*self.grant.spent, self.grant.pair][0]
        return f"${pair}.{'refresh_token' if is_first else 'latest'}"

    @property
    def client(self) -> str:
        """A reference to its client."""
        return f"${self.grant.pair}.client"


@define(eq=False)
class BadgeState:
    """A badge in the model."""

    name: str
    """The name under which it is saved, as it is now."""
    party: Party
    is_added: bool = False
    pushes: int = 0
    listed: set[str] = field(factory=set)
    """Requirements of the events since it was seen in the list of its earner."""
    refused: dict[str, str] = field(factory=dict)
    """By earner, the requirement that fails when it is in their list."""
