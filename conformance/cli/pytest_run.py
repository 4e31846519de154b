"""Run the suite from the command line: pytest, shut off from the user's own pytest settings."""

import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from conformance.cli.options import as_plugin_arguments, configuration_of
from conformance.cli.selection import check_expression, nothing_selected
from conformance.core.errors import AuthoringError, HarnessError
from conformance.core.resources import folder
from conformance.core.terminal import is_live, say
from conformance.engine.session import RunOptions, check_options
from conformance.pytest_plugin.progress import Progress
from conformance.record.record import RECORD
from conformance.report.baseline import read_baseline
from conformance.report.views import Finished
from conformance.scenario.lint import SUFFIX
from conformance.scenario.load import shipped
from conformance.target.configuration.configuration import Configuration
from conformance.target.kept_grant import kept_grant

FOREIGN = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
"""Variables by which a user's pytest settings would leak in."""


HYPOTHESIS_FOLDER = "HYPOTHESIS_STORAGE_DIRECTORY"
"""Where Hypothesis keeps a cache: nowhere, as it would be left in the user's folder."""


@frozen(kw_only=True)
class Wanted:
    """What the user asked for on the command line."""

    said: Mapping[str, Any]
    """Of the target: from flag to text."""
    out: Path
    paths: tuple[Path, ...] = ()
    select: str | None = None
    seed: int | None = None
    budget: str = "quick"
    examples: int | None = None
    strict: bool = False
    show_secrets: bool = False
    jobs: int = 1

    def arguments(self) -> list[str]:
        """The same as arguments of our pytest plugin."""
        values = {
            "out": self.out,
            "seed": self.seed,
            "budget": self.budget,
            "examples": self.examples,
        }
        given = [
            f"--backpack-{name}={value}" for name, value in values.items() if value is not None
        ]
        given += as_plugin_arguments(self.said)
        given += ["--backpack-strict"] if self.strict else []
        given += ["--backpack-show-secrets"] if self.show_secrets else []
        given += ["-p", "xdist.plugin", f"-n{self.jobs}"] if self.jobs > 1 else []
        return given + (["-k", self.select] if self.select else [])


def run_suite(wanted: Wanted, *, verbose: bool = False) -> Finished:
    """Run scenarios, write record and reports, and return the record.

    Raises:
        AuthoringError: when a scenario, an option or the selection is wrong.
    """
    if wanted.select:
        check_expression(wanted.select)
    found = configuration_of(wanted.said)
    _check(found)
    _check_files(wanted.paths)
    if wanted.jobs > 1 and kept_grant(Path(found["grant"]), found.target):
        raise AuthoringError(f"--jobs: the grant in {found['grant']} is good for one process only")
    if wanted.jobs > 1 and find_spec("xdist") is None:
        raise AuthoringError(
            "--jobs: needs pytest-xdist: pip install 'backpack-conformance[parallel]'"
        )
    _make_writable(wanted.out)
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ[HYPOTHESIS_FOLDER] = os.devnull
    scenarios = folder("scenarios")
    progress = Progress(verbose=verbose, live=is_live())
    code = pytest.main(
        [
            "-p",
            "conformance.pytest_plugin.plugin",
            "-p",
            "no:terminal",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:unraisableexception",  # looks for objects that nobody deleted, which takes long
            "-c",
            str(scenarios / "pytest.ini"),
            "--noconftest",
            f"--rootdir={scenarios}",
            *wanted.arguments(),
            *map(str, wanted.paths or (scenarios,)),
        ],
        plugins=[progress],
    )
    _refuse(wanted, pytest.ExitCode(code), progress)
    if progress.recording is None or progress.recording.record is None:
        raise HarnessError("pytest ended without a record")
    for place in progress.recording.found_late:
        say(f"removed from the reports: {place}", error=True)
    return Finished(progress.recording.record, progress.recording.unwritten)


def _refuse(wanted: Wanted, code: pytest.ExitCode, progress: Progress) -> None:
    """Raise the error of a run that did not come to a record; print what went wrong beside it.

    Raises:
        AuthoringError: when nothing was selected, or files are wrong.
        HarnessError: when nothing could be tested.
    """
    if progress.error is not None:
        raise progress.error
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        names = [one.name.removesuffix(SUFFIX) for one in shipped()]
        raise AuthoringError(
            nothing_selected(wanted.select, names)
            if wanted.select
            else f"no scenario in {', '.join(map(str, wanted.paths))}"
        )
    told = "\n".join(progress.trouble)
    if told and code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERRUPTED):
        raise AuthoringError(told)
    if told and (progress.recording is None or progress.recording.record is None):
        raise HarnessError(told)
    if told:
        say(told, error=True)


def _check(said: Configuration) -> None:
    """See whether all that the target's configuration names is there, before anything begins."""
    check_options(RunOptions.of(said))
    if said["baseline"]:
        read_baseline(Path(said["baseline"]))


def _check_files(paths: Sequence[Path]) -> None:
    """See whether files are scenarios: pytest would run Python files as well."""
    for path in paths:
        if path.is_file() and not path.name.endswith(SUFFIX):
            raise AuthoringError(f"--scenarios: expected *{SUFFIX}, or a folder, saw {path}")


def _make_writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / RECORD).touch()
    except OSError as error:
        raise AuthoringError(f"--out: cannot write into {out}: {error.strerror}") from error
