"""What a mock observed of one issuer: what the evidence of every API is gathered from."""

from collections.abc import Sequence
from typing import Any, Protocol

from attrs import frozen

from mock_backpack.core.entry import Entry
from mock_backpack.core.sandbox import Sandbox
from mock_backpack.issuer.situation import Situation


class Watcher(Protocol):
    """Looks on while an API judges what is pushed, and remembers what its judges need."""

    def begin(self) -> None:
        """Forget all observations."""

    def judging(self, judge: Any) -> Any:
        """A judge of an API that judges in the same way, and lets the watcher look on."""


class Unwatched:
    """Observes nothing: the journal has all that the judges need."""

    def begin(self) -> None:
        """There is nothing to forget."""

    def judging(self, judge: Any) -> Any:
        """The judge itself."""
        return judge


@frozen(eq=False)
class Observation:
    """What a mock observed of one issuer."""

    sandbox: Sandbox
    situation: Situation | None
    """``None`` when the sandbox is in none, and when its situation is another API's."""
    watcher: Watcher | None
    """``None`` if nobody looked on."""
    entries: tuple[Entry, ...]
    """The sandbox's journal."""
    abroad: tuple[Entry, ...]
    """The journal of the root, to which an issuer may have sent requests by mistake; their numbers
    follow those of the sandbox."""

    @property
    def unread(self) -> tuple[str, ...]:
        """Why requests could not be parsed, from any client."""
        return tuple(self.sandbox.unread)


class Shown(Protocol):
    """Something that one exchange shows."""

    @property
    def entry(self) -> Entry:
        """The exchange."""


class Evidence(Protocol):
    """The evidence for judging an issuer of one API, as far as a verdict knows it."""

    @property
    def calls(self) -> Sequence[Any]:
        """Requests to the API."""

    @property
    def strays(self) -> Sequence[Shown]:
        """Requests outside of the sandbox that findings may show."""
