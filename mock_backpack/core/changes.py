"""How often the state of a sandbox has changed."""

from attrs import define


@define(eq=False)
class Changes:
    """One counter of a sandbox, raised by every mutation and never set back, not by a reset either.

    Who has seen a count knows of each later mutation, whichever part of the sandbox it was in.
    """

    count: int = 0

    def note(self) -> None:
        """Something has changed."""
        self.count += 1
