"""Whether a run can go on: what comes to light about target and adapter while it runs."""

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
from conformance.engine.found import Accusation, Found
from conformance.engine.scenario_run import Result
from conformance.engine.session import Session
from conformance.scenario.model import Scenario
from conformance.scenario.needs import endpoints_of

LOOK_SECONDS = 5.0
"""For an answer that shows that the target is there."""
SLACK = 3
"""A good request may take so many times as long as the slowest that was answered."""
BETWEEN_SECONDS = 0.5
MOST_FAILURES = 2
"""After so many looks in vain, one before each scenario, nobody looks any more."""

Again = Callable[[], Awaitable[Result]]
"""Runs the same scenario once more, with the same values."""


@define
class Watch:
    """What is known by now."""

    api: Api
    trouble: PreflightError | None = None
    """Why nothing can be judged, as the preflight found, or an adapter that fails later."""
    accusation: Accusation | None = None
    """A good request that the target has never answered."""
    silences: dict[str, str] = field(factory=dict)
    """By what stopped answering: where, in words; that of the pages is the whole target."""
    shortages: int = 0
    """How often this machine had no more sockets for us."""
    _slowest: float = 0.0
    """Seconds of the slowest request that was answered."""
    _failures: int = 0

    @classmethod
    def after(cls, api: Api, found: Found) -> "Watch":
        """What is known after the preflight."""
        watch = cls(api, found.trouble, found.accusation)
        if found.accusation is not None:
            watch.silences |= dict.fromkeys(found.accusation.silent, found.accusation.reason)
            watch._failures = MOST_FAILURES
        return watch

    @property
    def silence(self) -> str:
        """Where the target stopped answering for good; ``""`` while it answers."""
        return next(iter(self.silences.values()), "")

    def silence_of(self, scenario: Scenario) -> str:
        """Why a scenario cannot be judged; ``""`` when all that it asks for is there."""
        asked = endpoints_of(scenario, self.api.language) if self.silences else ()
        return next((why for what, why in self.silences.items() if what in asked), "")

    async def is_back(self, session: Session, scenario: Scenario) -> bool:
        """Whether what a scenario asks for answers again; looked at a few times at most."""
        for endpoint in list(self.silences):
            if self._failures >= MOST_FAILURES or not await self._lives(session, endpoint):
                self._failures += 1
                return not self.silence_of(scenario)
            del self.silences[endpoint]
        self._failures = 0
        return True

    async def judged(self, session: Session, once: Again) -> Result:
        """What a scenario yields.

        A request without an answer is told apart from a target that has stopped answering, and
        held against the target only when it happens again.
        """
        first = await self._run(once)
        lost = _last_lost(first)
        if lost is None:
            return first
        if not await self._is_there(session, first, lost):
            stopped = _told(first, lost)
            if not await self._comes_back(session, lost):
                self.silences[self._scope(lost)] = stopped
                return _without_accusation(first, stopped)
        elif not _accuses_for_silence(first):
            return first
        return await self._confirmed(session, lost, await self._run(once))

    async def _confirmed(self, session: Session, before: Exchange, again: Result) -> Result:
        """What the second time says, of a request that had no answer the first time."""
        lost = _last_lost(again)
        if lost is None or await self._is_there(session, again, lost):
            return again
        stopped = _told(again, lost)
        if not await self._comes_back(session, lost):
            self.silences[self._scope(lost)] = stopped
        if _is_same(before, lost) and lost.was_heard:
            return _as_crash(again, lost, stopped)
        return _without_accusation(again, stopped)

    async def _run(self, once: Again) -> Result:
        shortages = self.shortages
        result = await once()
        answered = (one.seconds for one in result.exchanges if one.answer is not None)
        self._slowest = max([self._slowest, *answered])
        if self.shortages == shortages:
            return result
        return _without_any(result, "the suite's machine was short of open files: ulimit -n")

    async def _is_there(self, session: Session, result: Result, lost: Exchange) -> bool:
        """Whether the target answers other requests, so that this one alone had no answer."""
        went_down = any(not one.was_heard for one in result.exchanges)
        if not await self.api.listens(session, LOOK_SECONDS, lost.request.url):
            return False
        if lost.failure is Failure.TIMEOUT:
            endpoint = self.api.endpoint_of(lost.request.url)
            return await self.api.works(session, endpoint, self._patience(session))
        return not went_down

    async def _lives(self, session: Session, endpoint: str) -> bool:
        if not await self.api.listens(session, LOOK_SECONDS, ""):
            return False
        return await self.api.works(session, endpoint, self._patience(session))

    def _patience(self, session: Session) -> float:
        """Seconds for a good request."""
        return min(session.options.timeout, max(2 * LOOK_SECONDS, SLACK * self._slowest))

    async def _comes_back(self, session: Session, lost: Exchange) -> bool:
        over = time.monotonic() + session.options.recovery
        while time.monotonic() < over:
            if await self._lives(session, self._scope(lost)):
                return True
            await asyncio.sleep(BETWEEN_SECONDS)
        return False

    def _scope(self, lost: Exchange) -> str:
        """What is silent when a request was not answered: all of a target that is not there."""
        is_hang = lost.failure is Failure.TIMEOUT
        return self.api.endpoint_of(lost.request.url) if is_hang else self.api.pages


