"""Properties: run a scenario for many drawn examples, and shrink the ones that fail."""

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from random import Random
from types import MappingProxyType
from typing import Any

from attrs import define, evolve, field, frozen
from hypothesis import HealthCheck, Phase, Verbosity, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from conformance.core.redaction.secrets import Secrets
from conformance.core.verdict import Finding, Outcome
from conformance.engine.memory import Memory
from conformance.engine.scenario_run import ScenarioResult
from conformance.scenario.language import Language
from conformance.scenario.model import Scenario
from conformance.scenario.references import resolve

MOST_SHRINKS = 150
"""How many further examples are tried to make a failing one smaller."""

RunExample = Callable[[Mapping[str, Any]], ScenarioResult]
Drawn = st.SearchStrategy[dict[str, Any]]


@frozen
class Budget:
    """How much one property may cost; the time limits matter for a slow or hanging target."""

    count: int
    """Examples."""
    seed: int = 0
    seconds: float = 60.0
    """After which no further example is tried."""
    shrinking: float = 30.0
    """Seconds after which failing examples are no longer shrunk."""


TIME_LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"quick": (60.0, 30.0), "ci": (600.0, 120.0), "soak": (6 * 3600.0, 600.0)}
)
"""Seconds for trying and for shrinking, by the name of the budget."""


@define
class Search:
    """A search for examples that break a property."""

    scenario: Scenario
    run_example: RunExample
    clock: Callable[[], float] = time.monotonic
    count: int = 0
    """How many examples were tried."""
    failing: dict[bytes, frozenset[str]] = field(factory=dict)
    """The requirements that an example fails, by the digest of what was drawn."""
    results: dict[bytes, ScenarioResult] = field(factory=dict)
    """Results of failing examples, by the same digest."""
    first: dict[str, ScenarioResult] = field(factory=dict)
    """The first result that fails a requirement."""
    passed: dict[str, Finding] = field(factory=dict)
    """The first passed finding of each requirement."""
    sound: ScenarioResult | None = None
    """A result in which everything passed, to show when nothing fails."""
    open: dict[str, tuple[Finding, ScenarioResult]] = field(factory=dict)
    """Findings that say why a requirement could not be judged, though nothing failed."""
    hidden: dict[str, tuple[Finding, ScenarioResult]] = field(factory=dict)
    """The same after another failure: those requirements are untested, and not in doubt."""
    secrets: Secrets = field(factory=Secrets)
    """The secrets of all examples."""

    def run(self, drawn: Mapping[str, Any]) -> frozenset[str]:
        """The requirements that an example fails; an example is run only once."""
        key = digest(drawn)
        if key in self.failing:
            return self.failing[key]
        result = self.run_example(drawn)
        self.secrets.join(result.secrets)
        self.failing[key] = result.failed
        if result.failed:
            self.results[key] = result
        elif all(finding.outcome is Outcome.PASSED for finding in result.findings):
            self.sound = result
        for finding in result.findings:
            self._note(finding, result)
        return result.failed

    def _note(self, finding: Finding, result: ScenarioResult) -> None:
        match finding.outcome:
            case Outcome.FAILED:
                self.first.setdefault(finding.requirement, result)
            case Outcome.PASSED:
                self.passed.setdefault(finding.requirement, finding)
            case _:
                unjudged = self.hidden if result.failed else self.open
                unjudged.setdefault(finding.requirement, (finding, result))

    def result(self, drawn: Mapping[str, Any], requirement: str) -> ScenarioResult:
        """The result of an example that fails a requirement."""
        return self.results.get(digest(drawn), self.first[requirement])


def digest(drawn: Mapping[str, Any]) -> bytes:
    """The key of an example: thousands of large examples would take too much memory."""
    return hashlib.sha256(repr(drawn).encode(errors="surrogatepass")).digest()


def explore(
    language: Language,
    scenario: Scenario,
    run_example: RunExample,
    budget: Budget,
    memory: Memory,
    clock: Callable[[], float] = time.monotonic,
) -> ScenarioResult:
    """Try as many examples as the budget allows, and find the smallest for each failure.

    Raises:
        TypeError, ValueError: when a strategy does not accept the parameters of the scenario.
    """
    search = Search(scenario, run_example, clock)
    row = {"each": scenario.of_row}
    strategy = st.fixed_dictionaries(
        {name: _strategy(language, resolve(entry, row)) for name, entry in scenario.for_all.items()}
    )
    smallest = dict(_replayed(search, memory))
    _survey(strategy, search, budget)
    deadline = search.clock() + budget.shrinking
    for name in scenario.requirements:
        if name in search.first and name not in smallest:
            smallest[name] = _smallest(strategy, search, name, budget, deadline)
            memory.learn(scenario, name, smallest[name].drawn, search.secrets)
    smallest = {**search.first, **smallest}  # a crash fails what the scenario does not name
    return _merged(search, smallest)


