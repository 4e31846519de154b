"""Measure what judging costs under load, beside a bare Locust that sends the same requests.

``python -m benchmarks.judging`` prints milliseconds of the processor for a request, of the process
that sends: two runs of each kind, whose difference is that of many requests and of few, so that the
start of Python counts for nothing. The mock runs in a process of its own. It takes some ten minutes
of an idle machine: with fewer requests the start outweighs them. No verdict.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.load import bearer, post
from benchmarks.servers import MOCK_COMMAND, started

os.environ["LOCUST_SKIP_MONKEY_PATCH"] = "1"

FEW, MANY = 500, 5_500
EARNERS = 8
ROUNDS = 3
LONGEST_SECONDS = 600.0
ORIGIN = "http://127.0.0.1:9"


def main() -> None:
    """Print a line for each kind of run, and what judging adds."""
    with started(*MOCK_COMMAND) as server:
        costs = {name: min(_cost(name, server.url) for _ in range(ROUNDS)) for name in KINDS}
    for name, cost in costs.items():
        sys.stdout.write(f"{name:<22} {cost:6.2f} ms of the processor for a request\n")
    for task in ("identity", "push"):
        judged, unjudged = costs[f"load-{task}"], costs[f"load-{task}-unjudged"]
        sys.stdout.write(f"judging of {task}: {(judged - unjudged) / judged:.0%} of load\n")


def _cost(name: str, url: str) -> float:
    few, many = (_seconds(name, url, count) for count in (FEW, MANY))
    return (many - few) / (MANY - FEW) * 1000


def _seconds(name: str, url: str, count: int) -> float:
    """Processor seconds of a whole process."""
    before = os.times()
    command = [sys.executable, "-m", "benchmarks.judging", name, url, str(count)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def bare(url: str, count: int, *, fast: bool) -> None:
    """Locust's own users ask for the identity, and look at the status alone."""
    import gevent  # noqa: PLC0415
    from locust import FastHttpUser, HttpUser, constant  # noqa: PLC0415
    from locust.env import Environment  # noqa: PLC0415
    from locust.exception import StopUser  # noqa: PLC0415

    left = iter(range(count))

    def ask(user: Any) -> None:
        if next(left, None) is None:
            raise StopUser
        # each request has a connection of its own, as those of the suite have
        headers = {"Authorization": user.token, "Connection": "close"}
        user.client.get("/api/identity", headers=headers, name="identity")

    def begin(user: Any) -> None:
        asked = {"earner": f"ada.{id(user)}@example.org", "origin": ORIGIN}
        user.token = bearer(post(f"{url}/_mock/grants", asked))

    members = {
        "host": url,
        "tasks": [ask],
        "wait_time": constant(0),
        "on_start": begin,
        "abstract": False,
    }
    user = type("Earner", (FastHttpUser if fast else HttpUser,), members)
    environment = Environment(user_classes=[user])
    runner = environment.create_local_runner()
    runner.start(EARNERS, EARNERS)
    while environment.stats.total.num_requests < count:
        gevent.sleep(0.05)
    runner.quit()
    if environment.stats.total.num_failures:
        raise RuntimeError(f"{environment.stats.total.num_failures} requests failed")


def load(url: str, count: int, task: str, *, judged: bool) -> None:
    """The same by ``load``, with or without the judgement of the answers."""
    from conformance.apis.choosing import named_apis  # noqa: PLC0415
    from conformance.engine.load_earner import LoadEarner  # noqa: PLC0415
    from conformance.load.options import LoadOptions  # noqa: PLC0415
    from conformance.load.run import put_under_load  # noqa: PLC0415
    from conformance.target.configuration.configuration import configured  # noqa: PLC0415

    if not judged:
        LoadEarner.judge = lambda *_more, **_terms: True  # type: ignore[method-assign]
    named = {"target": url, "api": ["connect"], "requests": str(count)}
    configuration = configured(named, {})
    with tempfile.TemporaryDirectory() as folder:
        put_under_load(
            LoadOptions(
                configuration=configuration,
                apis=named_apis(configuration),
                earners=EARNERS,
                seconds=LONGEST_SECONDS,
                ramp=0.0,
                tasks=(task,),
                out=Path(folder),
                seed=1,
            )
        )


KINDS: Mapping[str, Callable[[str, int], None]] = {
    "locust-FastHttpUser": lambda url, count: bare(url, count, fast=True),
    "locust-HttpUser": lambda url, count: bare(url, count, fast=False),
    "load-identity-unjudged": lambda url, count: load(url, count, "identity", judged=False),
    "load-identity": lambda url, count: load(url, count, "identity", judged=True),
    "load-push-unjudged": lambda url, count: load(url, count, "push", judged=False),
    "load-push": lambda url, count: load(url, count, "push", judged=True),
}
"""By name: what sends so many requests to a mock."""

if __name__ == "__main__":
    if len(sys.argv) > 1:
        KINDS[sys.argv[1]](sys.argv[2].rstrip("/"), int(sys.argv[3]))
    else:
        main()
