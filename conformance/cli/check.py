"""The command ``check``: what is wrong with files that somebody wrote, without any target."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from conformance.apis.choosing import SCENARIOS, api_of_folder
from conformance.apis.registry import APIS
from conformance.cli.options import api_option
from conformance.core.api import DEFAULT
from conformance.core.catalogue import read_area
from conformance.core.documents import read_json, read_toml, read_yaml
from conformance.core.errors import AuthoringError, Place
from conformance.core.resources import shown
from conformance.core.terminal import counted, say
from conformance.core.verdict import ExitCode
from conformance.report.baseline import NAME as BASELINE
from conformance.report.baseline import problems as baseline_problems
from conformance.scenario.blocks import SUFFIX as BLOCK
from conformance.scenario.inline_schemas import wrong_schemas
from conformance.scenario.lint import SUFFIX
from conformance.scenario.load import block_problems
from conformance.scenario.load import problems as scenario_problems
from conformance.target.configuration.file import SUFFIX as TARGET
from conformance.target.configuration.file import problems as target_problems

REQUIREMENTS = "requirements"
"""The name of a folder in which every YAML file is one of a catalogue of requirements."""


def files_of(named: Iterable[Path]) -> list[Path]:
    """The files that are meant: each once, of a folder all scenarios and blocks below it.

    Raises:
        AuthoringError: when there is nothing to check in a folder.
    """
    files: dict[Path, Path] = {}
    for path in named:
        below = _below(path) if path.is_dir() else [path]
        if not below:
            raise AuthoringError(f"expected *{SUFFIX} below it", Place(shown(path)))
        for file in below:
            files.setdefault(file.resolve(), file)
    return list(files.values())


def _below(folder: Path) -> list[Path]:
    catalogue = (file for file in folder.rglob("*.yaml") if REQUIREMENTS in file.parts[-3:-1])
    return sorted({*folder.rglob(f"*{SUFFIX}"), *folder.rglob(f"*{BLOCK}"), *catalogue})


def wrong_files(files: Iterable[Path], api: str | None = None) -> Iterator[AuthoringError]:
    """Everything that is wrong with these files, one by one and beside each other.

    Scenarios are those of ``api``; without it, of the API whose folder they are in.
    """
    named: dict[str, Path] = {}
    for file in files:
        yield from _wrong(file, api or api_of_folder(file) or DEFAULT)
        if file.name.endswith(SUFFIX):
            first = named.setdefault(file.name, file)
            if first != file:
                message = f"{shown(first)} has the same name; names must be unique"
                yield AuthoringError(message, Place(shown(file)))


def _wrong(file: Path, api: str) -> Iterator[AuthoringError]:
    try:
        if file.name.endswith(SUFFIX):
            yield from scenario_problems(read_yaml(file), APIS[api].language)
        elif file.name.endswith(BLOCK):
            yield from block_problems(read_yaml(file), APIS[api].language)
        elif file.suffix == ".json":
            for wrong in wrong_schemas(read_json(file)):
                at = "".join(f"{part}: " for part in [".".join(map(str, wrong.path))] if part)
                yield AuthoringError(f"{at}{wrong.message}", Place(shown(file)))
        elif file.name.endswith(BASELINE):
            yield from baseline_problems(read_toml(file))
        elif file.suffix == TARGET:
            yield from target_problems(read_toml(file))
        elif file.suffix == ".yaml" and REQUIREMENTS in file.parts[-3:-1]:
            read_area(file)
        else:
            expected = f"expected *{SUFFIX}, *{BLOCK}, *{TARGET}, *.json or {REQUIREMENTS}/*/*.yaml"
            yield AuthoringError(expected, Place(shown(file)))
    except AuthoringError as error:
        yield error


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@api_option(
    f"The API of the scenario files. The default is that of their folder {SCENARIOS}/API, else "
    f"{DEFAULT}.",
    default=None,
)
@click.pass_context
def check(ctx: click.Context, files: tuple[Path, ...], api: str | None) -> None:
    """Check scenario files, target.toml, baselines and JSON Schemas, without a target.

    Reports every problem with its place. In a folder, all scenarios below it are checked.
    """
    checked = files_of(files)
    problems = list(wrong_files(checked, api))
    for problem in problems:
        say(str(problem), error=True)
    say(f"{counted(len(checked), 'file')}, {counted(len(problems), 'problem')}")
    ctx.exit(ExitCode.USAGE if problems else ExitCode.CONFORMS)
