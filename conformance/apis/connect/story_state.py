"""What a story's model knows of one badge."""

from attrs import define, field


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
