"""The runner: a session in a thread of its own, driven from plain synchronous code."""

import asyncio
from collections.abc import Iterator, Mapping
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
from conformance.engine.counterexample import kept
from conformance.engine.found import Accusation
from conformance.engine.memory import Memory
from conformance.engine.properties import PATIENCE, Budget, explore
from conformance.engine.scenario_run import Result, run
from conformance.engine.session import RunOptions, Session, running
from conformance.engine.shared_steps import Beginnings
from conformance.engine.watch import Watch
from conformance.scenario.model import RISKS, Scenario
from conformance.target.target import Target

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

    api: Api
    portal: BlockingPortal
    session: Session
    watch: Watch
    beginnings: Beginnings = field(factory=Beginnings)

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
        result, accusation = self._run(scenario), self.watch.accusation
        return result if accusation is None else _accused(result, accusation)

    def _run(self, scenario: Scenario) -> Result:
        if self.trouble is not None:
            return _unjudged(scenario, Outcome.CANT_TELL, str(self.trouble).splitlines()[0])
        if why := self.session.granting.lacks(scenario, self.api.language):
            return _unjudged(scenario, Outcome.UNTESTED, why)
        if missing := scenario.needs - self.session.capabilities:
            return _unjudged(scenario, Outcome.UNTESTED, self._lacks(min(missing)))
        if scenario.risk in RISKS - self.session.allowed:
            return _unjudged(scenario, Outcome.UNTESTED, NEEDS_LEAVE.format(scenario.risk))
        if self._silence(scenario) and not self.portal.call(
            self.watch.is_back, self.session, scenario
        ):
            return _unjudged(scenario, Outcome.CANT_TELL, self._silence(scenario))
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
        result = explore(self.api.language, scenario, partial(self._once, scenario), budget, memory)
        return kept(self.api.language, result, options.keep) if options.keep else result

    def start_browser(self) -> None:
        """Let the browser start while other scenarios run."""
        chromium = self.session.chromium
        if self.trouble is None and chromium.missing is None:
            self.portal.start_task_soon(chromium.start)

    def _silence(self, scenario: Scenario) -> str:
        return self.watch.silence_of(scenario)

    def _once(self, scenario: Scenario, drawn: Mapping[str, Any]) -> Result:
        if self._silence(scenario):
            return _unjudged(scenario, Outcome.CANT_TELL, self._silence(scenario))
        once = partial(run, self.session, scenario, drawn, self.beginnings)
        job: Future[Result] = self.portal.start_task_soon(self.watch.judged, self.session, once)
        try:
            return job.result()
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


def _accused(result: Result, accusation: Accusation) -> Result:
    """A scenario of the requirement that is known to be broken says so."""
    others = [one for one in result.findings if one.requirement != accusation.requirement]
    if len(others) == len(result.findings):
        return result
    shown = accusation.exchange if not result.exchanges else None
    failed = Finding(
        accusation.requirement,
        Outcome.FAILED,
        expected=accusation.expected,
        came_back=accusation.came_back,
        line=result.scenario.place.line,
        exchange=None if shown is None else shown.number,
    )
    return evolve(
        result,
        findings=(failed, *others),
        exchanges=result.exchanges if shown is None else (shown,),
        secrets=result.secrets if shown is None else accusation.secrets,
    )


async def note_shortages(watch: Watch) -> None:
    """Hear of connections that this machine could not take, of the issuer site above all."""
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()

    def hear(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if getattr(context.get("exception"), "errno", None) in SHORT:
            watch.shortages += 1
        elif before is not None:
            before(loop, context)
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(hear)


@contextmanager
def open_runner(api: Api, options: RunOptions) -> Iterator[Runner]:
    """A runner whose target has been looked at.

    Raises:
        AuthoringError: when the target is not named rightly.
        HarnessError: when we cannot serve the issuer site.
    """
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(running(api, options)) as session,
    ):
        watch = Watch.after(api, portal.call(api.preflight, session))
        portal.call(note_shortages, watch)
        yield Runner(api, portal, session, watch)
