"""The result of one check of target and set-up, and what to change when it is bad."""

from enum import StrEnum

from attrs import frozen

from conformance.core.errors import PreflightError
from conformance.core.exchange import Exchange


class Health(StrEnum):
    """How a check ended."""

    GOOD = "ok"
    NOTE = "note"
    """A run can start, but judges less, or differently."""
    SHORT = "short"
    """A run can start, but its verdict cannot be complete."""
    BAD = "BAD"
    """No run can start."""

    @property
    def word(self) -> str:
        """The word printed before a check; ``SHORT`` and ``BAD`` both need a change."""
        return Health.BAD.value if self is Health.SHORT else self.value


@frozen
class Probe:
    """One check of target and set-up."""

    name: str
    action: str
    """What was tried."""
    came_back: str
    health: Health = Health.GOOD
    advice: str = ""
    failed_requirement: str = ""
    """The requirement that the target fails; ``""`` when the set-up may be the cause."""
    exchange: Exchange | None = None
    """The request that shows it."""

    def trouble(self) -> PreflightError:
        """The same, as the reason why a run cannot start."""
        return PreflightError(self.action, self.came_back, self.advice)


@frozen
class Sighting:
    """What one request says of whether a target offers an API."""

    is_there: bool
    saw: str
    """The request and what came back, on one line."""


@frozen
class Look:
    """What a look at a target has shown, before anybody has configured it."""

    probes: tuple[Probe, ...]
    draft: tuple[str, ...] = ()
    """Lines of a recipe for the page at which the walk through consent ended."""
