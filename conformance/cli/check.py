"""The command ``backpack-conformance check``."""

from pathlib import Path

import click

from conformance.cli.file_checks import files_of, wrong_files
from conformance.core.terminal import counted, say
from conformance.core.verdict import ExitCode


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.pass_context
def check(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Check scenario files, target.toml, baselines and JSON Schemas, without a target.

    Reports every problem with its place. In a folder, all scenarios below it are checked.
    """
    seen = files_of(files)
    wrong = list(wrong_files(seen))
    for problem in wrong:
        say(str(problem), error=True)
    say(f"{counted(len(seen), 'file')}, {counted(len(wrong), 'problem')}")
    ctx.exit(ExitCode.USAGE if wrong else ExitCode.CONFORMS)
