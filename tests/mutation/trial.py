"""One run of scenarios against a miniature in this process."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from types import CodeType, FrameType
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from conformance.apis.registry import DEFAULT
from conformance.core.catalogue import requirements
from conformance.core.requirement import Level
from conformance.core.verdict import Outcome
from conformance.engine.runner import Runner, open_runner
from conformance.engine.scenario_run import ScenarioResult
from conformance.engine.session import RunOptions
from conformance.scenario.model import Scenario
from conformance.target.hooks import WaitingHooks
from conformance.target.opening import TargetOptions
from conformance.target.target import PagePaths
from tests.mutation.infection import Infections, instrument
from tests.mutation.loading import LIFE_SECONDS, Clock, Miniature, load
from tests.mutation.mutants import Mutant, codes, modules, mutants
from tests.mutation.wire import shape

SEED = 1
TIMEOUT_SECONDS = 15.0
"""For an answer: the miniatures give up on a slow host after five seconds."""
REACHABLE = ("127.0.0.1/32", "::1/128")
FORBIDDEN = "127.0.0.2"

Lines: TypeAlias = frozenset[tuple[str, int]]
"""Modules of the miniature, and lines in them."""


class End(StrEnum):
    """How the run against a mutant ended."""

    CAUGHT = "caught"
    """A MUST or a SHOULD failed."""
    UNCLEAR = "could not tell"
    """Nothing failed, but something could not be judged that can be judged of the original."""
    UNUSABLE = "unusable"
    """It does not start, or nobody can log in and push a badge: nothing is judged."""
    HUNG = "hung"
    SURVIVED = "survived"
    UNREACHED = "not reached"
    """No scenario runs the changed statement."""


@frozen
class Told:
    """The result of a run against a mutant."""

    end: End
    scenario: str = ""
    """Where it was caught."""
    requirements: tuple[str, ...] = ()
    """What failed there, or could not be told."""
    seen: tuple[str, ...] = ()
    """Of a survivor: the scenarios whose answers are not those of the original."""
    why: str = ""
    seconds: float = 0.0


@frozen
class Sound:
    """The measurement of one scenario with the original miniature."""

    seconds: float
    lines: Lines
    infected: frozenset[str]
    """Mutants that compute another value in it, of those that are watched."""
    shape: tuple[str, ...] | None
    """Its answers; ``None`` when they differ from run to run."""
    open: frozenset[str]
    """Requirements that are not told."""


NOTHING = Sound(0.0, frozenset(), frozenset(), None, frozenset())
"""What is known of a scenario that was not measured."""


@frozen
class Original:
    """The measurement of an original miniature."""

    scenarios: Mapping[str, Sound] = field(factory=dict)
    started: Lines = frozenset()
    """What is run before the first scenario: all of them need it."""
    watched: frozenset[str] = frozenset()
    """Mutants of which is known in which scenarios they compute another value."""

    def reaching(self, mutant: Mutant) -> list[str]:
        """The scenarios that could catch the mutant, the fastest first."""
        if mutant.name in self.watched:
            found = [
                name for name, sound in self.scenarios.items() if mutant.name in sound.infected
            ]
            return sorted(found, key=lambda name: self.scenarios[name].seconds)
        places = {(mutant.module, line) for line in mutant.place.lines}
        found = [name for name, sound in self.scenarios.items() if places & sound.lines]
        if not places or (not found and places & self.started):
            found = list(self.scenarios)
        return sorted(found, key=lambda name: self.scenarios[name].seconds)


@frozen
class Advancing(WaitingHooks):
    """The one hook of a miniature in this process: its clock."""

    clock: Clock = field(factory=Clock)

    @property
    def capabilities(self) -> frozenset[str]:
        """A clock."""
        return frozenset({"clock"})

    async def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.ahead += seconds


@contextmanager
def opened(miniature: Miniature, code: dict[str, CodeType]) -> Iterator[Runner]:
    """A runner for a miniature that has just been started."""
    clock = Clock()
    served: Any = load(miniature, code)
    backpack = served(
        expires=LIFE_SECONDS, clock=lambda: time.time() + clock.ahead, reachable=REACHABLE
    )
    pages = PagePaths(**getattr(served, miniature.paths)) if miniature.paths else PagePaths()
    with backpack:
        named = TargetOptions(backpack.root, pages=pages, forbidden_host=FORBIDDEN)
        options = RunOptions(target=named, seed=SEED, timeout=TIMEOUT_SECONDS, shrinking=0.0)
        with open_runner(DEFAULT, options) as runner:
            target = evolve(runner.target, hooks=Advancing(clock=clock))
            yield evolve(runner, session=evolve(runner.session, target=target))


def measure(miniature: Miniature, chosen: Sequence[Scenario], folder: str) -> Original:
    """Run the miniature as it is, and note what each scenario needs of it; once in a process.

    No scenario shares the first steps of another, since it needs what they need.

    Raises:
        RuntimeError: when the suite accuses it.
    """
    package = miniature.package
    tracer, watched = Tracer(folder), set[str]()
    for name in modules(package):
        own = [mutant for mutant in mutants(package) if mutant.module == name]
        watched.update(instrument(own[0].tree, own))
    infections = Infections(frozenset(watched))
    infections.install()
    found = {}
    with tracer.tracing(), opened(miniature, codes(package)) as runner:
        if runner.trouble is not None:
            raise RuntimeError(str(runner.trouble))
        started = frozenset(tracer.lines)
        for before, scenario in zip([None, *chosen], chosen, strict=False):
            if before is None or before.id != scenario.id:
                runner.shared_steps.forget()
            tracer.lines.clear()
            infections.seen.clear()
            began = time.perf_counter()
            result = runner.run(scenario)
            seconds = time.perf_counter() - began
            found[scenario.name] = Sound(
                seconds,
                frozenset(tracer.lines),
                frozenset(infections.seen),
                shape(result),
                frozenset(_open(result)),
            )
            if bad := _failed(result):
                raise RuntimeError(f"the sound miniature fails {bad} in {scenario.name}")
    return Original(found, started, infections.watched)


def attempt(
    miniature: Miniature,
    code: dict[str, CodeType],
    chosen: Sequence[Scenario],
    original: Original,
) -> Told:
    """Run scenarios against a mutant until one of them catches it."""
    open_: dict[str, str] = {}
    seen = []
    with opened(miniature, code) as runner:
        for scenario in chosen:
            if runner.trouble is not None:
                return Told(End.UNUSABLE, why=str(runner.trouble).splitlines()[0])
            result = runner.run(scenario)
            if result.trouble:
                return Told(End.UNCLEAR, scenario.name, why=result.trouble.strip().splitlines()[-1])
            if failed := _failed(result):
                return Told(End.CAUGHT, scenario.name, tuple(failed))
            sound = original.scenarios.get(scenario.name, NOTHING)
            for name in _open(result) - sound.open:
                open_.setdefault(name, scenario.name)
            if sound.shape not in (None, shape(result)):
                seen.append(scenario.name)
    end = End.UNCLEAR if open_ else End.SURVIVED
    first = next(iter(open_.values()), "")
    return Told(end, first, tuple(sorted(open_)), tuple(seen))


def _failed(result: ScenarioResult) -> list[str]:
    """The failed requirements that bind; a MAY does not."""
    return sorted(name for name in result.failed if requirements()[name].level is not Level.MAY)


def _open(result: ScenarioResult) -> set[str]:
    open_ = (Outcome.CANT_TELL, Outcome.UNTESTED)
    return {finding.requirement for finding in result.findings if finding.outcome in open_}


@frozen
class Tracer:
    """Notes which lines of some files are run, in threads that start while it traces."""

    folder: str
    lines: set[tuple[str, int]] = field(factory=set)

    @contextmanager
    def tracing(self) -> Iterator[None]:
        """Trace all threads that are started in the block."""
        threading.settrace(self._trace)
        try:
            yield
        finally:
            threading.settrace(None)

    def _trace(self, frame: FrameType, _event: str, _arg: object) -> Callable[..., Any] | None:
        return self._line if frame.f_code.co_filename.startswith(self.folder) else None

    def _line(self, frame: FrameType, _event: str, _arg: object) -> Callable[..., Any]:
        file = frame.f_code.co_filename
        self.lines.add((file[len(self.folder) + 1 : -3], frame.f_lineno))
        return self._line
