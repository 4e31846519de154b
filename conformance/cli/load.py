"""The command ``backpack-conformance load``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from conformance.apis.choosing import chosen_apis
from conformance.cli.options import configuration_of, target_options
from conformance.core.terminal import line, say
from conformance.core.verdict import ExitCode
from conformance.load.options import PORT, LoadOptions, Meeting
from conformance.load.run import lead_workers, put_under_load, work
from conformance.pytest_plugin.options import OUTPUT, VERDICT
from conformance.pytest_plugin.plan import draw_seed
from conformance.report.conclusion import conclude, report_unwritten
from conformance.report.load import load_lines, load_of
from conformance.report.summary import summarize
from conformance.report.views import HTML, Finished
from mock_backpack.cli.grouping import GroupedCommand, group

_load, _workers = group("Load"), group("Workers on several machines")
_verdict, _output = group(VERDICT), group(OUTPUT)


@click.command(cls=GroupedCommand)
@_load(
    "--earners",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    metavar="N",
    help="Number of earners at the same time.",
)
@_load(
    "--duration",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="Length of the run.",
)
@_load(
    "--ramp",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    metavar="SECONDS",
    help="Let the earners come one after the other, the last after so many seconds.",
)
@_load(
    "--task",
    "tasks",
    multiple=True,
    metavar="NAME",
    help="Do only this task; repeat for several. The docs list them.",
)
@_load(
    "--maxfail",
    type=click.IntRange(1),
    metavar="N",
    help="Stop after N tasks that showed a failure.",
)
@_load("--seed", type=int, default=None, metavar="N", help="Seed of the sample texts.")
@_workers(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    help="Be the master of N workers, which do the work; write one record of all of them.",
)
@_workers(
    "--listen",
    default=f"127.0.0.1:{PORT}",
    show_default=True,
    metavar="HOST:PORT",
    help="Where the master listens for workers.",
)
@_workers(
    "--master",
    metavar="HOST:PORT",
    help="Be a worker of the master there, which says how many earners come and when it is over.",
)
@_verdict("--strict", is_flag=True, help="Treat SHOULD requirements as MUST.")
@_output(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("load-report"),
    show_default=True,
    metavar="DIRECTORY",
    help="Folder for the record and the reports.",
)
@target_options
@click.pass_context
def load(
    ctx: click.Context,
    /,
    *,
    texts: Mapping[str, Any],
    earners: int,
    duration: float,
    ramp: float,
    tasks: tuple[str, ...],
    maxfail: int | None,
    workers: int | None,
    listen: str,
    master: str | None,
    seed: int | None,
    strict: bool,
    out: Path,
) -> None:
    """Put TARGET under load, and judge every answer.

    Many earners grant, refresh and revoke access at the same time, and an issuer pushes badges to
    all of them. Needs the extra load. --rate limits the requests per second; a target that is not
    on this machine needs --allow load.

    \b
    Exit codes: 0 no MUST failed, 1 a MUST failed, 2 wrong usage or files, 3 inconclusive.
    """
    configuration = configuration_of(texts)
    options = LoadOptions(
        configuration=configuration,
        apis=chosen_apis(configuration),
        earners=earners,
        seconds=duration,
        ramp=ramp,
        tasks=tasks,
        most_failures=maxfail,
        out=out,
        seed=draw_seed() if seed is None else seed,
        strict=strict,
    )
    if master is not None:
        work(options, Meeting.of(master))
        return
    if workers is None:
        finished = put_under_load(options)
    else:
        finished = lead_workers(options, Meeting.of(listen), workers)
    ctx.exit(_report(finished, out))


def _report(finished: Finished, out: Path) -> ExitCode:
    """Print what a load showed; the exit code."""
    summary = summarize(finished.record)
    conclude(finished.record, summary)
    for text in load_lines(finished.record):
        say(line(text, "", "  "))
    if HTML not in finished.unwritten:
        say(f"Report: {(out / HTML).resolve()}")
    if finished.unwritten:
        report_unwritten(out, finished.unwritten)
    figures = load_of(finished.record)
    if finished.unwritten or figures is None or not figures.members["requirements"]:
        return ExitCode.COULD_NOT_TELL
    code = summary.exit_code
    return ExitCode.CONFORMS if code is ExitCode.INCOMPLETE else code
