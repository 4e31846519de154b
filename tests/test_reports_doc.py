"""The page on reports is complete, and its examples run."""

import re
import shlex
from pathlib import Path

import pytest

from conformance.report.views import VIEWS_BY_FORMAT
from tests.conformance.command import run_command

pytestmark = pytest.mark.slow

TEXT = (Path(__file__).parent.parent / "docs" / "reports.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^backpack-conformance (.*)$", TEXT, re.MULTILINE)
NOT_CONFORMING = 1


def test_every_example_runs(tmp_path):
    """In order, as written; the enabled defect is noticed."""
    ended = {command: run_command(*shlex.split(command), cwd=tmp_path) for command in COMMANDS}
    for command, finished in ended.items():
        wanted = NOT_CONFORMING if "mock:" in command else 0
        assert finished.code == wanted, command + finished.out + finished.err
    compared = ended["compare today tomorrow"].out
    assert compared.index("| BC-TOKEN-04 | MUST | passed | failed |") < compared.index("The same")
    for name in ("wire.har", "summary.md", "comparison.html"):
        assert (tmp_path / name).stat().st_size


def test_every_format_is_told_with_its_file():
    """Each has a line in the table, and none that is not there."""
    documented = dict(re.findall(r"^\| `(\w+)` \| `([\w.]+)`", TEXT, re.MULTILINE))
    assert documented == {name: view.file for name, view in VIEWS_BY_FORMAT.items() if view.file}
    printed = {name for name, view in VIEWS_BY_FORMAT.items() if not view.file}
    assert printed == set(re.findall(r"^\| `(\w+)` \|.*only printed", TEXT, re.MULTILINE))