def _last_lost(result: Result) -> Exchange | None:
    """The last request that was heard and not answered, else one that met nobody."""
    lost = [one for one in result.exchanges if one.answer is None and _is_about_target(one)]
    heard = [one for one in lost if one.was_heard]
    return next(reversed(heard or lost), None)


def _is_about_target(exchange: Exchange) -> bool:
    """Whether a missing answer may mean that the target is gone: a bad URL does not."""
    return exchange.failure in (Failure.UNREACHABLE, Failure.TIMEOUT, Failure.BROKEN)


def _is_same(one: Exchange, other: Exchange) -> bool:
    """Whether two requests of two runs of a scenario are the same step of it."""
    ends = [each.request.url.partition("?")[0].rpartition("/")[2] for each in (one, other)]
    return one.request.method == other.request.method and ends[0] == ends[1]


def _told(result: Result, lost: Exchange) -> str:
    request = lost.request
    return (
        f"the target stopped answering at exchange {lost.number} of {result.scenario.name} "
        f"({request.method} {shortened(request.url.partition('?')[0], 100)}: {lost.trouble})"
    )


def _is_for_silence(finding: Finding, result: Result) -> bool:
    at = next((one for one in result.exchanges if one.number == finding.exchange), None)
    return finding.outcome is Outcome.FAILED and at is not None and at.answer is None


def _accuses_for_silence(result: Result) -> bool:
    return any(_is_for_silence(one, result) for one in result.findings)


def _without_accusation(result: Result, stopped: str) -> Result:
    """Nothing is held against a target that may have been switched off."""
    findings = tuple(
        _untold(one, stopped)
        if one.outcome is Outcome.CANT_TELL or _is_for_silence(one, result)
        else one
        for one in result.findings
    )
    return evolve(result, findings=findings)


def _without_any(result: Result, why: str) -> Result:
    findings = (
        _untold(one, why) if one.outcome is Outcome.FAILED else one for one in result.findings
    )
    return evolve(result, findings=tuple(findings))


def _untold(finding: Finding, reason: str) -> Finding:
    return Finding(
        finding.requirement,
        Outcome.CANT_TELL,
        reason=reason,
        step=finding.step,
        line=finding.line,
        exchange=finding.exchange,
    )


def _as_crash(result: Result, lost: Exchange, stopped: str) -> Result:
    """What the request itself shows is held against the target, and what came after it is not."""
    lives = _lives()
    findings = tuple(
        _untold(one, stopped)
        if _is_for_silence(one, result) and one.exchange != lost.number and one.requirement != lives
        else one
        for one in result.findings
    )
    shown = any(one.requirement == lives and one.outcome is Outcome.FAILED for one in findings)
    return evolve(result, findings=findings if shown else (*findings, _crash(result, lost)))


def _lives() -> str:
    """The requirement that the target lives on."""
    return min(about(Subject.LIVENESS))


def _crash(result: Result, lost: Exchange) -> Finding:
    return Finding(
        _lives(),
        Outcome.FAILED,
        expected="answers after this request",
        came_back=f"{lost.trouble}, and then nobody answered any more; twice",
        line=result.scenario.place.line,
        exchange=lost.number,
    )
