"""A load run: earners come, do their tasks and leave; then the record and its views are written."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.core.errors import AuthoringError, HarnessError
from conformance.engine.runner import Bench, open_bench
from conformance.engine.session import allowed, check_options
from conformance.load.extra import need_locust
from conformance.load.options import LoadOptions, Meeting
from conformance.load.player import Player
from conformance.load.recording import Measured, lines_of, make_folder, written
from conformance.report.leaks import accounts_in, clean, has_any
from conformance.report.views import Finished

RISK = "load"
"""What has to be allowed for a target that is not on this machine."""


def put_under_load(options: LoadOptions) -> Finished:
    """Put the target under load; write the record and the views, and return the record.

    Raises:
        AuthoringError: when an option is wrong, load is not allowed, or Locust is missing.
        HarnessError: when the issuer site cannot be served.
    """
    _check(options)
    from conformance.load.locusts import run_here  # noqa: PLC0415 - Locust is an extra

    make_folder(options.out)
    measured = Measured()
    started = time.perf_counter()
    with open_bench(options.run_options) as bench:
        _check_allowed(options, bench)
        measured.product = bench.environment.target.product
        players = _players(options, bench, measured)
        if players:
            measured.take(run_here(options, players, bench.portal.call(_running_loop)))
        measured.seconds = time.perf_counter() - started
        lines = _without_secrets(options, bench, list(lines_of(options, measured)))
    return written(options.out, lines)


def lead_workers(options: LoadOptions, meeting: Meeting, workers: int) -> Finished:
    """Let workers put the target under load, and write one record of all that they measured.

    Raises:
        AuthoringError: when an option is wrong, or Locust is missing.
        HarnessError: when the workers do not come.
    """
    _check(options)
    _check_shared(options)
    from conformance.load.distributed import lead  # noqa: PLC0415 - Locust is an extra

    make_folder(options.out)
    measured = Measured(workers=workers)
    started = time.perf_counter()
    led = lead(options, meeting, workers)
    measured.take(led.ended)
    measured.product, measured.lost = led.product, led.lost
    measured.seconds = time.perf_counter() - started
    return written(options.out, list(lines_of(options, measured)))


def work(options: LoadOptions, meeting: Meeting) -> None:
    """Put the target under load as a master says, and send it what was measured.

    Raises:
        AuthoringError: when an option is wrong, load is not allowed, or Locust is missing.
        HarnessError: when the issuer site cannot be served, or nothing can be judged.
    """
    _check(options)
    _check_shared(options)
    from conformance.load.distributed import follow  # noqa: PLC0415 - Locust is an extra

    measured = Measured()
    with open_bench(options.run_options) as bench:
        _check_allowed(options, bench)
        players = _players(options, bench, measured)
        for trouble in measured.preflights.values():
            raise HarnessError(f"{trouble['tried']}: {trouble['came_back']}")
        follow(meeting, players, bench.portal.call(_running_loop))


def _check(options: LoadOptions) -> None:
    need_locust()
    check_options(options.run_options)
    known = [task.name for chosen in options.apis for task in chosen.api.load.tasks]
    for name in options.tasks:
        if name not in known:
            raise AuthoringError(f"--task: expected one of {', '.join(known)}, saw {name!r}")


def _check_shared(options: LoadOptions) -> None:
    """What several processes cannot share."""
    if options.run_options.target.is_started:
        raise AuthoringError(
            "--workers: all workers need one target: start it (mock-backpack serve), and give "
            "its URL"
        )
    if options.configuration.passwords:
        raise AuthoringError("--workers: the accounts of --earner can be used by only one process")


def _check_allowed(options: LoadOptions, bench: Bench) -> None:
    if RISK not in allowed(options.run_options.allow, bench.environment.target.root):
        raise AuthoringError(
            f"load may disrupt {options.configuration.target}: pass --allow {RISK}, "
            "and --rate N to limit the requests per second"
        )


def _players(options: LoadOptions, bench: Bench, measured: Measured) -> list[Player]:
    """A player for each API whose preflight found nothing wrong.

    Raises:
        AuthoringError: when there are fewer accounts than earners.
    """
    players = []
    for chosen in options.apis:
        runner = bench.runner(chosen.api, chosen.profile)
        session = runner.session
        _check_accounts(options, session.target.accounts, session.granting.only_earner)
        if (failure := runner.monitor.early_failure) is not None:
            measured.preflights[chosen.name] = {
                "tried": "do what each task does",
                "came_back": failure.reason,
                "advice": "Run backpack-conformance run first.",
            }
        elif (trouble := runner.trouble) is not None:
            measured.preflights[chosen.name] = {
                "tried": trouble.tried,
                "came_back": trouble.came_back,
                "advice": trouble.advice,
            }
        else:
            players.append(Player.of(chosen, session, options.tasks))
    return players


def _check_accounts(
    options: LoadOptions, accounts: Mapping[str, str], only_earner: str | None
) -> None:
    """Two earners with one account would end each other's grants."""
    most = 1 if only_earner is not None else len(accounts)
    if most and options.earners > most:
        raise AuthoringError(
            f"--earners: expected at most {most}, one for each account of the target, "
            f"saw {options.earners}"
        )


async def _running_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def _without_secrets(
    options: LoadOptions, bench: Bench, lines: list[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """The lines without what one earner has seen and the task of another one has written."""
    secrets = accounts_in(options.configuration.passwords, bench.environment.client.vault)
    return clean(lines, secrets).lines if has_any(lines, secrets) else lines
