"""One run of all scenarios against one target, for what it says of the suite."""

from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache
from typing import TypeAlias

from attrs import evolve, frozen

from conformance.apis.registry import APIS
from conformance.core.api import api_facts
from conformance.core.catalogue import about, of_role, requirement, requirements
from conformance.core.requirement import Subject
from conformance.core.verdict import Finding, Outcome, RunVerdict, judge, run_verdict
from conformance.engine.runner import open_runner
from conformance.engine.scenario_run import ScenarioResult
from conformance.engine.session import TIMEOUT_SECONDS, RunOptions
from conformance.scenario.language import PLAY
from conformance.scenario.load import shipped_rows
from conformance.scenario.model import Scenario
from conformance.selftest.score import DefectTrial
from conformance.target.mock import defects, reached
from conformance.target.opening import TargetOptions

SEED = 1
HURRY_SECONDS = 4.0
STORIES = 150
"""So many of them are played where nothing else finds a defect."""
FEW = 3
"""Examples that are tried first of a property about a defect; of any other, one."""
QUICK = "quick"
"""The budget of a run for which nobody has chosen one."""
Reach: TypeAlias = Mapping[str, frozenset[str]]
"""From the name of a scenario to the defects of the mock that could act in it."""


@frozen
class TrialRun:
    """The verdict and the results of a run against one target."""

    verdict: RunVerdict
    results: Sequence[ScenarioResult]

    def having(self, outcome: Outcome) -> frozenset[str]:
        """The requirements with a finding of this outcome."""
        return frozenset(
            finding.requirement
            for result in self.results
            for finding in result.findings
            if finding.outcome is outcome
        )


@cache
def scenarios(api: str) -> Sequence[Scenario]:
    """All shipped scenarios of an API, one for each row."""
    return shipped_rows(APIS[api].language)


def defects_of(api: str) -> list[str]:
    """The names of the mock's defects that break requirements of an API, and show in scenarios."""
    return [name for name in defects() if broken_by(name, api) and not defects()[name].needs_load]


def load_defects_of(api: str) -> list[str]:
    """The names of those that show only under load, where scenarios see nothing of them."""
    return [name for name in defects() if broken_by(name, api) and defects()[name].needs_load]


def broken_by(defect: str, api: str) -> frozenset[str]:
    """The requirements of an API that a defect breaks; some defects break those of several."""
    entry = defects()[defect]
    if api not in entry.apis:
        return frozenset()
    return frozenset(name for name in entry.breaks if api in requirement(name).apis)


def scenarios_for(api: str, breaks: Iterable[str]) -> list[Scenario]:
    """The scenarios to run against a defect: slow ones only when it is about them."""
    broken = frozenset(breaks)
    targeted = broken if broken & slow_requirements(api) else frozenset[str]()
    return [
        scenario
        for scenario in scenarios(api)
        if not is_slow(scenario) or targeted.intersection(scenario.requirements)
    ]


def slow_requirements(api: str) -> frozenset[str]:
    """Requirements whose scenarios need a browser, or patience."""
    return about(Subject.BROWSER, Subject.PATIENCE, api=api)


NEVER_ENDING = ("drips", "endless")
"""Words in what a step says by which a document never ends."""


def is_slow(scenario: Scenario) -> bool:
    """Whether it needs a browser, or waits for a target that gives up late."""
    written = " ".join(str(step.arguments) for step in scenario.steps)
    return "browser" in scenario.needs or any(word in written for word in NEVER_ENDING)


def is_story(scenario: Scenario) -> bool:
    """Whether what happens is drawn."""
    return any(step.verb == PLAY for step in scenario.steps)


def _options(
    target: TargetOptions, timeout: float = TIMEOUT_SECONDS, examples: int | None = None
) -> RunOptions:
    return RunOptions(
        target=target,
        seed=SEED,
        timeout=timeout,
        examples=examples,
        shrinking=0.0,
        is_shown=False,
    )


def run_all(
    api: str,
    target: TargetOptions,
    chosen: Iterable[Scenario],
    timeout: float = TIMEOUT_SECONDS,
    examples: int | None = None,
) -> TrialRun:
    """Run scenarios against a target, one after the other.

    Raises:
        RuntimeError: when the suite itself failed.
    """
    with open_runner(APIS[api], _options(target, timeout, examples)) as runner:
        if runner.trouble is not None:
            return TrialRun(RunVerdict.COULD_NOT_TELL, ())
        results = [runner.run(scenario) for scenario in chosen]
    for result in results:
        if result.trouble:
            raise RuntimeError(f"{result.scenario.name}: the suite itself failed\n{result.trouble}")
    judgements = judge(of_role("backpack", api), _by_requirement(results))
    return TrialRun(run_verdict(judgements, strict=False), results)


def _by_requirement(results: Iterable[ScenarioResult]) -> Mapping[str, Sequence[Finding]]:
    findings: dict[str, list[Finding]] = {}
    for result in results:
        for finding in result.findings:
            findings.setdefault(finding.requirement, []).append(finding)
    return findings


def reach(api: str) -> Reach:
    """What each scenario reaches of the mock, found with the mock as it is.

    A defect changes nothing before the behaviour that it replaces is asked for. A scenario that
    never asks for it says of a mock with the defect what it says of the mock without. No scenario
    shares the first steps of another here, since it reaches what they reach.
    """
    reached_by: dict[str, frozenset[str]] = {}
    names: set[str] = set()
    before = ""
    options = _options(TargetOptions("mock"))
    with reached(names), open_runner(APIS[api], options) as runner:
        for scenario in _hurried(scenarios_for(api, ()), requirements()):
            if scenario.id != before:
                runner.shared_steps.forget()
            before = scenario.id
            names.clear()
            runner.run(scenario)
            reached_by[scenario.name] = frozenset(names)
    return reached_by


def _hurried(chosen: Iterable[Scenario], about: Container[str]) -> list[Scenario]:
    """The scenarios with few examples; with one, where they are not about these requirements."""
    counts = {True: FEW, False: 1}
    return [
        evolve(
            scenario, examples={QUICK: counts[any(name in about for name in scenario.requirements)]}
        )
        for scenario in chosen
    ]


def try_defect(api: str, name: str, reach: Reach) -> DefectTrial:
    """Run the suite of an API against the mock with one defect: the scenarios that reach it.

    Properties try few examples at first, and as many as in any run where that was too few.
    """
    facts = api_facts(api).selftest
    breaks = broken_by(name, api)
    timeout = HURRY_SECONDS if name == facts.never_ends else TIMEOUT_SECONDS
    target, chosen = TargetOptions(f"mock:{name}"), scenarios_for(api, breaks)
    reaching = [scenario for scenario in chosen if name in reach.get(scenario.name, {name})]
    failed = run_all(api, target, _hurried(reaching, breaks), timeout).having(Outcome.FAILED)
    if failed < breaks:
        drawn = [
            scenario
            for scenario in chosen
            if scenario.for_all and breaks.intersection(scenario.requirements)
        ]
        many = STORIES if name in facts.only_in_stories else None
        failed |= run_all(api, target, drawn, timeout, many).having(Outcome.FAILED)
    return DefectTrial(name, defects()[name].does, breaks, failed - (facts.unmet - breaks))


def try_the_sound_mock(api: str) -> DefectTrial:
    """Run the suite against the mock without a defect; what is inconclusive counts as failed."""
    run = run_all(api, TargetOptions("mock"), scenarios(api))
    accused = run.having(Outcome.FAILED) | run.having(Outcome.CANT_TELL)
    accused -= api_facts(api).selftest.unmet
    return DefectTrial("none", "The mock as it is.", frozenset(), accused)
