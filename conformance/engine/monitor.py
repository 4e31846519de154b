"""The state of the target during a run: whether it still answers, and what cannot be judged."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from attrs import define, evolve, field

from conformance.core.catalogue import about
from conformance.core.errors import Failure, PreflightError
from conformance.core.exchange import Exchange
from conformance.core.plain import shortened
from conformance.core.requirement import Subject
from conformance.core.verdict import Finding, Outcome
from conformance.engine.api import Api
from conformance.engine.preflight import EarlyFailure, PreflightResult
from conformance.engine.scenario_run import ScenarioResult
from conformance.engine.session import Session
from conformance.scenario.model import Scenario
from conformance.scenario.needs import endpoints_of

LOOK_SECONDS = 5.0
"""Timeout of a request that checks whether the target is there."""
SLACK = 3
"""A valid request may take this many times as long as the slowest answered one."""
BETWEEN_SECONDS = 0.5
MOST_FAILURES = 2
"""After this many failed checks, one before each scenario, the target is not checked again."""

RunOnce = Callable[[], Awaitable[ScenarioResult]]
"""Runs the same scenario again with the same values."""


@define
class TargetMonitor:
    """What is known about the target so far."""

    api: Api
    trouble: PreflightError | None = None
    """Why nothing can be judged: found by the preflight, or an adapter that failed later."""
    early_failure: EarlyFailure | None = None
    """A valid request that the target never answered."""
    silences: dict[str, str] = field(factory=dict)
    """From an endpoint that stopped answering to when it did; the pages mean the whole target."""
    shortages: int = 0
    """How often this machine ran out of sockets."""
    _slowest: float = 0.0
    """Seconds of the slowest request that was answered."""
    _failures: int = 0

    @classmethod
    def after(cls, api: Api, preflight: PreflightResult) -> "TargetMonitor":
        """The state after the preflight."""
        monitor = cls(api, preflight.trouble, preflight.early_failure)
        if (failure := preflight.early_failure) is not None:
            monitor.silences |= dict.fromkeys(failure.silent, failure.reason)
            monitor._failures = MOST_FAILURES
        return monitor

    @property
    def silence(self) -> str:
        """Where the target stopped answering for good; ``""`` while it answers."""
        return next(iter(self.silences.values()), "")

    def silence_of(self, scenario: Scenario) -> str:
        """Why a scenario cannot be judged; ``""`` when all its endpoints answer."""
        endpoints = endpoints_of(scenario, self.api.language) if self.silences else ()
        reasons = (reason for name, reason in self.silences.items() if name in endpoints)
        return next(reasons, "")

    async def is_back(self, session: Session, scenario: Scenario) -> bool:
        """Whether the endpoints of a scenario answer again; checked a few times at most."""
        for endpoint in list(self.silences):
            if self._failures >= MOST_FAILURES or not await self._lives(session, endpoint):
                self._failures += 1
                return not self.silence_of(scenario)
            del self.silences[endpoint]
        self._failures = 0
        return True

    async def judged(self, session: Session, run_once: RunOnce) -> ScenarioResult:
        """The result of a scenario.

        A single request without an answer is distinguished from a target that stopped answering,
        and the target fails for it only when it happens again.
        """
        result = await self._run(run_once)
        lost = _last_lost(result)
        if lost is None:
            return result
        if await self._is_there(session, result, lost):
            if not any(_is_for_silence(finding, result) for finding in result.findings):
                return result
            result = await self._run(run_once)
            lost = _last_lost(result)
            if lost is None or await self._is_there(session, result, lost):
                return result
        if not await self._comes_back(session, lost):
            reason = self.silences[self._scope(lost)] = _stopped_at(result, lost)
            return _without_silence_failures(result, reason)
        return await self._confirmed(session, lost, await self._run(run_once))

    async def _confirmed(
        self, session: Session, before: Exchange, second: ScenarioResult
    ) -> ScenarioResult:
        """The result of another try, after the target stopped responding and came back."""
        lost = _last_lost(second)
        if lost is None or await self._is_there(session, second, lost):
            return second
        reason = _stopped_at(second, lost)
        if not await self._comes_back(session, lost):
            self.silences[self._scope(lost)] = reason
        if _is_same_step(before, lost) and lost.was_received:
            [alive] = about(Subject.LIVENESS, api=self.api.name)
            return _as_crash(second, lost, reason, alive)
        return _without_silence_failures(second, reason)

    async def _run(self, run_once: RunOnce) -> ScenarioResult:
        shortages = self.shortages
        result = await run_once()
        answered = (exchange.seconds for exchange in result.exchanges if exchange.answer)
        self._slowest = max([self._slowest, *answered])
        if self.shortages == shortages:
            return result
        reason = "the suite's machine ran out of open files: ulimit -n"
        findings = (
            _inconclusive(finding, reason) if finding.outcome is Outcome.FAILED else finding
            for finding in result.findings
        )
        return evolve(result, findings=tuple(findings))

    async def _is_there(self, session: Session, result: ScenarioResult, lost: Exchange) -> bool:
        """Whether the target answers other requests, so that only this one had no answer."""
        went_down = any(not exchange.was_received for exchange in result.exchanges)
        if not await self.api.listens(session, LOOK_SECONDS, lost.request.url):
            return False
        if lost.failure is Failure.TIMEOUT:
            endpoint = self.api.endpoint_of(lost.request.url)
            return await self.api.works(session, endpoint, self._timeout(session))
        return not went_down

    async def _lives(self, session: Session, endpoint: str) -> bool:
        if not await self.api.listens(session, LOOK_SECONDS, ""):
            return False
        return await self.api.works(session, endpoint, self._timeout(session))

    def _timeout(self, session: Session) -> float:
        """Seconds that a valid request may take."""
        return min(session.options.timeout, max(2 * LOOK_SECONDS, SLACK * self._slowest))

    async def _comes_back(self, session: Session, lost: Exchange) -> bool:
        deadline = time.monotonic() + session.options.recovery
        while time.monotonic() < deadline:
            if await self._lives(session, self._scope(lost)):
                return True
            await asyncio.sleep(BETWEEN_SECONDS)
        return False

    def _scope(self, lost: Exchange) -> str:
        """The endpoint that is silent after a lost request; the pages when the target is gone."""
        is_hang = lost.failure is Failure.TIMEOUT
        return self.api.endpoint_of(lost.request.url) if is_hang else self.api.pages


def _last_lost(result: ScenarioResult) -> Exchange | None:
    """The last unanswered request that reached the target, else the last that did not."""
    lost = [
        exchange
        for exchange in result.exchanges
        if exchange.answer is None and _is_about_target(exchange)
    ]
    received = [exchange for exchange in lost if exchange.was_received]
    return next(reversed(received or lost), None)


def _is_about_target(exchange: Exchange) -> bool:
    """Whether a missing answer may mean that the target is gone; a bad URL does not."""
    return exchange.failure in (Failure.UNREACHABLE, Failure.TIMEOUT, Failure.BROKEN)


def _is_same_step(first: Exchange, second: Exchange) -> bool:
    """Whether requests of two runs of a scenario seem to be the same step."""
    ends = {
        exchange.request.url.partition("?")[0].rpartition("/")[2] for exchange in (first, second)
    }
    return first.request.method == second.request.method and len(ends) == 1


def _stopped_at(result: ScenarioResult, lost: Exchange) -> str:
    request = lost.request
    return (
        f"the target stopped responding at exchange {lost.number} of {result.scenario.name} "
        f"({request.method} {shortened(request.url.partition('?')[0], 100)}: {lost.trouble})"
    )


def _is_for_silence(finding: Finding, result: ScenarioResult) -> bool:
    """Whether a finding failed because there was no answer."""
    exchange = next((each for each in result.exchanges if each.number == finding.exchange), None)
    is_unanswered = exchange is not None and exchange.answer is None
    return finding.outcome is Outcome.FAILED and is_unanswered


def _without_silence_failures(result: ScenarioResult, reason: str) -> ScenarioResult:
    """Nothing fails for a missing answer of a target that may have been switched off."""
    findings = tuple(
        _inconclusive(finding, reason)
        if finding.outcome is Outcome.CANT_TELL or _is_for_silence(finding, result)
        else finding
        for finding in result.findings
    )
    return evolve(result, findings=findings)


def _inconclusive(finding: Finding, reason: str) -> Finding:
    return Finding(
        finding.requirement,
        Outcome.CANT_TELL,
        reason=reason,
        step=finding.step,
        line=finding.line,
        exchange=finding.exchange,
    )


def _as_crash(result: ScenarioResult, lost: Exchange, reason: str, alive: str) -> ScenarioResult:
    """The target fails for the request that crashed it, and not for the requests after that."""
    findings = tuple(
        _inconclusive(finding, reason)
        if _is_for_silence(finding, result)
        and finding.exchange != lost.number
        and finding.requirement != alive
        else finding
        for finding in result.findings
    )
    if any(
        finding.requirement == alive and finding.outcome is Outcome.FAILED for finding in findings
    ):
        return evolve(result, findings=findings)
    crash = Finding(
        alive,
        Outcome.FAILED,
        expected="responses after this request",
        came_back=f"{lost.trouble}, and the Backpack then stopped responding, twice",
        line=result.scenario.place.line,
        exchange=lost.number,
    )
    return evolve(result, findings=(*findings, crash))
