"""What one try yielded, and what to change when it is not what a run needs."""

from enum import StrEnum

from attrs import frozen

from conformance.core.errors import PreflightError
from conformance.core.exchange import Exchange


class Health(StrEnum):
    """How a try ended."""

    GOOD = "ok"
    NOTE = "note"
    """A run can do without, and judges less or judges otherwise."""
    SHORT = "short"
    """A run can begin, and cannot come to a verdict on everything."""
    BAD = "BAD"
    """No run can begin like this."""

    @property
    def word(self) -> str:
        """What stands before a try: what has to be changed is bad either way."""
        return Health.BAD.value if self is Health.SHORT else self.value


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


@frozen
class Look:
    """What a look at a target has shown, before anybody has configured it."""

    probes: tuple[Probe, ...]
    draft: tuple[str, ...] = ()
    """Lines of a recipe for the page at which the walk through consent ended."""
