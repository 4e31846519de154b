"""The command ``backpack-conformance``."""

import json
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from conformance.adapting import adapter_command
from conformance.baseline import check_new, write_baseline
from conformance.catalogue import did_you_mean, requirement, requirements
from conformance.certificates.certify import certify
from conformance.certificates.verify import verify
from conformance.checking import files_of, wrong_files
from conformance.explaining import as_markdown, as_sections, known
from conformance.flags import target_options
from conformance.issuers.command import issuer
from conformance.listing import LISTINGS, every_entry, in_words, name_of
from conformance.progress import conclude, say
from conformance.report.known import first_baseline
from conformance.report.summary import summarize
from conformance.report.views import HTML
from conformance.reporting import compare_command, report_command
from conformance.resources import suite_version
from conformance.selftest.command import selftest
from conformance.values.errors import AuthoringError, HarnessError
from conformance.values.verdict import ExitCode


class Group(click.Group):
    """Turns our own errors into messages of a few lines."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a wrong file or option is told with its place."""
        try:
            return super().invoke(ctx)
        except AuthoringError as error:
            say(str(error), error=True)
            ctx.exit(ExitCode.USAGE)
        except HarnessError as error:
            say(f"the suite could not do its work: {error}", error=True)
            ctx.exit(ExitCode.COULD_NOT_TELL)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(suite_version(), prog_name="backpack-conformance")
def main() -> None:
    """Judge a Backpack by the Backpack Connect API.

    Without anything else, `backpack-conformance run` starts a mock Backpack, runs the whole suite
    against it and writes a report.
    """


main.add_command(issuer)


@main.command()
@target_options
@click.option("--select", metavar="EXPR", help="Run only these, e.g. 'token or BC-IDENT-04'.")
@click.option("--seed", type=int, metavar="N", help="Repeat a run that had this seed.")
@click.option(
    "--budget",
    type=click.Choice(["quick", "ci", "soak"]),
    default="quick",
    show_default=True,
    help="How many examples each property tries.",
)
@click.option("--examples", type=click.IntRange(1), metavar="N", help="Examples per property.")
@click.option("--strict", is_flag=True, help="A SHOULD binds like a MUST.")
@click.option("--allow-incomplete", is_flag=True, help="Exit 0 when the verdict is incomplete.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes that share the scenarios; needs the extra parallel.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default="conformance-report",
    show_default=True,
    help="Folder for record and reports.",
)
@click.option(
    "--scenarios",
    "paths",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Scenario files or folders in place of the shipped ones.",
)
@click.option(
    "--show-secrets",
    is_flag=True,
    help="Leave tokens, passwords and e-mails as they are; the record is not for publication.",
)
@click.option(
    "--write-baseline",
    "new_baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a first baseline: what fails now, for --baseline of later runs.",
)
@click.option("--open", "show", is_flag=True, help="Open the report in a browser.")
@click.option("-v", "--verbose", is_flag=True, help="A line for every requirement of a scenario.")
@click.pass_context
def run(
    ctx: click.Context,
    /,
    *,
    said: Mapping[str, Any],
    out: Path,
    paths: tuple[Path, ...],
    new_baseline: Path | None,
    show: bool,
    verbose: bool,
    allow_incomplete: bool,
    **wanted: Any,
) -> None:
    """Run the suite against TARGET and write a report.

    TARGET is mock (the default), mock:DEFECT, the URL of a Backpack, or a target.toml that says
    more of it. Every option about the target is also a variable (BACKPACK_TIMEOUT for --timeout)
    and a key of that file; docs/implementers.md tells more.

    \b
    Exit codes: 0 conforms, 1 does not conform, 2 wrong usage or files,
                3 could not tell, 4 incomplete.
    """
    from conformance.running import Wanted, run_suite  # noqa: PLC0415 - needs pytest

    if new_baseline is not None:
        check_new(new_baseline)
    record = run_suite(Wanted(said=said, out=out, paths=paths, **wanted), verbose=verbose)
    summary = summarize(record)
    conclude(record, summary)
    report = out / HTML
    say(f"Report: {report.resolve()}")
    if show:
        webbrowser.open(report.resolve().as_uri())
    if new_baseline is not None:
        write_baseline(new_baseline, first_baseline(record))
        say(f"Baseline: {new_baseline.resolve()}")
    code = summary.exit_code
    ctx.exit(0 if code is ExitCode.INCOMPLETE and allow_incomplete else code)


@main.command("list", help=f"List what the suite knows. WHAT is one of {', '.join(LISTINGS)}.")
@click.argument("what", metavar="WHAT", type=click.Choice(list(LISTINGS)))
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def list_command(what: str, *, as_json: bool) -> None:
    """A line for each thing, or JSON."""
    listing = LISTINGS[what]
    if as_json:
        click.echo(json.dumps(list(listing.entries()), indent=2, ensure_ascii=False))
        return
    for line in listing.lines():
        click.echo(line)


@main.command()
@click.argument("name", metavar="ID")
def explain(name: str) -> None:
    """Say what a requirement asks, why, what proves it, and how to mend a failure.

    ID may also be the name of anything that `list` shows.
    """
    if name.upper() not in requirements():
        _explain_entry(name)
        return
    [found] = known([requirement(name)])
    one = found.requirement
    say(f"{one.id}  {one.level}  (role {one.role}, {one.basis})")
    for title, lines in as_sections(found):
        say(f"\n{title}")
        for line in lines:
            say(click.wrap_text(line, 96, "  ", "    "))


def _explain_entry(name: str) -> None:
    """Tell all members of whatever has this name."""
    entries = list(every_entry())
    found = [(kind, one) for kind, one in entries if name_of(one) == name]
    if not found:
        advice = did_you_mean(name.upper()) or did_you_mean(name, [name_of(e) for _, e in entries])
        raise AuthoringError(f"nothing is called {name!r}{advice}")
    for kind, one in found:
        say(f"{name}  (one of the {kind})")
        for title, value in list(one.items())[1:]:
            if value not in (None, "", [], {}):
                say(click.wrap_text(f"{title}: {in_words(value)}", 96, "  ", "    "))


@main.command()
def catalogue() -> None:
    """Print the page docs/requirements.md: every requirement with all that is known of it."""
    click.echo(as_markdown(), nl=False)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.pass_context
def check(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Say everything that is wrong with scenario files and JSON Schemas, without any target.

    Of a folder all scenarios below it are checked.
    """
    seen = files_of(files)
    wrong = list(wrong_files(seen))
    for problem in wrong:
        say(str(problem), error=True)
    say(f"{len(seen)} files, {len(wrong)} problems")
    ctx.exit(ExitCode.USAGE if wrong else ExitCode.CONFORMS)


main.add_command(adapter_command)
main.add_command(selftest)
main.add_command(report_command)
main.add_command(compare_command)
main.add_command(certify)
main.add_command(verify)
