"""Earners of one API in the event loop: each task, what it found, and the lines that are kept."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from attrs import define, field, frozen

from conformance.apis.choosing import ChosenApi
from conformance.core.exchange import Exchange
from conformance.core.verdict import Outcome
from conformance.engine.load import Load, LoadTask
from conformance.engine.load_earner import LoadEarner, TaskResult, do_task
from conformance.engine.session import Session
from conformance.load.tally import Sent, TaskReport
from conformance.record.model import ScenarioLine
from conformance.record.writer import redacted_line

FILE = "load"
"""Where a finding belongs, in place of a scenario's file."""
MOST_KEPT = 3
"""Failures of one requirement that are kept with their exchanges, by each process."""


@frozen(eq=False)
class Turn:
    """An earner after a task, and what it adds to the tally."""

    earner: LoadEarner
    """The next one, where the earner has left."""
    report: TaskReport


@define(eq=False)
class Player:
    """Lets earners of one API do tasks; runs in the event loop."""

    chosen: ChosenApi
    session: Session
    tasks: tuple[LoadTask, ...]
    _numbers: Iterator[int] = field(factory=count)
    _kept: Counter[str] = field(factory=Counter)

    @classmethod
    def of(cls, chosen: ChosenApi, session: Session, names: tuple[str, ...]) -> "Player":
        """A player of the tasks of these names, or of all tasks that the target allows."""
        possible = chosen.api.load.possible(session.capabilities)
        return cls(
            chosen, session, tuple(task for task in possible if not names or task.name in names)
        )

    @property
    def load(self) -> Load:
        """The load of the API."""
        return self.chosen.api.load

    @property
    def is_over(self) -> bool:
        """Whether no more requests may be sent."""
        return self.session.client.throttle.is_used_up

    async def enter(self) -> LoadEarner:
        """A further earner."""
        return self._new(next(self._numbers))

    def _new(self, number: int) -> LoadEarner:
        return LoadEarner.new(self.session, number, self.load.memory())

    async def play(self, earner: LoadEarner, task: LoadTask) -> Turn:
        """Let an earner do a task.

        After a task that was cut short nobody knows what is true of the earner: the next task is
        that of a new one.
        """
        result = await do_task(earner, task)
        report = self._report(earner, result)
        if (result.cut or earner.has_left) and earner.is_replaceable:
            return Turn(self._new(earner.number), report)
        if result.cut:
            earner.memory = self.load.memory()
        earner.tidy()
        return Turn(earner, report)

    def _report(self, earner: LoadEarner, result: TaskResult) -> TaskReport:
        outcomes = [(finding.requirement, finding.outcome) for finding in result.findings]
        return TaskReport(
            self.chosen.name,
            result.task.name,
            tuple(map(self._sent, result.exchanges)),
            tuple(name for name, outcome in outcomes if outcome is Outcome.PASSED),
            tuple(name for name, outcome in outcomes if outcome is Outcome.FAILED),
            tuple((push.badges, push.seconds * 1000) for push in result.pushes),
            "" if result.is_over else result.cut,
            result.trouble,
            self._line(earner, result) if self._is_kept(result) else None,
        )

    def _sent(self, exchange: Exchange) -> Sent:
        endpoint = self.chosen.api.endpoint_of(exchange.request.url)
        length = len(exchange.answer.body) if exchange.answer else 0
        return Sent(str(endpoint), exchange.seconds * 1000, exchange.answer is not None, length)

    def _is_kept(self, result: TaskResult) -> bool:
        """Whether it shows a failure of which few are kept, or is the first that went well."""
        failed = {
            finding.requirement for finding in result.findings if finding.outcome is Outcome.FAILED
        }
        shows = failed or ({f"sound {result.task.name}"} if result.findings else set[str]())
        most = MOST_KEPT if failed else 1
        news = {name for name in shows if self._kept[name] < most}
        self._kept.update(news)
        return bool(news)

    def _line(self, earner: LoadEarner, result: TaskResult) -> Mapping[str, Any]:
        line = ScenarioLine(
            name=result.task.name,
            api=self.chosen.name,
            title=result.task.title,
            story="",
            file=FILE,
            line=0,
            seconds=result.seconds,
            findings=result.findings,
            exchanges=result.exchanges,
            trouble=result.trouble,
        )
        return redacted_line(line, earner.state.secrets)
