"""Locust's users and its environment: the only module that knows Locust, with the bridge.

It is imported after `conformance.load.extra` has seen that Locust is there.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

import gevent
from attrs import define, field
from locust import User, constant
from locust.env import Environment
from locust.exception import StopUser

from conformance.engine.load import LoadTask
from conformance.engine.load_earner import LoadEarner
from conformance.load.bridge import Bridge
from conformance.load.options import LoadOptions
from conformance.load.player import Player, Turn
from conformance.load.tally import LoadEnded, Tally

LOOK_SECONDS = 0.2
"""How often is looked whether the run is over."""
AGAIN_SECONDS = 0.5
"""How long an earner waits who got no grant."""
TIDY_SECONDS = 60.0
"""How long the last tasks may take after the end of the run."""


@define(eq=False)
class Scoring:
    """The tally of this process, and since when it counts."""

    tally: Tally = field(factory=Tally)
    began: float = 0.0
    failures: int = 0
    """Tasks that showed a failure."""

    def start(self) -> None:
        """The run begins."""
        self.began = time.perf_counter()

    def add(self, turn: Turn) -> None:
        """Count a task that has just ended."""
        self.tally.add(time.perf_counter() - self.began, turn.report)
        self.failures += bool(turn.report.failed)

    def take(self) -> dict[str, Any]:
        """What was counted since the last time, which is then forgotten here."""
        written, self.tally = self.tally.to_wire(), Tally()
        return written


class EarnerUser(User):
    """A user of Locust: one earner after the other, each task in the event loop."""

    abstract = True
    wait_time = constant(0)
    player: ClassVar[Player]
    bridge: ClassVar[Bridge]
    scoring: ClassVar[Scoring]

    def on_start(self) -> None:
        """A further earner, who has no grant yet."""
        self.earner: LoadEarner = self.bridge.wait(self.player.enter())
        self.is_connected = False

    def do(self, task: LoadTask) -> None:
        """Let the earner do a task, and one that has no grant get one first."""
        if not self.is_connected:
            self.is_connected = True
            self._play(self.player.load.begin)
            if not self.is_connected:
                gevent.sleep(AGAIN_SECONDS)
        if self.is_connected:
            self._play(task)
        if self.player.is_over:
            raise StopUser

    def on_stop(self) -> None:
        """Look at what the earner has at the end."""
        if self.is_connected and not self.player.is_over:
            self._play(self.player.load.end)

    def _play(self, task: LoadTask) -> None:
        turn = self.bridge.wait(self.player.play(self.earner, task))
        report = turn.report
        for sent in report.sent:
            self.environment.events.request.fire(
                request_type=report.api,
                name=sent.endpoint,
                response_time=sent.milliseconds,
                response_length=sent.length,
                exception=None if sent.is_answered else "no response",
                context={},
            )
        self.scoring.add(turn)
        if turn.earner is not self.earner or report.cut:
            self.is_connected = False
        self.earner = turn.earner


def users_of(players: Iterable[Player], bridge: Bridge, scoring: Scoring) -> list[type[EarnerUser]]:
    """A class of users for each API, which Locust makes as many of as of the others."""
    return [
        type(
            _name(number),
            (EarnerUser,),
            {
                "player": player,
                "bridge": bridge,
                "scoring": scoring,
                "tasks": {_doing(task): task.weight for task in player.tasks},
            },
        )
        for number, player in enumerate(players)
    ]


def users_of_others(apis: int) -> list[type[User]]:
    """The same classes for a master, who knows them by name alone."""
    return [type(_name(number), (User,), {"tasks": [_idle]}) for number in range(apis)]


def _name(number: int) -> str:
    return f"EarnerOf{number}"


def _idle(_user: User) -> None:
    """A master has no users of its own."""


def _doing(task: LoadTask) -> Callable[[EarnerUser], None]:
    def do(user: EarnerUser) -> None:
        user.do(task)

    do.__name__ = task.name
    return do


def environment_of(users: Sequence[type[User]]) -> Environment:
    """Locust's environment, which lets users end their tasks when the run ends."""
    return Environment(user_classes=list(users), stop_timeout=TIDY_SECONDS)


def run_here(
    options: LoadOptions, players: Sequence[Player], loop: asyncio.AbstractEventLoop
) -> LoadEnded:
    """Put the target under load from this process; returns when all earners have left."""
    bridge, scoring = Bridge(loop), Scoring()
    environment = environment_of(users_of(players, bridge, scoring))
    runner = environment.create_local_runner()
    scoring.start()
    is_interrupted = False
    try:
        runner.start(options.earners, options.spawn_rate)
        end = scoring.began + options.seconds
        while time.perf_counter() < end and not _is_over(options, players, scoring):
            gevent.sleep(min(LOOK_SECONDS, max(end - time.perf_counter(), 0)))
    except KeyboardInterrupt:
        is_interrupted = True
    runner.stop()
    seconds = time.perf_counter() - scoring.began
    runner.quit()
    bridge.close()
    return LoadEnded(scoring.tally, seconds, is_interrupted)


def _is_over(options: LoadOptions, players: Sequence[Player], scoring: Scoring) -> bool:
    """Whether nothing more is to be done before the time is over."""
    is_enough = options.most_failures is not None and scoring.failures >= options.most_failures
    return is_enough or all(player.is_over for player in players)
