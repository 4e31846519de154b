"""What several processes of one run must not do to one target."""

from conformance.core.errors import PreflightError
from conformance.engine.session import Session
from conformance.target.configuration.configuration import ADAPTER


def shared_clock(session: Session) -> PreflightError | None:
    """Why several processes cannot share the clock of a Backpack; ``None`` when they do not."""
    processes = session.options.processes
    started_by_us = session.options.target.named.startswith(("mock", ADAPTER))
    advances = "clock" in session.target.capabilities and not session.options.target.wait_expiry
    if processes == 1 or started_by_us or not advances:
        return None
    return PreflightError(
        f"share one Backpack among {processes} processes",
        "each process would advance its clock and so expire the tokens of the others",
        "Run in one process (without --jobs and -n), or write an adapter whose start() starts a "
        "Backpack for each process.",
    )
