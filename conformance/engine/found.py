"""What is known of a target before the first scenario."""

from attrs import field, frozen

from conformance.core.errors import PreflightError
from conformance.core.exchange import Exchange
from conformance.core.redaction.secrets import Secrets


@frozen
class Accusation:
    """A requirement that a good request showed to be broken before any scenario began."""

    requirement: str
    expected: str
    came_back: str
    """What was tried, and what came of it, both times."""
    silent: frozenset[str] = frozenset()
    """The endpoints that cannot be judged because of it."""
    exchange: Exchange | None = None
    secrets: Secrets = field(factory=Secrets)

    @property
    def reason(self) -> str:
        """Why what depends on it cannot be judged."""
        return f"{self.requirement} failed before: {self.came_back}"


@frozen
class Found:
    """What a preflight found."""

    trouble: PreflightError | None = None
    """Why no run can begin: something cannot be reached, or nobody can walk through consent."""
    accusation: Accusation | None = None
