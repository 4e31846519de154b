"""The command ``backpack-conformance run``."""

import sys
import webbrowser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from conformance.apis.choosing import chosen_apis
from conformance.cli.options import configuration_of, run_options, target_options
from conformance.cli.watching import Watch, Watched
from conformance.core.errors import AuthoringError
from conformance.core.terminal import line, say
from conformance.core.verdict import ExitCode, Outcome
from conformance.pytest_plugin.launch import Selection, launch
from conformance.pytest_plugin.options import OUTPUT, VERDICT
from conformance.pytest_plugin.plan import Plan, draw_seed
from conformance.record.model import RECORD
from conformance.record.reader import read_record
from conformance.report.baseline import check_new, write_baseline
from conformance.report.conclusion import conclude, report_unwritten
from conformance.report.standing import first_baseline
from conformance.report.summary import summarize
from conformance.report.views import HTML, Finished
from conformance.target.configuration.configuration import Configuration
from mock_backpack.cli.grouping import GroupedCommand, group

NOT_PASSED = (Outcome.FAILED, Outcome.CANT_TELL)


_selection, _verdict, _output = group("Selection"), group(VERDICT), group(OUTPUT)


@click.command(cls=GroupedCommand)
@_selection(
    "--select",
    metavar="EXPR",
    help="Run only the scenarios whose name, area or requirement matches, such as "
    "'token or BC-IDENT-04'.",
)
@_selection(
    "--failed",
    "only_failed",
    is_flag=True,
    help="Run only the scenarios that did not pass in the last run, whose record is in --out.",
)
@_selection(
    "--scenarios",
    "paths",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Run these scenario files or folders instead of the shipped ones.",
)
@_selection(
    "--maxfail",
    type=click.IntRange(1),
    metavar="N",
    help="Stop after N failed scenarios.",
)
@_selection(
    "--watch",
    is_flag=True,
    help="Run again when a scenario, target.toml or the adapter changes, until Ctrl+C; after a "
    "change of scenario files run only those.",
)
@_selection(
    "--jobs",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Number of parallel processes; needs the extra parallel.",
)
@run_options(out=Path("conformance-report"))
@_verdict("--allow-incomplete", is_flag=True, help="Exit 0 when the verdict is incomplete.")
@_verdict(
    "--write-baseline",
    "new_baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the current failures to FILE, for --baseline of later runs.",
)
@_output("--open", "show", is_flag=True, help="Open the report in a browser.")
@_output("-v", "--verbose", is_flag=True, help="Print a line for every requirement.")
@target_options
@click.pass_context
def run(
    ctx: click.Context,
    /,
    *,
    texts: Mapping[str, Any],
    options: Mapping[str, Any],
    select: str | None,
    only_failed: bool,
    maxfail: int | None,
    watch: bool,
    jobs: int,
    paths: tuple[Path, ...],
    new_baseline: Path | None,
    show: bool,
    verbose: bool,
    allow_incomplete: bool,
) -> None:
    """Run the suite against TARGET and write a report.

    TARGET is mock (the default), mock:DEFECT, the URL of a Backpack, or a target.toml. Every
    option about the target is also an environment variable (BACKPACK_TIMEOUT for --timeout) and
    a key of that file; see docs/implementers.md.

    \b
    Exit codes: 0 conforms, 1 does not conform, 2 wrong usage or files,
                3 inconclusive, 4 incomplete.
    """
    out, configuration = options["out"], configuration_of(texts)
    if watch:
        ctx.exit(_watch(configuration, paths, out, new_baseline))
    if new_baseline is not None:
        check_new(new_baseline)
    only = failed_before(out) if only_failed else ()
    plan = _plan(configuration, paths, {**options, "only": only})
    selection = Selection(paths=paths, expression=select, jobs=jobs, most_failures=maxfail)
    finished = launch(plan, selection, verbose=verbose)
    summary = summarize(finished.record)
    conclude(finished.record, summary)
    _print_files(finished, out, new_baseline, show=show)
    code = ExitCode.COULD_NOT_TELL if finished.unwritten else summary.exit_code
    ctx.exit(0 if code is ExitCode.INCOMPLETE and allow_incomplete else code)


def _watch(
    configuration: Configuration, paths: Sequence[Path], out: Path, new_baseline: Path | None
) -> int:
    """Run again and again, until Ctrl+C."""
    if new_baseline is not None:
        raise AuthoringError("--watch: expected no --write-baseline, which is written once")
    folders = paths or [each.api.language.folder for each in chosen_apis(configuration)]
    watched = Watched.of(configuration, folders, out)
    return Watch(watched, sys.argv[1:]).until_interrupted()


def _plan(configuration: Configuration, paths: Sequence[Path], options: Mapping[str, Any]) -> Plan:
    """The plan of a run; prints which APIs it tests, if nobody named them."""
    apis = chosen_apis(configuration, paths)
    plan = Plan.of(configuration, apis, options["out"], draw_seed(), options)
    if not configuration["api"]:
        for chosen in apis:
            say(line(f"API {chosen.name}: {chosen.found}", "", "    "))
    return plan


def _print_files(finished: Finished, out: Path, new_baseline: Path | None, *, show: bool) -> None:
    """Print where the report is, open it if wanted, and write the baseline."""
    report = (out / HTML).resolve()
    if HTML not in finished.unwritten:
        say(f"Report: {report}")
    if show:
        webbrowser.open(report.as_uri())
    if new_baseline is not None:
        write_baseline(new_baseline, first_baseline(finished.record))
        say(f"Baseline: {new_baseline.resolve()}")
    if finished.unwritten:
        report_unwritten(out, finished.unwritten)


def failed_before(out: Path) -> tuple[str, ...]:
    """The scenarios that did not pass in the run whose record is in a folder, with their APIs.

    Raises:
        AuthoringError: when there is no record, or it cannot be read.
    """
    if not (out / RECORD).is_file():
        raise AuthoringError(f"--failed: expected the record of a run in {out}, saw none")
    failed = tuple(
        f"{scenario.api}:{scenario.name}"
        for section in read_record(out / RECORD).sections
        for scenario in section.scenarios
        if any(finding.outcome in NOT_PASSED for finding in scenario.findings)
    )
    if not failed:
        say("--failed: no scenario failed in the last run; all run")
    return failed
