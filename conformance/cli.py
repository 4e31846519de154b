"""The command ``backpack-conformance``."""

import json
import math
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from conformance.badges.flaws import flaws
from conformance.catalogue import requirement, requirements
from conformance.documents import read_json, read_yaml
from conformance.issuers.command import issuer
from conformance.progress import conclude, say
from conformance.report.summary import summarize
from conformance.report.views import HTML
from conformance.resources import shown, suite_version
from conformance.scenarios import SUFFIX, load, problems, shipped
from conformance.schemas import load as load_schema
from conformance.schemas import schema_names, wrong_schema
from conformance.values.errors import AuthoringError, HarnessError, Place
from conformance.values.requirement import Requirement
from conformance.values.verdict import EXIT_CODES, ExitCode


class Seconds(click.FloatRange):
    """A number of seconds; ``nan`` is none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read the number."""
        seconds = float(super().convert(value, param, ctx))
        if math.isnan(seconds):
            self.fail("expected a number of seconds, saw nan", param, ctx)
        return seconds


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
@click.argument("target", default="mock")
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
    "--earner",
    "earners",
    multiple=True,
    metavar="E-MAIL:PASSWORD",
    help="An account of the target; without any, new e-mails are tried.",
)
@click.option("--access", default="access", show_default=True, help="Path of the access page.")
@click.option("--settings", default="settings", show_default=True, help="Path of the settings.")
@click.option("--script", default="issuer.js", show_default=True, help="Path of issuer.js.")
@click.option(
    "--wait-expiry",
    type=Seconds(0),
    default=0,
    metavar="SECONDS",
    help="Wait so long for a token to expire, where there is no clock to advance.",
)
@click.option(
    "--timeout",
    type=Seconds(1),
    metavar="SECONDS",
    help="Patience for an answer; 40 unless said otherwise.",
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
@click.option("--open", "show", is_flag=True, help="Open the report in a browser.")
@click.option("-v", "--verbose", is_flag=True, help="A line for every requirement of a scenario.")
@click.pass_context
def run(
    ctx: click.Context,
    /,
    *,
    target: str,
    out: Path,
    paths: tuple[Path, ...],
    show: bool,
    verbose: bool,
    allow_incomplete: bool,
    **wanted: Any,
) -> None:
    """Run the suite against TARGET and write a report.

    TARGET is mock (the default), mock:DEFECT, or the URL of a Backpack.

    \b
    Exit codes: 0 conforms, 1 does not conform, 2 wrong usage or files,
                3 could not tell, 4 incomplete.
    """
    from conformance.running import Wanted, run_suite  # noqa: PLC0415 - needs pytest

    record = run_suite(Wanted(target=target, out=out, paths=paths, **wanted), verbose=verbose)
    summary = summarize(record)
    conclude(record, summary)
    report = out / HTML
    say(f"Report: {report.resolve()}")
    if show:
        webbrowser.open(report.resolve().as_uri())
    code = EXIT_CODES[summary.verdict]
    ctx.exit(0 if code is ExitCode.INCOMPLETE and allow_incomplete else code)


@main.command("list")
@click.argument(
    "what", type=click.Choice(["requirements", "scenarios", "answers", "defects", "flaws"])
)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def list_command(what: str, *, as_json: bool) -> None:
    """List what the suite knows."""
    found = list(LISTS[what]())
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    width = max(len(str(next(iter(one.values())))) for one in found)
    for one in found:
        name, *rest = one.values()
        told = "  ".join(", ".join(map(str, x)) if isinstance(x, list) else str(x) for x in rest)
        click.echo(f"{name:<{width}}  {told}")


def _requirements() -> Iterator[Mapping[str, Any]]:
    for one in requirements().values():
        yield {"id": one.id, "level": one.level, "statement": one.statement}


def _scenarios() -> Iterator[Mapping[str, Any]]:
    for one in map(load, shipped()):
        yield {"id": one.id, "title": one.title, "requirements": list(one.requirements)}


def _answers() -> Iterator[Mapping[str, Any]]:
    for name in schema_names("answers/documented"):
        yield {"name": name, "title": load_schema(f"answers/documented/{name}")["title"]}


def _defects() -> Iterator[Mapping[str, Any]]:
    from conformance.target import mock  # noqa: PLC0415 - loads the mock

    for one in mock.defects().values():
        yield {"name": one.name, "does": one.does, "breaks": list(one.breaks)}


def _flaws() -> Iterator[Mapping[str, Any]]:
    for one in flaws().values():
        yield {"name": one.name, "does": one.does}


LISTS: Mapping[str, Callable[[], Iterator[Mapping[str, Any]]]] = {
    "requirements": _requirements,
    "scenarios": _scenarios,
    "answers": _answers,
    "defects": _defects,
    "flaws": _flaws,
}


@main.command()
@click.argument("name", metavar="ID")
def explain(name: str) -> None:
    """Say what a requirement asks, why, what proves it, and how to mend a failure."""
    found = requirement(name)
    say(f"{found.id}  {found.level}  (role {found.role}, {found.basis})")
    for title, lines in _explained(found):
        say(f"\n{title}")
        for line in lines:
            say(click.wrap_text(line, 96, "  ", "    "))


def _explained(found: Requirement) -> Iterator[tuple[str, list[str]]]:
    nothing = ["nothing in this version"]
    yield "It says", [found.statement]
    yield "Source", [found.cited, found.link]
    if found.answer:
        yield "Named answer", [found.answer]
    if found.excluded:
        yield "Not judged, because", [found.excluded]
    proving = [one for one in map(load, shipped()) if found.id in one.requirements]
    yield "Proved by", [f"{one.id}: {one.title}" for one in proving] or nothing
    breaking = [one for one in _defects() if found.id in one["breaks"]]
    told = [f"{one['name']}: {one['does']}" for one in breaking]
    yield "Broken by these defects of the mock", told or nothing
    yield "To mend it", [found.mend]


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.pass_context
def check(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Validate scenario files and JSON Schemas, without any target."""
    seen = [one for file in files for one in _below(file)]
    wrong = [problem for one in seen for problem in _problems(one)]
    for problem in wrong:
        say(str(problem), error=True)
    say(f"{len(seen)} files, {len(wrong)} problems")
    ctx.exit(ExitCode.USAGE if wrong or not seen else ExitCode.CONFORMS)


def _below(file: Path) -> list[Path]:
    return sorted(file.rglob(f"*{SUFFIX}")) if file.is_dir() else [file]


def _problems(file: Path) -> Iterator[AuthoringError]:
    try:
        if file.name.endswith(SUFFIX):
            yield from problems(read_yaml(file))
        elif file.suffix == ".json":
            if wrong := wrong_schema(read_json(file)):
                yield AuthoringError(wrong, Place(shown(file)))
        else:
            yield AuthoringError(f"expected *{SUFFIX} or *.json", Place(shown(file)))
    except AuthoringError as error:
        yield error
