"""What the user asked of a load run."""

from pathlib import Path

from attrs import frozen

from conformance.apis.choosing import ChosenApi
from conformance.engine.session import RunOptions
from conformance.target.configuration.configuration import Configuration


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
        """What the engine is told.

        Raises:
            AuthoringError: when the settings of the target do not fit together.
        """
        return RunOptions.of(self.configuration, seed=self.seed)

    @property
    def spawn_rate(self) -> float:
        """Earners that come in each second."""
        return self.earners / self.ramp if self.ramp else float(self.earners)
