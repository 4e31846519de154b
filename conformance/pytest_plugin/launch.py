"""Start pytest with a plan, shut off from the user's own pytest settings."""

import os
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest
from attrs import frozen

from conformance.core.errors import AuthoringError, HarnessError
from conformance.core.resources import folder
from conformance.core.terminal import is_live, say
from conformance.engine.session import check_options
from conformance.pytest_plugin.plan import Plan, Planned
from conformance.pytest_plugin.progress import Progress
from conformance.pytest_plugin.selection import check_expression, nothing_selected
from conformance.record.model import RECORD
from conformance.report.views import Finished
from conformance.scenario.language import Language
from conformance.scenario.lint import SUFFIX
from conformance.scenario.load import shipped
from conformance.target.stored_grant import stored_grants

FOREIGN = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
"""Variables by which a user's pytest settings would leak in."""
HYPOTHESIS_FOLDER = "HYPOTHESIS_STORAGE_DIRECTORY"
"""Where Hypothesis keeps a cache: nowhere, as it would be left in the user's folder."""
OURS = (
    *("-p", "conformance.pytest_plugin.plugin", "-p", "no:terminal", "-p", "no:cacheprovider"),
    # it looks for objects that nobody deleted, which takes long
    *("-p", "no:unraisableexception"),
    "--noconftest",
)
"""Options that shut pytest off from everything that is not ours."""


@frozen(kw_only=True)
class Selection:
    """Which scenarios run, and in how many processes."""

    paths: tuple[Path, ...] = ()
    """Files and folders in place of the shipped ones."""
    expression: str | None = None
    jobs: int = 1
    most_failures: int | None = None
    """After so many failed scenarios no further one begins."""

    def check(self) -> None:
        """See whether it can be carried out.

        Raises:
            AuthoringError: when it cannot.
        """
        if self.expression:
            check_expression(self.expression)
        for path in self.paths:  # pytest would run Python files as well
            if path.is_file() and not path.name.endswith(SUFFIX):
                raise AuthoringError(f"--scenarios: expected *{SUFFIX}, or a folder, saw {path}")

    def arguments(self, shipped_scenarios: Sequence[Path]) -> list[str]:
        """The same as arguments of pytest."""
        parallel = ["-p", "xdist.plugin", f"-n{self.jobs}"] if self.jobs > 1 else []
        expression = ["-k", self.expression] if self.expression else []
        limit = [f"--maxfail={self.most_failures}"] if self.most_failures else []
        paths = map(str, self.paths or shipped_scenarios)
        return [*parallel, *expression, *limit, *paths]


def launch(plan: Plan, selection: Selection, *, verbose: bool = False) -> Finished:
    """Run scenarios, write record and reports, and return the record.

    Raises:
        AuthoringError: when a scenario, an option or the selection is wrong.
        HarnessError: when nothing could be tested.
    """
    _check(plan, selection)
    _make_writable(plan.keep)
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ[HYPOTHESIS_FOLDER] = os.devnull
    languages = [chosen.api.language for chosen in plan.apis]
    progress = Progress(plan, verbose=verbose, live=is_live())
    code = pytest.main(
        [
            *OURS,
            *("-c", str(folder("scenarios") / "pytest.ini"), f"--rootdir={folder('scenarios')}"),
            # the folders of APIs are then roots, whose names --select does not match
            f"--confcutdir={languages[0].folder}",
            *selection.arguments([language.folder for language in languages]),
        ],
        plugins=[Planned(plan), progress],
    )
    _refuse(selection, languages, pytest.ExitCode(code), progress)
    if progress.recording is None or progress.recording.record is None:
        raise HarnessError("pytest ended without a record")
    for place in progress.recording.found_late:
        say(f"removed from the reports: {place}", error=True)
    return Finished(progress.recording.record, progress.recording.unwritten)


def _refuse(
    selection: Selection,
    languages: Iterable[Language],
    code: pytest.ExitCode,
    progress: Progress,
) -> None:
    """Raise the error of a run that did not come to a record; print what went wrong beside it.

    Raises:
        AuthoringError: when nothing was selected, or files are wrong.
        HarnessError: when nothing could be tested.
    """
    if progress.error is not None:
        raise progress.error
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        names = [
            file.name.removesuffix(SUFFIX) for language in languages for file in shipped(language)
        ]
        raise AuthoringError(
            nothing_selected(selection.expression, names)
            if selection.expression
            else f"no scenario in {', '.join(map(str, selection.paths))}"
        )
    trouble = "\n".join(progress.trouble)
    if trouble and code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERRUPTED):
        raise AuthoringError(trouble)
    if trouble and (progress.recording is None or progress.recording.record is None):
        raise HarnessError(trouble)
    if trouble:
        say(trouble, error=True)


def _check(plan: Plan, selection: Selection) -> None:
    """See whether all that plan and selection name is there, before anything begins."""
    check_options(plan.run_options())
    selection.check()
    if selection.jobs == 1:
        return
    settings = plan.configuration
    if stored_grants(Path(settings["grant"]), settings.target):
        raise AuthoringError(
            f"--jobs: the grant in {settings['grant']} can be used by only one process"
        )
    if find_spec("xdist") is None:
        raise AuthoringError(
            "--jobs: needs pytest-xdist: pip install 'backpack-conformance[parallel]'"
        )


def _make_writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / RECORD).touch()
    except OSError as error:
        raise AuthoringError(f"--out: cannot write into {out}: {error.strerror}") from error
