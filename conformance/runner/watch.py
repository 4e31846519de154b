"""Whether a run can go on: what comes to light about target and adapter while it runs."""

import asyncio
import time

from attrs import define, evolve

from conformance.client import Wire
from conformance.runner.run import Result
from conformance.session import Session
from conformance.values.errors import NotProvoked, PreflightError
from conformance.values.exchange import Exchange
from conformance.values.verdict import Finding, Outcome

LIVES = "BC-ISSUE-20"
"""The requirement that the Backpack still answers after any bad input."""
LOOK_SECONDS = 5.0
"""For an answer that shows that the target is there."""
COMES_BACK_SECONDS = 15.0
"""So long a target that has died may take to be started again."""
BETWEEN_SECONDS = 0.5
MOST_FAILURES = 3
"""After so many looks in vain, one before each scenario, nobody looks any more."""


@define
class Watch:
    """What is known by now."""

    trouble: PreflightError | None
    """Why nothing can be judged, as the preflight found, or an adapter that fails later."""
    silence: str = ""
    """Where the target stopped answering; ``""`` while it answers."""
    _failures: int = 0

    async def is_back(self, session: Session) -> bool:
        """Whether a target that had stopped answers again; looked at three times at most."""
        if self._failures < MOST_FAILURES and await _answers(session):
            self.silence, self._failures = "", 0
        else:
            self._failures += 1
        return not self.silence

    async def seen(self, session: Session, result: Result) -> Result:
        """A result, as it is to be read when the target has stopped answering in it."""
        culprit = next((one for one in result.exchanges if one.answer is None), None)
        if culprit is None or await _answers(session):
            return result
        request = culprit.request
        stopped = (
            f"the target stopped answering at exchange {culprit.number} of {result.scenario.name} "
            f"({request.method} {request.url.partition('?')[0][:100]}: {culprit.trouble})"
        )
        if not await _comes_back(session):
            self.silence = stopped
        return _as_one_crash(result, culprit, stopped)


async def _answers(session: Session) -> bool:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            url = session.target.page("access")
            return (await Wire(session.client).send("GET", url)).answer is not None
    except NotProvoked:  # we may not even look
        return True
    except TimeoutError:
        return False


async def _comes_back(session: Session) -> bool:
    over = time.monotonic() + COMES_BACK_SECONDS
    while time.monotonic() < over:
        if await _answers(session):
            return True
        await asyncio.sleep(BETWEEN_SECONDS)
    return False


def _as_one_crash(result: Result, culprit: Exchange, stopped: str) -> Result:
    """What the exchange itself shows is held against the target, and what came after it is not."""
    findings = tuple(_of_crash(one, result, culprit, stopped) for one in result.findings)
    shown = any(one.requirement == LIVES and one.outcome is Outcome.FAILED for one in findings)
    if was_heard(culprit) and not shown:
        findings += (_of_the_life(result, culprit),)
    return evolve(result, findings=findings)


def was_heard(exchange: Exchange) -> bool:
    """Whether a request without an answer was received: one that met no server ended none."""
    return not exchange.trouble.startswith("no connection")


def _of_crash(finding: Finding, result: Result, culprit: Exchange, stopped: str) -> Finding:
    own = finding.exchange == culprit.number and was_heard(culprit)
    if finding.outcome is not Outcome.FAILED or finding.requirement == LIVES or own:
        return finding
    at = next((one for one in result.exchanges if one.number == finding.exchange), None)
    if at is None or at.answer is not None:
        return finding
    return Finding(
        finding.requirement,
        Outcome.CANT_TELL,
        reason=stopped,
        step=finding.step,
        line=finding.line,
        exchange=finding.exchange,
    )


def _of_the_life(result: Result, culprit: Exchange) -> Finding:
    return Finding(
        LIVES,
        Outcome.FAILED,
        expected="answers after this request",
        came_back=f"{culprit.trouble}, and then nobody answered any more",
        line=result.scenario.place.line,
        exchange=culprit.number,
    )
