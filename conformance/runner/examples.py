"""Properties: run a scenario for many drawn examples, and shrink the ones that fail."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from attrs import define, evolve, field
from hypothesis import HealthCheck, Phase, Verbosity, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from conformance.drawing.strategies import STRATEGIES
from conformance.redaction import Secrets
from conformance.runner.run import Result
from conformance.values.scenario import Scenario
from conformance.values.verdict import Finding, Outcome

MOST_SHRINKS = 150
"""How many further examples are tried to make a failing one smaller."""

Once = Callable[[Mapping[str, Any]], Result]


@define
class Search:
    """One hunt for examples that break a property."""

    once: Once
    tried: int = 0
    good: dict[str, Finding] = field(factory=dict)
    """The first passed finding of each requirement."""
    sound: Result | None = None
    """A result in which everything passed, to show when nothing fails."""
    known: frozenset[str] = frozenset()
    """Requirements whose failure has been found already."""
    seen: dict[str, Result] = field(factory=dict)
    shrinks: int = 0
    secrets: Secrets = field(factory=Secrets)
    """Those of all examples."""

    def breaks(self, drawn: Mapping[str, Any]) -> bool:
        """Whether an example shows something that is not known yet."""
        key = repr(drawn)
        if key not in self.seen:
            if self.shrinks > MOST_SHRINKS:
                return False
            self.seen[key] = self._run(drawn)
        news = not_passed(self.seen[key]) - self.known
        self.shrinks += 1 if news or self.shrinks else 0
        return bool(news)

    def _run(self, drawn: Mapping[str, Any]) -> Result:
        result = self.once(drawn)
        self.tried += 1
        self.secrets.join(result.secrets)
        for finding in result.findings:
            if finding.outcome is Outcome.PASSED:
                self.good.setdefault(finding.requirement, finding)
        if not not_passed(result):
            self.sound = result
        return result

    def accuse(self, drawn: Mapping[str, Any]) -> Result:
        """The result of a failing example; its failures are known from now on."""
        result = self.seen[repr(drawn)]
        self.known |= not_passed(result)
        self.shrinks = 0
        return result


def not_passed(result: Result) -> frozenset[str]:
    """The requirements that an example did not pass."""
    return frozenset(f.requirement for f in result.findings if f.outcome is not Outcome.PASSED)


def explore(scenario: Scenario, once: Once, count: int, seed: int) -> Result:
    """Try ``count`` examples; for each failure the smallest example that shows it."""
    search = Search(once)
    strategy = st.fixed_dictionaries(
        {name: _strategy(entry) for name, entry in scenario.for_all.items()}
    )
    broken: list[Result] = []
    while (found := _smallest(strategy, search, count, seed)) is not None:
        broken.append(search.accuse(found))
    return _merged(scenario, search, broken)


def _strategy(entry: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    parameters = {name: value for name, value in entry.items() if name != "strategy"}
    return STRATEGIES[entry["strategy"]](**parameters)


def _smallest(
    strategy: st.SearchStrategy[dict[str, Any]], search: Search, count: int, seed: int
) -> Mapping[str, Any] | None:
    try:
        return find(
            strategy,
            search.breaks,
            random=Random(seed),  # noqa: S311 - the seed makes a run repeatable
            settings=settings(
                max_examples=count,
                database=None,
                deadline=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
                verbosity=Verbosity.quiet,
            ),
        )
    except NoSuchExample:
        return None


def _merged(scenario: Scenario, search: Search, broken: list[Result]) -> Result:
    """One result of many: what passed, what failed, and the exchanges that show it."""
    accused = frozenset().union(*map(not_passed, broken))
    if not broken:
        shown = search.sound or Result(scenario, ())
        return evolve(
            shown,
            findings=tuple(search.good.values()),
            examples=search.tried,
            secrets=search.secrets,
        )
    findings = [one for name, one in search.good.items() if name not in accused]
    told: set[str] = set()
    exchanges = list(broken[0].exchanges)
    for position, result in enumerate(broken):
        offset = 0
        if position:
            offset = len(exchanges)
            exchanges += [evolve(one, number=one.number + offset) for one in result.exchanges]
        for one in result.findings:
            if one.outcome is not Outcome.PASSED and one.requirement not in told:
                number = one.exchange + offset if one.exchange else None
                findings.append(evolve(one, exchange=number))
        told |= not_passed(result)
    return evolve(
        broken[0],
        findings=tuple(findings),
        exchanges=tuple(exchanges),
        examples=search.tried,
        secrets=search.secrets,
    )
