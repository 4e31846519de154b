"""The command ``backpack-conformance check``."""

from pathlib import Path

import click

from conformance.checking import files_of, wrong_files
from conformance.terminal import say
from conformance.values.verdict import ExitCode


@click.command()
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
