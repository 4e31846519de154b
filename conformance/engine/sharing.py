"""What several processes of one run may not do to one target."""

from conformance.core.errors import PreflightError
from conformance.engine.session import Session
from conformance.target.configuration.configuration import ADAPTER


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
