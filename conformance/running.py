"""Run the suite from the command line: pytest, shut off from the user's own pytest settings."""

import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from conformance.baseline import read_baseline
from conformance.configuration.configuration import Configuration
from conformance.flags import as_plugin_arguments, configuration_of
from conformance.progress import Progress, say
from conformance.record import RECORD, Record
from conformance.resources import folder
from conformance.target.opening import adapter_of, check_name
from conformance.values.errors import AuthoringError, HarnessError

FOREIGN = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
"""Variables by which a user's pytest settings would leak in."""


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


def run_suite(wanted: Wanted, *, verbose: bool = False) -> Record:
    """Run scenarios, write record and reports, and return the record.

    Raises:
        AuthoringError: when a scenario, an option or the selection is wrong.
    """
    _check(configuration_of(wanted.said))
    if wanted.jobs > 1 and find_spec("xdist") is None:
        raise AuthoringError(
            "--jobs: needs pytest-xdist: pip install 'backpack-conformance[parallel]'"
        )
    _make_writable(wanted.out)
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    scenarios = folder("scenarios")
    progress = Progress(verbose=verbose, live=_is_live())
    code = pytest.main(
        [
            "-p",
            "conformance.plugin",
            "-p",
            "no:terminal",
            "-p",
            "no:cacheprovider",
            "-c",
            str(scenarios / "pytest.ini"),
            f"--rootdir={scenarios}",
            f"--confcutdir={scenarios}",
            *wanted.arguments(),
            *map(str, wanted.paths or (scenarios,)),
        ],
        plugins=[progress],
    )
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise AuthoringError(f"nothing to run: no scenario fits {wanted.select or 'these paths'!r}")
    if code == pytest.ExitCode.USAGE_ERROR and wanted.select:
        raise AuthoringError(f"--select: expected names with and, or, not; saw {wanted.select!r}")
    if progress.trouble and code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERRUPTED):
        raise AuthoringError("\n".join(progress.trouble))
    for trouble in progress.trouble:
        say(trouble, error=True)
    if progress.recording is None or progress.recording.record is None:
        raise HarnessError("pytest ended without a record")
    if escaped := progress.recording.escaped:
        raise HarnessError("\n".join(["what it wrote is not for publication:", *escaped]))
    return progress.recording.record


def _check(said: Configuration) -> None:
    """See whether all that the target's configuration names is there, before anything begins."""
    check_name(said.target)
    adapter_of(said)
    if said["baseline"]:
        read_baseline(Path(said["baseline"]))


def _make_writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / RECORD).touch()
    except OSError as error:
        raise AuthoringError(f"--out: cannot write into {out}: {error.strerror}") from error


def _is_live() -> bool:
    return sys.stderr.isatty() and "CI" not in os.environ
