"""Preflight: whether everything is there that a run needs, before anything is judged."""

from attrs import field, frozen

from conformance.core.errors import PreflightError
from conformance.core.exchange import Exchange
from conformance.core.redaction.secrets import Secrets
from conformance.engine.session import Session
from conformance.target.configuration.configuration import ADAPTER


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
    """What is known of a target before the first scenario."""

    trouble: PreflightError | None = None
    """Why no run can begin: something cannot be reached, or nobody can walk through consent."""
    accusation: Accusation | None = None


def shared_clock(session: Session) -> PreflightError | None:
    """Several processes would advance the one clock of a Backpack under each other's hands."""
    processes = session.options.processes
    started_by_us = session.options.target.named.startswith(("mock", ADAPTER))
    advances = "clock" in session.target.capabilities and not session.options.target.wait_expiry
    if processes == 1 or started_by_us or not advances:
        return None
    return PreflightError(
        f"share one Backpack among {processes} processes",
        "each of them would advance its clock, and so end the tokens of the others",
        "Run in one process (without --jobs, without -n), or let an adapter start a Backpack for "
        "each process: start().",
    )
