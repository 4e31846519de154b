"""What the user asked of a load run."""

from pathlib import Path

from attrs import frozen

from conformance.apis.choosing import ChosenApi
from conformance.core.errors import AuthoringError
from conformance.engine.session import RunOptions
from conformance.target.configuration.configuration import Configuration

PORT = 5557
"""Where Locust's masters listen."""


@frozen
class Meeting:
    """Where a master and its workers meet."""

    host: str
    port: int

    @classmethod
    def of(cls, text: str) -> "Meeting":
        """The place that a text names: ``HOST:PORT``, or a host alone.

        Raises:
            AuthoringError: when it is none.
        """
        host, colon, port = text.rpartition(":")
        if not colon:
            return cls(text, PORT)
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise AuthoringError(f"expected HOST:PORT, saw {text!r}")
        return cls(host, int(port))

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@frozen(kw_only=True)
class LoadOptions:
    """What the user asked for on the command line."""

    configuration: Configuration
    apis: tuple[ChosenApi, ...]
    earners: int
    """How many of them are there at the same time, of all APIs together."""
    seconds: float
    """How long the run takes, the ramp included."""
    ramp: float
    """Seconds until all earners are there."""
    tasks: tuple[str, ...] = ()
    """Names of tasks; without any, all that the target allows."""
    most_failures: int | None = None
    """After so many tasks that showed a failure the run ends."""
    out: Path
    seed: int
    strict: bool = False

    @property
    def run_options(self) -> RunOptions:
        """The options of the engine.

        Raises:
            AuthoringError: when the settings of the target do not fit together.
        """
        return RunOptions.of(self.configuration, seed=self.seed)

    @property
    def spawn_rate(self) -> float:
        """Earners that come in each second."""
        return self.earners / self.ramp if self.ramp else float(self.earners)
