"""What the preflight learned about a target before the first scenario."""

from attrs import field, frozen

from conformance.core.errors import PreflightError
from conformance.core.exchange import Exchange
from conformance.core.redaction.secrets import Secrets


@frozen
class EarlyFailure:
    """A requirement that the target failed before the first scenario, on a valid request."""

    requirement: str
    expected: str
    came_back: str
    """What the request was and how it ended, which was the same both times."""
    silent: frozenset[str] = frozenset()
    """The endpoints that cannot be judged because of it."""
    exchange: Exchange | None = None
    secrets: Secrets = field(factory=Secrets)

    @property
    def reason(self) -> str:
        """Why scenarios that depend on it cannot be judged."""
        return f"{self.requirement} failed before: {self.came_back}"


@frozen
class PreflightResult:
    """The result of a preflight; both fields are ``None`` when the run can start."""

    trouble: PreflightError | None = None
    """Why the run cannot start: the target is unreachable, or nobody can get a grant."""
    early_failure: EarlyFailure | None = None
