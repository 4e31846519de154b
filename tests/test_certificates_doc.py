"""The page on certificates is right: its examples run, and its tables are complete."""

import re
import shlex
import zipfile
from pathlib import Path

import pytest

from tests.conformance.command import run_command
from tests.conformance.sound import REPORT, copied
from tests.conftest import needs_browser

TEXT = (Path(__file__).parent.parent / "docs" / "certificates.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^backpack-conformance (.*)$", TEXT, re.MULTILINE)
# without a browser the run is incomplete, and earns no certificate
pytestmark = [needs_browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every command of the page has run, one after the other.

    The first is the whole run that other tests look at, too.
    """
    assert COMMANDS[0] == f"run mock --out {REPORT}"
    folder = tmp_path_factory.mktemp("certificates")
    copied(folder)
    for command in COMMANDS[1:]:
        ended = run_command(*shlex.split(command), cwd=folder)
        assert ended.code == 0, command + ended.out + ended.err
        (folder / f"{command.partition(' --')[0]}.txt").write_text(ended.out, encoding="utf-8")
    return folder


def test_every_example_runs(where):
    """A whole run is certified, with a badge and without, and both certificates hold."""
    assert [command.partition(" ")[0] for command in COMMANDS].count("verify") == 2
    assert {path.name for path in where.glob("*.zip")} == {"certificate.zip", "with-badge.zip"}


def test_nearly_all_of_a_whole_run_is_judged_again(where):
    """Only exceptions are not recomputed."""
    printed = (where / "verify certificate.zip.txt").read_text(encoding="utf-8")
    counts = [
        int(re.search(rf"{words}: (\d+) findings", printed)[1])
        for words in ("Judged again from the recorded exchanges", "Taken on trust")
    ]
    assert counts[0] > 10 * counts[1]


def test_every_file_is_told(where):
    """Every file in the folder of the badge, and every file that is no view of the record."""
    listed = set(re.findall(r"`([\w.-]+)`", TEXT))
    names = zipfile.ZipFile(where / "with-badge.zip").namelist()
    badge = {name.partition("/")[2] for name in names if "/" in name}
    assert badge <= listed
    assert {"certificate.json", "record.jsonl", "record.sha256", "SHA256SUMS"} <= {*names} & listed
