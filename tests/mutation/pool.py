"""Runs against mutants, each in a forked process of its own, several at a time."""

import os
import signal
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from attrs import define, evolve, field

from conformance.scenario.model import Scenario
from tests.mutation.loading import MINIATURES
from tests.mutation.mutants import MINIATURES as FOLDER
from tests.mutation.mutants import Mutant, codes
from tests.mutation.trial import End, Original, Told, attempt, measure

FORK = get_context("fork")
LIMIT_SECONDS = 120.0
"""For one mutant: a whole run takes fifteen seconds on an idle machine."""
FIRST = 4
"""So many scenarios that caught other mutants of the same function are tried first."""


def original(package: str, scenarios: Sequence[Scenario]) -> Original:
    """Measure a miniature as it is.

    A scenario whose answers are not alike in two runs tells nothing by its answers.

    Raises:
        RuntimeError: when the suite accuses it.
    """
    folder = str(FOLDER / package)
    first: Original
    second: Original
    first, second = (_alone(measure, MINIATURES[package], scenarios, folder) for _ in range(2))
    stable = {
        name: sound if sound.shape == second.scenarios[name].shape else evolve(sound, shape=None)
        for name, sound in first.scenarios.items()
    }
    return evolve(first, scenarios=stable)


def _alone(work: Callable[..., Any], *arguments: Any) -> Any:
    """What a function returns in a forked process.

    Raises:
        RuntimeError: when it fails there.
    """
    job = _start(work, *arguments)
    try:
        ended, value = job.receive()
    finally:
        job.end()
    if not ended:
        raise RuntimeError(value)
    return value


@define
class Job:
    """A forked process, and the pipe for its result."""

    process: Any
    pipe: Connection
    until: float
    mutant: Mutant | None = None
    started: float = field(factory=time.monotonic)

    def receive(self) -> tuple[bool, Any]:
        """Whether it came to an end, and what it found, or what hindered it."""
        try:
            received: tuple[bool, Any] = self.pipe.recv()
        except EOFError:
            return False, "the process died"
        return received

    def end(self) -> None:
        """End it, and what it started."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            self.process.kill()
        self.process.join()
        self.pipe.close()


def _start(work: Callable[..., Any], *arguments: Any) -> Job:
    ours, theirs = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_child, args=(theirs, work, arguments), daemon=True)
    with warnings.catch_warnings():  # the child uses nothing of the threads of this process
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    theirs.close()
    return Job(process, ours, time.monotonic() + LIMIT_SECONDS)


def _child(pipe: Connection, work: Callable[..., Any], arguments: Sequence[Any]) -> None:
    os.setpgid(0, 0)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    try:
        pipe.send((True, work(*arguments)))
    except BaseException as error:  # noqa: BLE001 - a mutant may fail in any way
        pipe.send((False, f"{type(error).__name__}: {error}"[:300]))
    os._exit(0)


@define
class Pool:
    """Tries mutants; learns which scenarios catch the mutants of a function."""

    originals: Mapping[str, Original]
    scenarios: Mapping[str, Scenario]
    jobs: int
    _catchers: dict[tuple[str, str], Counter[str]] = field(
        factory=lambda: defaultdict(Counter), init=False
    )

    def tried(
        self, mutants: Sequence[Mutant], hints: Mapping[str, str]
    ) -> Iterator[tuple[Mutant, Told]]:
        """What became of each mutant, as it becomes known.

        ``hints`` name the scenarios that caught mutants in an earlier run.
        """
        waiting, running = list(reversed(mutants)), list[Job]()
        try:
            while waiting or running:
                while waiting and len(running) < self.jobs:
                    mutant = waiting.pop()
                    reaching = self.originals[mutant.package].reaching(mutant)
                    if reaching:
                        running.append(self._try(mutant, self._ordered(mutant, reaching, hints)))
                    else:
                        yield mutant, Told(End.UNREACHED)
                for job in self._ended(running):
                    running.remove(job)
                    yield self._told(job)
        finally:
            for job in running:
                job.end()

    def attempt(self, mutant: Mutant, chosen: Sequence[Scenario]) -> Told:
        """Try one mutant with these scenarios."""
        job = self._try(mutant, chosen)
        self._ended([job])
        return self._told(job)[1]

    def _ordered(
        self, mutant: Mutant, reaching: list[str], hints: Mapping[str, str]
    ) -> list[Scenario]:
        catchers = self._catchers[mutant.module, mutant.place.owner]
        first = [hints.get(mutant.name, ""), *(name for name, _ in catchers.most_common(FIRST))]
        names = dict.fromkeys([name for name in first if name in reaching] + reaching)
        return [self.scenarios[name] for name in names]

    def _try(self, mutant: Mutant, chosen: Sequence[Scenario]) -> Job:
        job = _start(_attempt, mutant, chosen, self.originals[mutant.package])
        job.mutant = mutant
        return job

    def _ended(self, running: list[Job]) -> list[Job]:
        soonest = min(job.until for job in running) - time.monotonic()
        ready = wait([job.pipe for job in running], timeout=max(0.0, soonest))
        over = time.monotonic()
        return [job for job in running if job.pipe in ready or job.until <= over]

    def _told(self, job: Job) -> tuple[Mutant, Told]:
        mutant = job.mutant
        assert mutant is not None
        seconds = round(time.monotonic() - job.started, 2)
        if job.pipe.poll():
            ended, found = job.receive()
            trial = found if ended else Told(End.UNUSABLE, why=str(found))
        else:
            trial = Told(End.HUNG)
        job.end()
        if trial.end is End.CAUGHT:
            self._catchers[mutant.module, mutant.place.owner][trial.scenario] += 1
        return mutant, evolve(trial, seconds=seconds)


def _attempt(mutant: Mutant, chosen: Sequence[Scenario], measured: Original) -> Told:
    miniature = MINIATURES[mutant.package]
    return attempt(miniature, codes(mutant.package, mutant), chosen, measured)
