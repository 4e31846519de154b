"""Runners: sessions in a thread of their own, driven by synchronous code."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from attrs import evolve, field, frozen

from conformance.core.errors import PreflightError
from conformance.core.shortage import SHORT
from conformance.core.verdict import Finding, Outcome
from conformance.engine.api import Api
from conformance.engine.counterexample import write_counter_examples
from conformance.engine.memory import Memory, check_examples_database
from conformance.engine.monitor import TargetMonitor
from conformance.engine.preflight import EarlyFailure
from conformance.engine.properties import TIME_LIMITS, Budget, explore
from conformance.engine.scenario_run import ScenarioResult, run_scenario
from conformance.engine.session import Environment, RunOptions, Session, open_environment
from conformance.engine.shared_steps import SharedSteps
from conformance.scenario.model import RISKS, Scenario
from conformance.target.target import Target

MISSING = {
    "clock": "the target has no clock that the suite can advance, and --wait-expiry is not set",
    "badges": "the target cannot list an earner's badges",
    "second-earner": "the target has only one earner",
    "reset": "the target cannot be reset",
    "scopes": "the target has no adapter that creates a token without the scope",
    "faults": "only the mock has faults",
    "fetch-policy": "--forbidden-host is not set",
}
"""Why a scenario cannot run, by the capability that is missing."""

NEEDS_ALLOW = "it may disrupt a live Backpack ({0}): pass --allow {0}"


@frozen
class Runner:
    """Runs scenarios one after the other."""

    api: Api
    portal: BlockingPortal
    session: Session
    monitor: TargetMonitor
    shared_steps: SharedSteps = field(factory=SharedSteps)

    @property
    def trouble(self) -> PreflightError | None:
        """Why nothing can be judged; ``None`` when the run can start."""
        return self.monitor.trouble

    @property
    def target(self) -> Target:
        """The target that is tested."""
        return self.session.target

    def run(self, scenario: Scenario) -> ScenarioResult:
        """Run one scenario (one row), with as many examples as its budget says."""
        result, failure = self._run(scenario), self.monitor.early_failure
        return result if failure is None else _with_early_failure(result, failure)

    def _run(self, scenario: Scenario) -> ScenarioResult:
        if hindrance := self.hindrance(scenario):
            return _unjudged(scenario, *hindrance)
        if self._silence(scenario) and not self.portal.call(
            self.monitor.is_back, self.session, scenario
        ):
            return _unjudged(scenario, Outcome.CANT_TELL, self._silence(scenario))
        if not scenario.for_all:
            return self._run_example(scenario, {})
        return self._explore(scenario)

    def hindrance(self, scenario: Scenario) -> tuple[Outcome, str] | None:
        """What a scenario yields that cannot run here, and why; ``None`` when it can."""
        if self.trouble is not None:
            return Outcome.CANT_TELL, str(self.trouble).splitlines()[0]
        if reason := self.session.granting.lacks(scenario, self.api.language):
            return Outcome.UNTESTED, reason
        missing = scenario.needs - self.session.capabilities
        if features := missing & set(self.api.language.features):
            return Outcome.INAPPLICABLE, self.api.language.features[min(features)]
        if missing:
            return Outcome.UNTESTED, self._missing(min(missing))
        if scenario.risk in RISKS - self.session.allowed:
            return Outcome.UNTESTED, NEEDS_ALLOW.format(scenario.risk)
        return None

    def _explore(self, scenario: Scenario) -> ScenarioResult:
        options, language = self.session.options, self.api.language
        seconds, shrinking = TIME_LIMITS[options.budget]
        count = options.examples or scenario.examples[options.budget]
        if options.shrinking is not None:
            shrinking = options.shrinking
        budget = Budget(count, options.seed, seconds, shrinking)
        memory = Memory(options.example_store, options.replays)
        run_example = partial(self._run_example, scenario)
        result = explore(language, scenario, run_example, budget, memory)
        return write_counter_examples(language, result, options.keep) if options.keep else result

    def start_browser(self) -> None:
        """Let the browser start while other scenarios run."""
        chromium = self.session.chromium
        if self.trouble is None and chromium.missing is None:
            self.portal.start_task_soon(chromium.start)

    def _silence(self, scenario: Scenario) -> str:
        return self.monitor.silence_of(scenario)

    def _run_example(self, scenario: Scenario, drawn: Mapping[str, Any]) -> ScenarioResult:
        if self._silence(scenario):
            return _unjudged(scenario, Outcome.CANT_TELL, self._silence(scenario))
        run_once = partial(run_scenario, self.session, scenario, drawn, self.shared_steps)
        job: Future[ScenarioResult] = self.portal.start_task_soon(
            self.monitor.judged, self.session, run_once
        )
        try:
            return job.result()
        except KeyboardInterrupt:
            job.cancel()
            raise

    def _missing(self, capability: str) -> str:
        if capability == "browser":
            return str(self.session.chromium.missing)
        return MISSING.get(capability, f"the target lacks the capability {capability}")


def _unjudged(scenario: Scenario, outcome: Outcome, reason: str) -> ScenarioResult:
    findings = [
        Finding(name, outcome, reason=reason, line=scenario.place.line)
        for name in scenario.requirements
    ]
    return ScenarioResult(scenario, tuple(findings))


def _with_early_failure(result: ScenarioResult, failure: EarlyFailure) -> ScenarioResult:
    """The result; where it judges the requirement of an early failure, that has failed."""
    others = [finding for finding in result.findings if finding.requirement != failure.requirement]
    if len(others) == len(result.findings):
        return result
    exchange = failure.exchange if not result.exchanges else None
    failed = Finding(
        failure.requirement,
        Outcome.FAILED,
        expected=failure.expected,
        came_back=failure.came_back,
        line=result.scenario.place.line,
        exchange=None if exchange is None else exchange.number,
    )
    return evolve(
        result,
        findings=(failed, *others),
        exchanges=result.exchanges if exchange is None else (exchange,),
        secrets=result.secrets if exchange is None else failure.secrets,
    )


async def note_shortages(monitors: Iterable[TargetMonitor]) -> None:
    """Count connections that this machine could not accept, mostly those of the issuer site."""
    loop = asyncio.get_running_loop()
    previous = loop.get_exception_handler()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if getattr(context.get("exception"), "errno", None) in SHORT:
            for monitor in monitors:
                monitor.shortages += 1
        elif previous is not None:
            previous(loop, context)
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(handle)


@frozen(eq=False)
class Bench:
    """What the runners of a run share: a thread with an event loop, and all that is up in it."""

    portal: BlockingPortal
    environment: Environment
    monitors: list[TargetMonitor] = field(factory=list)

    def runner(self, api: Api, answers: str) -> Runner:
        """A runner of scenarios of an API after the preflight, which judges by a profile."""
        session = self.environment.session(api, answers)
        monitor = TargetMonitor.after(api, self.portal.call(api.preflight, session))
        self.monitors.append(monitor)
        return Runner(api, self.portal, session, monitor)


@contextmanager
def open_bench(options: RunOptions) -> Iterator[Bench]:
    """A thread in which everything is up that a run needs.

    Raises:
        AuthoringError: when the name of the target is wrong, or examples cannot be stored.
        HarnessError: when the issuer site cannot be served.
    """
    if options.examples_database is not None:
        check_examples_database(options.examples_database)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(open_environment(options)) as environment,
    ):
        bench = Bench(portal, environment)
        portal.call(note_shortages, bench.monitors)
        yield bench


@contextmanager
def open_runner(api: Api, options: RunOptions) -> Iterator[Runner]:
    """A runner on a bench of its own.

    Raises:
        AuthoringError, HarnessError: as `open_bench` does.
    """
    with open_bench(options) as bench:
        yield bench.runner(api, options.answers)
