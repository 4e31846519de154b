"""A load run: earners come, do their tasks and leave; then the record and its views are written."""

import asyncio
import contextlib
import shlex
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import define, field

from conformance.apis.choosing import ChosenApi
from conformance.core.catalogue import catalogue_hash, of_role, requirements
from conformance.core.errors import AuthoringError
from conformance.core.resources import suite_version
from conformance.engine.runner import Bench, open_bench
from conformance.engine.session import allowed, check_options
from conformance.load.extra import need_locust
from conformance.load.figures import figures
from conformance.load.lines import scenario_lines
from conformance.load.options import LoadOptions
from conformance.load.player import Player
from conformance.load.tally import Tally
from conformance.record.conversion import values
from conformance.record.model import RECORD
from conformance.record.reader import record_of
from conformance.record.writer import FORMAT, RecordWriter
from conformance.report.leaks import accounts_in, clean, has_any
from conformance.report.views import Finished, remove_views, write_views

ACCOUNT = "--earner"
"""The option whose values are e-mails and passwords."""
RISK = "load"
"""What has to be allowed for a target that is not on this machine."""


def put_under_load(options: LoadOptions) -> Finished:
    """Put the target under load; write the record and the views, and return the record.

    Raises:
        AuthoringError: when an option is wrong, load is not allowed, or Locust is missing.
        HarnessError: when the issuer site cannot be served.
    """
    need_locust()
    check_options(options.run_options)
    _check_tasks(options)
    _make_folder(options.out)
    measured = Measured()
    started = time.perf_counter()
    with open_bench(options.run_options) as bench:
        _check_allowed(options, bench.environment.target.root)
        measured.product = bench.environment.target.product
        players = _players(options, bench, measured)
        if players:
            _run(options, bench, players, measured)
        measured.seconds = time.perf_counter() - started
        lines = _without_secrets(options, bench, list(_lines(options, players, measured)))
    return _written(options.out, lines)


@define
class Measured:
    """What a run came to, beside its options."""

    tally: Tally = field(factory=Tally)
    preflights: dict[str, Mapping[str, str]] = field(factory=dict)
    """By API: why nothing of it could be judged."""
    ended: str = "finished"
    seconds: float = 0.0
    """Of the whole run."""
    under_load: float = 0.0
    """Seconds between the first task and the end of the last."""
    product: str = ""


def _check_allowed(options: LoadOptions, root: str) -> None:
    if RISK not in allowed(options.run_options.allow, root):
        raise AuthoringError(
            f"load may disrupt {options.configuration.target}: pass --allow {RISK}, "
            "and --rate N to limit the requests per second"
        )


def _check_tasks(options: LoadOptions) -> None:
    known = [task.name for chosen in options.apis for task in chosen.api.load.tasks]
    for name in options.tasks:
        if name not in known:
            raise AuthoringError(f"--task: expected one of {', '.join(known)}, saw {name!r}")


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        remove_views(out)
        (out / RECORD).touch()
    except OSError as error:
        raise AuthoringError(f"--out: cannot write into {out}: {error.strerror}") from error


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


def _run(options: LoadOptions, bench: Bench, players: Sequence[Player], measured: Measured) -> None:
    from conformance.load.locusts import run_here  # noqa: PLC0415 - Locust is an extra

    loop = bench.portal.call(_running_loop)
    finished = run_here(options, players, loop)
    measured.tally = finished.tally
    measured.under_load = finished.seconds
    measured.ended = "interrupted" if finished.is_interrupted else "finished"


async def _running_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def _lines(
    options: LoadOptions, players: Sequence[Player], measured: Measured
) -> Iterator[Mapping[str, Any]]:
    yield _header(options)
    scenarios = [
        line
        for player in players
        for line in scenario_lines(
            player.chosen.name,
            (player.load.begin, *player.tasks, player.load.end),
            measured.tally,
        )
    ]
    yield from scenarios
    judged = {finding["requirement"] for line in scenarios for finding in line["findings"]}
    apis = {chosen.name for chosen in options.apis}
    unselected = [
        entry.id
        for entry in requirements().values()
        if entry.api in apis and entry.role == "backpack" and entry.id not in judged
    ]
    yield {
        "kind": "footer",
        "ended": measured.ended,
        "seconds": round(measured.seconds, 3),
        "scenarios": len(scenarios),
        "unselected": sorted(unselected),
        "product": measured.product,
        "apis": {
            chosen.name: {"preflight": measured.preflights[chosen.name]}
            if chosen.name in measured.preflights
            else {}
            for chosen in options.apis
        },
        "load": figures(measured.tally, measured.under_load, _setting(options)),
    }


def _setting(options: LoadOptions) -> dict[str, Any]:
    limit = options.run_options.rate
    return {
        "earners": options.earners,
        "ramp": options.ramp,
        **({"limit": limit} if limit is not None else {}),
    }


def _header(options: LoadOptions) -> dict[str, Any]:
    return {
        "kind": "header",
        "format": FORMAT,
        "suite": suite_version(),
        "target": options.configuration.target,
        "seed": options.seed,
        "budget": "quick",
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": _command(options),
        "strict": options.strict,
        "apis": [_api(chosen) for chosen in options.apis],
    }


def _command(options: LoadOptions) -> str:
    """The command line to repeat the run; passwords are left out."""
    words = [Path(sys.argv[0]).name, *sys.argv[1:]]
    for position, word in enumerate(words[1:], start=1):
        if words[position - 1] == ACCOUNT:
            words[position] = "…"
        elif word.startswith(f"{ACCOUNT}="):
            words[position] = f"{ACCOUNT}=…"
    seeded = any(word.startswith("--seed") for word in words)
    return shlex.join([*words, *([] if seeded else ["--seed", str(options.seed)])])


def _api(chosen: ChosenApi) -> dict[str, Any]:
    return {
        "name": chosen.name,
        "profile": chosen.profile,
        "catalogue": catalogue_hash(chosen.name),
        "found": chosen.found,
        "requirements": values().unstructure(of_role("backpack", chosen.name)),
    }


def _without_secrets(
    options: LoadOptions, bench: Bench, lines: list[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """The lines without what one earner has seen and the task of another one has written."""
    secrets = accounts_in(options.configuration.passwords, bench.environment.client.vault)
    return clean(lines, secrets).lines if has_any(lines, secrets) else lines


def _written(out: Path, lines: Sequence[Mapping[str, Any]]) -> Finished:
    with contextlib.closing(RecordWriter(out / RECORD)) as writer:
        for line in lines:
            writer.write(line)
    record = record_of(lines)
    unwritten = dict(write_views(record, out))
    if writer.error:
        unwritten[RECORD] = writer.error
    return Finished(record, unwritten)
