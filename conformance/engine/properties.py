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
from conformance.engine.scenario_run import Result
from conformance.scenario.language import Language
from conformance.scenario.model import Scenario
from conformance.scenario.references import resolve

MOST_SHRINKS = 150
"""How many further examples are tried to make a failing one smaller."""

Once = Callable[[Mapping[str, Any]], Result]
Drawn = st.SearchStrategy[dict[str, Any]]


@frozen
class Budget:
    """How much one property may cost; time ends it on a target that is slow or hangs."""

    count: int
    """Examples."""
    seed: int = 0
    seconds: float = 60.0
    """After which no further example is tried."""
    shrinking: float = 30.0
    """Seconds after which failing examples are not made smaller any more."""


PATIENCE: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"quick": (60.0, 30.0), "ci": (600.0, 120.0), "soak": (6 * 3600.0, 600.0)}
)
"""Seconds for trying and for shrinking, by the name of the budget."""


@define
class Search:
    """One hunt for examples that break a property."""

    scenario: Scenario
    once: Once
    clock: Callable[[], float] = time.monotonic
    tried: int = 0
    failing: dict[bytes, frozenset[str]] = field(factory=dict)
    """The requirements that an example fails, by the digest of what was drawn."""
    shown: dict[bytes, Result] = field(factory=dict)
    """Failing examples that may have to be shown."""
    first: dict[str, Result] = field(factory=dict)
    """The first result that fails a requirement."""
    good: dict[str, Finding] = field(factory=dict)
    """The first passed finding of each requirement."""
    sound: Result | None = None
    """A result in which everything passed, to show when nothing fails."""
    open: dict[str, tuple[Finding, Result]] = field(factory=dict)
    """Findings that say why a requirement could not be judged, though nothing failed."""
    hidden: dict[str, tuple[Finding, Result]] = field(factory=dict)
    """The same, where something else had failed before: they are untested, and not in doubt."""
    secrets: Secrets = field(factory=Secrets)
    """Those of all examples."""

    def run(self, drawn: Mapping[str, Any]) -> frozenset[str]:
        """Try an example, unless that has been done; the requirements that it fails."""
        key = digest(drawn)
        if key in self.failing:
            return self.failing[key]
        result = self.once(drawn)
        self.secrets.join(result.secrets)
        self.failing[key] = result.failed
        if result.failed:
            self.shown[key] = result
        elif all(one.outcome is Outcome.PASSED for one in result.findings):
            self.sound = result
        for finding in result.findings:
            self._note(finding, result)
        return result.failed

    def _note(self, finding: Finding, result: Result) -> None:
        match finding.outcome:
            case Outcome.FAILED:
                self.first.setdefault(finding.requirement, result)
            case Outcome.PASSED:
                self.good.setdefault(finding.requirement, finding)
            case _:
                unjudged = self.hidden if result.failed else self.open
                unjudged.setdefault(finding.requirement, (finding, result))

    def result(self, drawn: Mapping[str, Any], requirement: str) -> Result:
        """What an example that fails a requirement led to."""
        return self.shown.get(digest(drawn), self.first[requirement])


def digest(drawn: Mapping[str, Any]) -> bytes:
    """What stands for an example: of thousands of large ones nothing else is kept."""
    return hashlib.sha256(repr(drawn).encode(errors="surrogatepass")).digest()


def explore(
    language: Language,
    scenario: Scenario,
    once: Once,
    budget: Budget,
    memory: Memory,
    clock: Callable[[], float] = time.monotonic,
) -> Result:
    """Try as many examples as the budget says; for each failure the smallest that shows it."""
    search = Search(scenario, once, clock)
    row = {"each": scenario.of_row}
    strategy = st.fixed_dictionaries(
        {name: _strategy(language, resolve(entry, row)) for name, entry in scenario.for_all.items()}
    )
    smallest = dict(_replayed(search, memory))
    _survey(strategy, search, budget)
    over = search.clock() + budget.shrinking
    for name in scenario.requirements:
        if name in search.first and name not in smallest:
            smallest[name] = _smallest(strategy, search, name, budget, over)
            memory.learn(scenario, name, smallest[name].drawn)
    smallest = {**search.first, **smallest}  # a crash fails what the scenario does not name
    return _merged(search, smallest)


