"""The whole run of Backpack Connect against the sound mock, which several tests look at."""

import json
import shutil
from functools import cache
from pathlib import Path

from attrs import asdict

from tests.conformance.command import Ended, run_command
from tests.shared import once

REPORT = "conformance-report"
"""The folder of its reports, below that in which it ran."""


@cache
def sound_run() -> tuple[Path, Ended]:
    """The folder in which ``backpack-conformance run`` ran without a word, and how it ended."""
    folder = once("sound", _run)
    return folder, Ended(**json.loads((folder / "ended.json").read_text(encoding="utf-8")))


def _run(folder: Path) -> None:
    ended = run_command("run", cwd=folder)
    (folder / "ended.json").write_text(json.dumps(asdict(ended)), encoding="utf-8")


def copied(folder: Path) -> None:
    """Copy its reports to where the command would have written them if called in this folder."""
    shutil.copytree(sound_run()[0] / REPORT, folder / REPORT)
