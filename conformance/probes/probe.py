"""What one try yielded, and what to change when it is not what a run needs."""

from enum import StrEnum

from attrs import frozen

from conformance.values.errors import PreflightError
from conformance.values.exchange import Exchange


class Health(StrEnum):
    """How a try ended."""

    GOOD = "ok"
    NOTE = "note"
    """A run can do without, and judges less or judges otherwise."""
    BAD = "BAD"
    """No run can begin like this."""


@frozen
class Probe:
    """One try."""

    what: str
    tried: str
    came_back: str
    health: Health = Health.GOOD
    advice: str = ""
    accuses: str = ""
    """The requirement that the target fails by this; ``""`` when it may be a matter of set-up."""
    exchange: Exchange | None = None
    """The request that shows it."""

    def trouble(self) -> PreflightError:
        """The same, as the reason why a run cannot begin."""
        return PreflightError(self.tried, self.came_back, self.advice)