def _strategy(language: Language, entry: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    parameters = {name: value for name, value in entry.items() if name != "strategy"}
    strategy: Drawn = language.strategies[entry["strategy"]].draw(**parameters)
    return strategy


def _replayed(search: Search, memory: Memory) -> Iterator[tuple[str, ScenarioResult]]:
    """The stored examples that fail again; those that pass are deleted."""
    for name in search.scenario.requirements:
        for example in memory.recall(search.scenario, name):
            if name in search.run(example):
                yield name, search.result(example, name)
                break
            if name not in search.passed or name in search.open or name in search.hidden:
                break  # perhaps it was not judged, and still fails
            memory.forget(search.scenario, name, example)


def _survey(strategy: Drawn, search: Search, budget: Budget) -> None:
    """Try examples until all are tried, every requirement has failed, or time is over."""
    deadline = search.clock() + budget.seconds
    requirements = set(search.scenario.requirements)

    def is_enough(drawn: Mapping[str, Any]) -> bool:
        all_failed = requirements and requirements <= search.first.keys()
        if search.clock() > deadline or all_failed:
            return True
        search.count += digest(drawn) not in search.failing
        search.run(drawn)
        return False

    _find(strategy, is_enough, budget, Phase.generate)


def _smallest(
    strategy: Drawn, search: Search, name: str, budget: Budget, deadline: float
) -> ScenarioResult:
    """The smallest example that fails a requirement: drawn as before, and then shrunk."""
    known = len(search.failing)
    smallest = [search.first[name]]

    def fails(drawn: Mapping[str, Any]) -> bool:
        is_new = digest(drawn) not in search.failing
        if is_new and (len(search.failing) - known >= MOST_SHRINKS or search.clock() > deadline):
            raise LimitReached
        if name not in search.run(drawn):
            return False
        smallest.append(search.result(drawn, name))
        return True

    with contextlib.suppress(LimitReached):
        _find(strategy, fails, budget, Phase.generate, Phase.shrink)
    return smallest[-1]


class LimitReached(BaseException):
    """Enough was tried. Hypothesis would take an `Exception` for one more failure to shrink."""


def _find(
    strategy: Drawn, fails: Callable[[Mapping[str, Any]], bool], budget: Budget, *phases: Phase
) -> None:
    """Let Hypothesis search for an example that fails, and shrink it."""
    search_settings = settings(
        max_examples=budget.count,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    seeded = Random(budget.seed)  # noqa: S311 - the seed makes a run repeatable
    with contextlib.suppress(NoSuchExample):
        find(
            strategy.map(OpaqueExample),
            lambda example: fails(example.drawn),
            random=seeded,
            settings=search_settings,
        )


class OpaqueExample:
    """An example that Hypothesis cannot print: it warns of examples whose text is long."""

    def __init__(self, drawn: Mapping[str, Any]) -> None:
        self.drawn = drawn


def _merged(search: Search, smallest: Mapping[str, ScenarioResult]) -> ScenarioResult:
    """One result of many: what passed, what failed, and the exchanges that show it."""
    collector = FindingCollector(search.sound if not smallest and not search.open else None)
    for name in dict.fromkeys((*search.scenario.requirements, *smallest, *search.passed)):
        if name in smallest:
            collector.add_failures(name, smallest[name])
        elif name in search.open:
            collector.add(*search.open[name])
        elif name in search.passed:
            collector.add_passed(search.passed[name])
        elif name in search.hidden:
            finding, result = search.hidden[name]
            untested = evolve(finding, outcome=Outcome.UNTESTED, reason=_not_reached(result))
            collector.add(untested, result)
    failed = next(iter(smallest.values()), None)
    return ScenarioResult(
        search.scenario,
        tuple(collector.findings),
        collector.exchanges,
        secrets=search.secrets,
        drawn=failed.drawn if failed else {},
        examples=search.count,
        trouble=next((result.trouble for result in collector.results if result.trouble), ""),
    )


def _not_reached(result: ScenarioResult) -> str:
    """Why a failing example says nothing of the requirements after the failure."""
    return f"no example reached this step: all ended when {', '.join(sorted(result.failed))} failed"


@define
class FindingCollector:
    """The findings of a property, with the exchanges of their examples in one log."""

    sound: ScenarioResult | None
    """The result that is shown when everything passed."""
    findings: list[Finding] = field(factory=list)
    results: list[ScenarioResult] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.results += [self.sound] if self.sound else []

    @property
    def exchanges(self) -> tuple[Any, ...]:
        """All exchanges, numbered anew."""
        exchanges = [exchange for result in self.results for exchange in result.exchanges]
        return tuple(
            evolve(exchange, number=number) for number, exchange in enumerate(exchanges, start=1)
        )

    def add_failures(self, requirement: str, result: ScenarioResult) -> None:
        """Add all failures of a requirement in the result of an example."""
        for finding in result.findings:
            if finding.requirement == requirement and finding.outcome is Outcome.FAILED:
                self.add(finding, result)

    def add(self, finding: Finding, result: ScenarioResult) -> None:
        """Add a finding with its example and its exchange."""
        before = 0
        for earlier in self.results:
            if earlier is result:
                break
            before += len(earlier.exchanges)
        else:
            self.results.append(result)
        number = finding.exchange and finding.exchange + before
        self.findings.append(evolve(finding, exchange=number, example=result.drawn))

    def add_passed(self, finding: Finding) -> None:
        """Add a passed finding; with its exchange only when that is shown."""
        passed = self.sound.findings if self.sound else ()
        shown = [each for each in passed if each.requirement == finding.requirement]
        self.findings.append(shown[0] if shown else evolve(finding, exchange=None))
