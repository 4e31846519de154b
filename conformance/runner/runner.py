"""The runner: a session in a thread of its own, driven from plain synchronous code."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from attrs import frozen

from conformance.preflight import preflight
from conformance.runner.counterexample import kept
from conformance.runner.examples import PATIENCE, Budget, explore
from conformance.runner.memory import Memory
from conformance.runner.run import Result, run
from conformance.runner.watch import Watch
from conformance.session import RunOptions, Session, running
from conformance.target.target import Target
from conformance.values.errors import PreflightError
from conformance.values.scenario import RISKS, Scenario
from conformance.values.verdict import Finding, Outcome

LACKS = {
    "clock": "the target has no clock that we could advance, and --wait-expiry allows no waiting",
    "badges": "the target does not tell which badges an earner has",
    "second-earner": "the target has one earner only",
    "reset": "the target cannot be reset",
    "scopes": "the target has no hook that gives a token without the scope",
    "faults": "only our own mock has faults to arm",
    "fetch-policy": "no --forbidden-host says from where the target must not fetch",
}
"""Why a scenario cannot run, by the capability that it needs."""

NEEDS_LEAVE = "it may hurt a live Backpack ({0}): it needs --allow {0}"


@frozen
class Runner:
    """Runs scenarios one after the other."""

    portal: BlockingPortal
    session: Session
    watch: Watch

    @property
    def trouble(self) -> PreflightError | None:
        """Why nothing can be judged, if anything hinders it."""
        return self.watch.trouble

    @property
    def target(self) -> Target:
        """What is tested."""
        return self.session.target

    def run(self, scenario: Scenario) -> Result:
        """Run one scenario (one row), with as many examples as its budget says."""
        if self.trouble is not None:
            return _unjudged(scenario, Outcome.CANT_TELL, str(self.trouble).splitlines()[0])
        if missing := scenario.needs - self.session.capabilities:
            return _unjudged(scenario, Outcome.UNTESTED, self._lacks(min(missing)))
        if scenario.risk in RISKS - self.session.allowed:
            return _unjudged(scenario, Outcome.UNTESTED, NEEDS_LEAVE.format(scenario.risk))
        if self.watch.silence and not self.portal.call(self.watch.is_back, self.session):
            return _unjudged(scenario, Outcome.CANT_TELL, self.watch.silence)
        if not scenario.for_all:
            return self._once(scenario, {})
        return self._explore(scenario)

    def _explore(self, scenario: Scenario) -> Result:
        options = self.session.options
        seconds, shrinking = PATIENCE[options.budget]
        count = options.examples or scenario.examples[options.budget]
        if options.shrinking is not None:
            shrinking = options.shrinking
        budget = Budget(count, options.seed, seconds, shrinking)
        memory = Memory(options.keep, options.replays)
        result = explore(scenario, partial(self._once, scenario), budget, memory)
        return kept(result, options.keep) if options.keep else result

    def start_browser(self) -> None:
        """Let the browser start while other scenarios run."""
        chromium = self.session.chromium
        if self.trouble is None and chromium.missing is None:
            self.portal.start_task_soon(chromium.start)

    def _once(self, scenario: Scenario, drawn: Mapping[str, Any]) -> Result:
        if self.watch.silence:
            return _unjudged(scenario, Outcome.CANT_TELL, self.watch.silence)
        job: Future[Result] = self.portal.start_task_soon(run, self.session, scenario, drawn)
        try:
            return self.portal.call(self.watch.seen, self.session, job.result())
        except PreflightError as trouble:
            self.watch.trouble = trouble
            return _unjudged(scenario, Outcome.CANT_TELL, str(trouble).splitlines()[0])
        except KeyboardInterrupt:
            job.cancel()
            raise

    def _lacks(self, capability: str) -> str:
        if capability == "browser":
            return str(self.session.chromium.missing)
        return LACKS.get(capability, f"the target cannot: {capability}")


def _unjudged(scenario: Scenario, outcome: Outcome, reason: str) -> Result:
    findings = [
        Finding(name, outcome, reason=reason, line=scenario.place.line)
        for name in scenario.requirements
    ]
    return Result(scenario, tuple(findings))


@contextmanager
def open_runner(options: RunOptions) -> Iterator[Runner]:
    """A runner whose target has been looked at.

    Raises:
        AuthoringError: when the target is not named rightly.
        HarnessError: when we cannot serve the issuer site.
    """
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(running(options)) as session,
    ):
        yield Runner(portal, session, Watch(portal.call(preflight, session)))
