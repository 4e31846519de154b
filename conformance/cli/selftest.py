"""The command ``backpack-conformance selftest``."""

import os
from pathlib import Path

import click

from conformance.apis.registry import APIS
from conformance.cli.options import api_option
from conformance.core.catalogue import catalogue_hash
from conformance.core.errors import AuthoringError
from conformance.core.terminal import say
from conformance.core.verdict import ExitCode
from conformance.report.trust import mutation_score
from conformance.selftest import report as views
from conformance.selftest.loaded import can_load
from conformance.selftest.matrix import fill
from conformance.selftest.score import BadRun, Catch, DefectTrial
from conformance.selftest.trial import defects_of, load_defects_of

FILES = {
    "selftest.html": views.to_html,
    "selftest.json": views.to_json,
    "selftest.txt": views.to_text,
}


@click.command()
@api_option("The API whose scenarios and defects are run.")
@click.option("--select", metavar="TEXT", default="", help="Only defects whose name contains TEXT.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=2 + (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1),
    show_default=True,
    help="Number of parallel processes. The default is two more than there are processors, as "
    "they wait for a quarter of the time.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default="conformance-report",
    show_default=True,
    help="Folder for the matrix.",
)
@click.option(
    "-v", "--verbose", is_flag=True, help="Print a line for every run, not only for failed ones."
)
@click.pass_context
def selftest(
    ctx: click.Context, /, *, api: str, select: str, jobs: int, out: Path, verbose: bool
) -> None:
    """Show that every check can fail, and that none gives false positives.

    Runs the suite against the mock with each of its defects, against the mock without any, and
    against targets that are not a Backpack. Exit code 1 when a defect is not caught exactly.
    """
    chosen = [name for name in defects_of(api) if select in name]
    under_load = [name for name in load_defects_of(api) if select in name]
    if not chosen and not under_load:
        raise AuthoringError(_nothing(api, select))
    say(f"{len(chosen)} defects, {jobs} at a time")
    if under_load and not can_load():
        say(f"{len(under_load)} more show only under load, and Locust (extra load) is missing")
        under_load = []

    def report(run: DefectTrial | BadRun) -> None:
        is_good = run.is_seen if isinstance(run, BadRun) else run.catch is Catch.EXACT
        if verbose or not is_good:
            say(views.line_of(run))

    matrix = fill(api, chosen, jobs, report, under_load)
    out.mkdir(parents=True, exist_ok=True)
    for name, view in FILES.items():
        (out / name).write_text(view(matrix), encoding="utf-8")
    say(f"\n{matrix.score}", colour="green" if matrix.is_perfect else "red")
    if mutants := mutation_score(catalogue_hash(api)):
        say(mutants)
    say(f"Matrix: {(out / 'selftest.html').resolve()}")
    ctx.exit(ExitCode.CONFORMS if matrix.is_perfect else ExitCode.DOES_NOT_CONFORM)


def _nothing(api: str, select: str) -> str:
    """Why no defect of an API was selected, and which other API has some."""
    found = {name: sum(select in defect for defect in defects_of(name)) for name in APIS}
    others = [f"{number} with --api {name}" for name, number in found.items() if number]
    if not others:
        return f"--select: no defect name contains {select!r}"
    return f"--select: no defect name of {api} contains {select!r}; " + ", ".join(others)
