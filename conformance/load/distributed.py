"""A master and its workers: Locust's own, with the tally of each worker in their messages."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import gevent
from attrs import define, field, frozen
from locust.env import Environment
from locust.runners import STATE_STOPPED, MasterRunner, WorkerRunner

from conformance.core.errors import HarnessError
from conformance.core.terminal import say
from conformance.load.bridge import Bridge
from conformance.load.locusts import (
    LOOK_SECONDS,
    Scoring,
    environment_of,
    users_of,
    users_of_others,
)
from conformance.load.options import LoadOptions, Meeting
from conformance.load.player import Player
from conformance.load.tally import LoadEnded, Tally

TALLY, SHARE = "backpack-tally", "backpack-share"
"""The messages of workers and of their master."""
REPORT_SECONDS = 1.0
"""How often a worker sends what it has measured; so much is lost with it."""
WAIT_SECONDS = 120.0
"""How long a master waits for its workers."""
END_SECONDS = 70.0
"""How long a master waits for the last word of each worker."""


@frozen
class Led:
    """What the workers of a master have measured."""

    ended: LoadEnded
    product: str
    lost: int
    """Workers that did not come to the end."""


@define(eq=False)
class Measurements:
    """What the workers of a master have measured."""

    tally: Tally = field(factory=Tally)
    product: str = ""
    done: set[str] = field(factory=set)
    """Workers that have sent their last message."""

    def add(self, environment: Environment, msg: Any, **_more: Any) -> None:  # noqa: ARG002
        """Add what a worker has measured since its last message."""
        self.tally.merge(msg.data["tally"])
        self.product = msg.data["product"] or self.product
        if msg.data["is_last"]:
            self.done.add(msg.node_id)

    @property
    def failures(self) -> int:
        """Kept tasks that showed a failure."""
        return sum(
            any(finding["outcome"] == "failed" for finding in line["findings"])
            for line in self.tally.lines
        )


def lead(options: LoadOptions, meeting: Meeting, workers: int) -> Led:
    """Be the master: wait for workers, let them begin, and add up what they measure.

    A worker that dies costs its share: what it has sent stays, and nobody takes its place.

    Raises:
        HarnessError: when the workers do not come, or the port is in use.
    """
    environment = environment_of(users_of_others(len(options.apis)))
    runner = _master(environment, meeting)
    measured, is_interrupted = Measurements(), False
    runner.register_message(TALLY, measured.add)
    began = time.perf_counter()
    try:
        _wait_for(runner, workers)
        began = time.perf_counter()
        run_options = options.run_options
        share = {
            "rate": run_options.rate and run_options.rate / workers,
            "requests": run_options.requests and -(-run_options.requests // workers),
        }
        runner.send_message(SHARE, share)
        runner.start(options.earners, options.spawn_rate)
        end = began + options.seconds
        while time.perf_counter() < end and len(measured.done) < workers:
            if options.most_failures is not None and measured.failures >= options.most_failures:
                break
            gevent.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        is_interrupted = True
    runner.send_message(SHARE, {"is_over": True})
    _wait_for_end(runner, measured, workers)
    seconds = time.perf_counter() - began
    runner.greenlet.kill()
    runner.server.close()  # type: ignore[no-untyped-call]
    ended = LoadEnded(measured.tally, seconds, is_interrupted)
    return Led(ended, measured.product, workers - len(measured.done))


def _master(environment: Environment, meeting: Meeting) -> MasterRunner:
    try:
        return environment.create_master_runner(meeting.host, meeting.port)
    except SystemExit as error:  # so Locust ends when the port is in use
        raise HarnessError(f"the master cannot listen on {meeting}") from error


def _wait_for(runner: MasterRunner, workers: int) -> None:
    end = time.perf_counter() + WAIT_SECONDS
    while len(runner.clients.ready) < workers:
        if time.perf_counter() > end:
            seen = len(runner.clients.ready)
            raise HarnessError(f"expected {workers} workers, saw {seen} in {WAIT_SECONDS:g} s")
        gevent.sleep(LOOK_SECONDS)


def _wait_for_end(runner: MasterRunner, measured: Measurements, workers: int) -> None:
    """Wait for the last message of each worker that lives."""
    end = time.perf_counter() + END_SECONDS
    while len(measured.done) < workers and time.perf_counter() < end:
        living = {each.id for each in runner.clients.all} - {
            each.id for each in runner.clients.missing
        }
        if living <= measured.done:
            return
        gevent.sleep(LOOK_SECONDS)


def follow(meeting: Meeting, players: Sequence[Player], loop: asyncio.AbstractEventLoop) -> None:
    """Be a worker until the master says that the run is over, or is gone.

    Raises:
        HarnessError: when there is no master.
    """
    bridge, scoring = Bridge(loop), Scoring()
    environment = environment_of(users_of(players, bridge, scoring))
    started = environment.events.test_start

    def begin(**_more: Any) -> None:
        scoring.start()
        say("Began.")

    started.add_listener(begin)  # type: ignore[no-untyped-call]
    runner = _worker(environment, meeting)
    throttle = players[0].session.client.throttle
    product = players[0].session.target.product
    is_over = False

    def share(environment: Environment, msg: Any, **_more: Any) -> None:  # noqa: ARG001
        nonlocal is_over
        is_over = is_over or bool(msg.data.get("is_over"))
        throttle.rate = msg.data.get("rate") or throttle.rate
        throttle.most = msg.data.get("requests") or throttle.most

    def send(*, is_last: bool) -> None:
        message = {"tally": scoring.take(), "product": product, "is_last": is_last}
        runner.send_message(TALLY, message)

    runner.register_message(SHARE, share)
    say(f"Waiting for the master at {meeting}.")
    while not is_over and runner.state != STATE_STOPPED and not _is_used_up(players):
        gevent.sleep(REPORT_SECONDS)
        send(is_last=False)
    if runner.state != STATE_STOPPED:
        runner.stop()
    send(is_last=True)
    gevent.sleep(REPORT_SECONDS)  # the message is sent in the background
    runner.greenlet.kill()
    runner.client.close()  # type: ignore[no-untyped-call]
    bridge.close()


def _worker(environment: Environment, meeting: Meeting) -> WorkerRunner:
    try:
        return environment.create_worker_runner(meeting.host, meeting.port)
    except (SystemExit, ConnectionError) as error:
        raise HarnessError(f"no master answers at {meeting}") from error


def _is_used_up(players: Sequence[Player]) -> bool:
    return all(player.is_over for player in players)
