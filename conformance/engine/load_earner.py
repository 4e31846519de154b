"""An earner under load: what they do in a task, and what is found of it."""

import asyncio
import time
import traceback
from collections.abc import Awaitable, Sequence
from typing import Any

from attrs import define, evolve, field, frozen

from conformance.core.errors import HarnessError, NotOffered, NotProvoked, PreflightError
from conformance.core.exchange import Exchange
from conformance.core.verdict import Finding, Outcome
from conformance.engine.judgement import finding_of, judge_result
from conformance.engine.load import LoadTask
from conformance.engine.session import Session
from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult

ADA = "ada"
"""The role of the earner in verbs; each earner has a state of their own, and this role in it."""
MOST_VISITS = 10_000
MOST_TOKENS = 64
NEWCOMERS = 4
"""Every fourth earner is a newcomer."""
EXPECTED = (StepFailed, HarnessError, NotOffered, NotProvoked, PreflightError)
"""What may stop a task; any other exception is a bug of the suite."""


@frozen
class TimedPush:
    """How long a push took, for an earner who had so many badges by then."""

    badges: int
    seconds: float


@define(eq=False)
class LoadEarner:
    """One earner under load, with everything that the tasks of the API know of them."""

    session: Session
    number: int
    state: State
    memory: Any
    """What the tasks of the API remember."""
    findings: list[Finding] = field(factory=list)
    """Of the task that runs."""
    pushes: list[TimedPush] = field(factory=list)
    """Of the task that runs."""
    has_left: bool = False
    """Whether a new earner takes the place of this one after the task."""

    @classmethod
    def new(cls, session: Session, number: int, memory: Any) -> "LoadEarner":
        """An earner without a grant: a new one, or the owner of one of the accounts."""
        state = State.fresh(session, {})
        state.wire.learns = False
        account = session.earner(ADA, number)
        state.secrets.add(account.email, "e-mail")
        state.secrets.add(account.password, "password")
        state.browsers[ADA] = session.browser(state.wire, account)
        state.variables["earner"][ADA] = {"email": account.email}
        return cls(session, number, state, memory)

    @property
    def email(self) -> str:
        """The e-mail address."""
        return self.state.earner(ADA).email

    @property
    def token(self) -> object:
        """The access token of the present grant; ``None`` without one."""
        return self.session.api.load.token(self.memory)

    def has_outlived(self, *tokens: object) -> bool:
        """Whether one of these access tokens, or the present one, has expired by now."""
        return any(self.state.had_outlived(token, 0.0) for token in (*tokens, self.token))

    @property
    def is_newcomer(self) -> bool:
        """Whether the earner leaves early for a new one, so that some always have few badges."""
        return self.is_replaceable and self.number % NEWCOMERS == NEWCOMERS - 1

    @property
    def is_replaceable(self) -> bool:
        """Whether anybody can log in, so that there are as many earners as are wanted."""
        return not self.session.target.accounts and self.session.granting.only_earner is None

    def can(self, *capabilities: str) -> bool:
        """Whether the target has all of these capabilities."""
        return self.session.capabilities.issuperset(capabilities)

    async def do(self, verb: str, **arguments: Any) -> StepResult:
        """Do what a step of a scenario does.

        Raises:
            StepFailed, HarnessError, NotProvoked, PreflightError: as the verb does.
        """
        action = self.session.api.language.verbs[verb].action
        result: StepResult = await action(self.state, arguments)
        return evolve(result, fetched=None)  # the visits of others would be among them

    def judge(self, requirement: str, result: StepResult, **terms: Any) -> bool:
        """Judge a result by the terms of an expectation; whether they hold.

        Raises:
            StepFailed: when there is no response: what that says depends on the load.
        """
        if result.response is None:
            raise StepFailed(result.trouble, result.exchange)
        judged = judge_result(self.state, result, terms)
        if judged is None:
            return True
        self.findings.append(finding_of(requirement, result, *judged))
        return judged[0].holds

    def find(
        self, requirement: str, expected: str, came_back: str, exchange: Exchange | None = None
    ) -> None:
        """Note whether what is true of the earner is what must be: ``""`` came back if it is."""
        outcome = Outcome.FAILED if came_back else Outcome.PASSED
        number = None if exchange is None else exchange.number
        finding = Finding(requirement, outcome, expected, came_back or expected, exchange=number)
        self.findings.append(finding)

    async def together(self, *actions: Awaitable[Any]) -> list[Any]:
        """Do several things at the same time, each to its end; what they return.

        Raises:
            StepFailed, HarnessError, NotProvoked, PreflightError: the first error of them.
        """
        results = await asyncio.gather(*actions, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return results

    def need(self, result: StepResult, what: str) -> StepResult:
        """The result of a step that must succeed before anything can be judged.

        Raises:
            StepFailed: when it did not.
        """
        if result.trouble:
            raise StepFailed(f"{what}: {result.trouble}", result.exchange)
        return result

    def time_push(self, badges: int, result: StepResult) -> None:
        """Note how long a push took, for an earner with so many badges."""
        if result.exchange is not None and result.exchange.answer is not None:
            self.pushes.append(TimedPush(badges, result.exchange.seconds))

    def tidy(self) -> None:
        """Forget what grows with each task and is not needed again."""
        wire = self.state.wire
        wire.exchanges.clear()
        wire.secrets = type(wire.secrets)(wire.client.vault)
        wire.secrets.add(self.email, "e-mail")
        wire.secrets.add(self.state.earner(ADA).password, "password")
        for known in (self.state.homes, self.state.ends):
            for token in list(known)[:-MOST_TOKENS]:
                del known[token]
        if len(self.session.site.visits) > MOST_VISITS:
            self.session.site.visits.clear()


@frozen
class TaskResult:
    """What came of one task of one earner."""

    task: LoadTask
    findings: tuple[Finding, ...]
    exchanges: tuple[Exchange, ...]
    pushes: tuple[TimedPush, ...]
    seconds: float
    cut: str = ""
    """Why it was cut short; ``""`` when it came to its end."""
    unanswered: int = 0
    """How many requests got no response."""
    is_over: bool = False
    """Whether it was cut short because no more requests may be sent."""
    trouble: str = ""
    """The traceback, when the suite itself failed."""

    @property
    def failed(self) -> bool:
        """Whether a requirement failed."""
        return any(map(_failed, self.findings))


async def do_task(earner: LoadEarner, task: LoadTask) -> TaskResult:
    """Let an earner do one task, and say what was found.

    A request without a response accuses nobody: under load, the network and this machine give up as
    well. The task is cut short, and the request is counted. A target that refuses a token that has
    expired meanwhile is right.
    """
    started = time.perf_counter()
    cut = trouble = ""
    is_over = False
    earner.findings, earner.pushes = [], []
    token = earner.token
    try:
        await task.action(earner)
    except Exception as error:  # noqa: BLE001 - the outermost edge of a task
        cut = reason_of(error)
        is_over = isinstance(error, NotProvoked) and earner.session.client.throttle.is_used_up
        if not isinstance(error, EXPECTED):
            trouble = "".join(traceback.format_exception(error))
    if earner.has_outlived(token) and any(map(_failed, earner.findings)):
        cut = cut or "an access token expired meanwhile"
        earner.findings = [finding for finding in earner.findings if not _failed(finding)]
    exchanges = tuple(earner.state.wire.exchanges)
    return TaskResult(
        task,
        tuple(earner.findings),
        exchanges,
        tuple(earner.pushes),
        time.perf_counter() - started,
        cut,
        sum(exchange.answer is None for exchange in exchanges),
        is_over,
        trouble,
    )


def _failed(finding: Finding) -> bool:
    return finding.outcome is Outcome.FAILED


def reason_of(error: Exception) -> str:
    """Why a task was cut short, in a line."""
    if isinstance(error, PreflightError):
        return f"{error.tried}: {error.came_back}"
    if isinstance(error, EXPECTED):
        return str(error)
    return f"the suite failed: {type(error).__name__}: {error}"


def such_as(names: Sequence[str], what: str = "") -> str:
    """How many there are, and the first of them; ``""`` when there is none."""
    return f"{len(names)}, such as {names[0]} {what}".rstrip() if names else ""