def _strategy(language: Language, entry: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    parameters = {name: value for name, value in entry.items() if name != "strategy"}
    strategy: Drawn = language.strategies[entry["strategy"]].draw(**parameters)
    return strategy


def _replayed(search: Search, memory: Memory) -> Iterator[tuple[str, Result]]:
    """The examples that failed last time, and fail again; others are forgotten."""
    for name in search.scenario.requirements:
        example = memory.recall(search.scenario, name)
        if example is None:
            continue
        if name in search.run(example):
            yield name, search.result(example, name)
        else:
            memory.forget(search.scenario, name)


def _survey(strategy: Drawn, search: Search, budget: Budget) -> None:
    """Try examples until all are tried, everything has failed, or time is over."""
    over = search.clock() + budget.seconds
    everything = set(search.scenario.requirements)

    def enough(drawn: Mapping[str, Any]) -> bool:
        if search.clock() > over or (everything and everything <= search.first.keys()):
            return True
        search.tried += digest(drawn) not in search.failing
        search.run(drawn)
        return False

    _find(strategy, enough, budget, Phase.generate)


def _smallest(strategy: Drawn, search: Search, name: str, budget: Budget, over: float) -> Result:
    """The smallest example that fails a requirement: drawn as before, and then shrunk."""
    known = len(search.failing)
    smallest = [search.first[name]]

    def fails(drawn: Mapping[str, Any]) -> bool:
        is_new = digest(drawn) not in search.failing
        if is_new and (len(search.failing) - known >= MOST_SHRINKS or search.clock() > over):
            raise Spent
        if name not in search.run(drawn):
            return False
        smallest.append(search.result(drawn, name))
        return True

    with contextlib.suppress(Spent):
        _find(strategy, fails, budget, Phase.generate, Phase.shrink)
    return smallest[-1]


class Spent(BaseException):
    """Enough was tried. Hypothesis takes any lesser exception for one more failure to shrink."""


def _find(
    strategy: Drawn, fails: Callable[[Mapping[str, Any]], bool], budget: Budget, *phases: Phase
) -> Mapping[str, Any] | None:
    how = settings(
        max_examples=budget.count,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    seeded = Random(budget.seed)  # noqa: S311 - the seed makes a run repeatable
    try:
        return find(
            strategy.map(Unseen), lambda one: fails(one.drawn), random=seeded, settings=how
        ).drawn
    except NoSuchExample:
        return None


class Unseen:
    """An example that Hypothesis need not write out: it warns of those that are long."""

    def __init__(self, drawn: Mapping[str, Any]) -> None:
        self.drawn = drawn


def _merged(search: Search, smallest: Mapping[str, Result]) -> Result:
    """One result of many: what passed, what failed, and the exchanges that show it."""
    telling = Telling(search.sound if not smallest and not search.open else None)
    for name in dict.fromkeys((*search.scenario.requirements, *smallest, *search.good)):
        if name in smallest:
            telling.accuse(name, smallest[name])
        elif name in search.open:
            telling.tell(*search.open[name])
        elif name in search.good:
            telling.praise(search.good[name])
        elif name in search.hidden:
            finding, result = search.hidden[name]
            telling.tell(evolve(finding, outcome=Outcome.UNTESTED, reason=_cut(result)), result)
    accused = next(iter(smallest.values()), None)
    return Result(
        search.scenario,
        tuple(telling.findings),
        telling.exchanges,
        secrets=search.secrets,
        drawn=accused.drawn if accused else {},
        examples=search.tried,
        trouble=next((one.trouble for one in telling.results if one.trouble), ""),
    )


def _cut(result: Result) -> str:
    """Why an example that failed says nothing of the rest: it is no reason to doubt that."""
    return f"no example came so far: they ended where {', '.join(sorted(result.failed))} failed"


@define
class Telling:
    """The findings that are told of a property, with the exchanges of their examples in one log."""

    sound: Result | None
    """What is shown when all is well."""
    findings: list[Finding] = field(factory=list)
    results: list[Result] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.results += [self.sound] if self.sound else []

    @property
    def exchanges(self) -> tuple[Any, ...]:
        """All exchanges, numbered anew."""
        every = [one for result in self.results for one in result.exchanges]
        return tuple(evolve(one, number=number) for number, one in enumerate(every, start=1))

    def accuse(self, requirement: str, result: Result) -> None:
        """Tell all failures of a requirement that an example shows."""
        for finding in result.findings:
            if finding.requirement == requirement and finding.outcome is Outcome.FAILED:
                self.tell(finding, result)

    def tell(self, finding: Finding, result: Result) -> None:
        """Tell a finding with its example and its exchange."""
        before = 0
        for one in self.results:
            if one is result:
                break
            before += len(one.exchanges)
        else:
            self.results.append(result)
        number = finding.exchange and finding.exchange + before
        self.findings.append(evolve(finding, exchange=number, example=result.drawn))

    def praise(self, finding: Finding) -> None:
        """Tell a finding that passed; its exchange only where that is shown."""
        passed = self.sound.findings if self.sound else ()
        same = [one for one in passed if one.requirement == finding.requirement]
        self.findings.append(same[0] if same else evolve(finding, exchange=None))
